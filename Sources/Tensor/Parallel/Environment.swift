#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// What the process is told from outside.
package enum Environment {
    package static func value(of name: String) -> String? { getenv(name).map { String(cString: $0) } }

    package static var processorCount: Int { Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
}
