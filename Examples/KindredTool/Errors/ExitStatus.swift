/// How the tool ends, by the numbers of `sysexits.h`.
///
/// | status | meaning |
/// |---|---|
/// | 0 | done |
/// | 64 | the command line is wrong: an unknown option, a parameter out of its range, an output that cannot be made |
/// | 65 | the data is wrong for what is asked: damaged, not finite, of another length, or above `--memory-limit` |
/// | 66 | an input is missing or may not be read |
/// | 70 | something inside failed, such as a full disk or a missing library |
/// | 130 | stopped by Ctrl-C |
enum ExitStatus: Int32, Sendable {
    case done = 0
    case usage = 64
    case badData = 65
    case missingInput = 66
    case failure = 70
    case interrupted = 130
}
