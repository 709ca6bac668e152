import Foundation
import Kindred
import Testing
import _TestSupport

@Suite struct PostsPicturesTests {
    func files<R>(_ body: (TestFiles) throws -> R) throws -> R {
        try withTemporaryDirectory { try body(TestFiles(root: $0)) }
    }

    @Test func `Pictures are found at any depth, in the byte order of their paths`() throws {
        try files { files in
            for name in [
                "b.PNG", "a/z.jpg", "a-b/x.webp", "a/b/c/d/deep.GIF", "A.jpeg", "é.png", "a/z.jpg.bak", "notes.md",
                ".hidden.png",
                ".git/x.png", "png", ".png", "a/.thumbs/x.png",
            ] { try files.write("x", to: name) }
            let posts = try PostCollection(pictures: files.root.path, categoryFromFolder: true)
            #expect(posts.ids == ["A.jpeg", "a-b/x.webp", "a/b/c/d/deep.GIF", "a/z.jpg", "b.PNG", "é.png"])
            #expect(posts.truth == [nil, "a-b", "a", "a", nil, nil])
            #expect(posts.canonicalOrder == Array(0..<6))
            #expect(posts.statuses.allSatisfy { $0 == .ok } && !posts.hasTexts)
            #expect(posts.imagePaths.allSatisfy { FileManager.default.fileExists(atPath: $0 ?? "") })
            #expect(try PostCollection(pictures: files.root.path + "/").ids == posts.ids)
            #expect(try PostCollection(pictures: files.root.path).truth.allSatisfy { $0 == nil })
        }
    }

    @Test func `The caption is the first line of the text beside the picture`() throws {
        try files { files in
            for name in ["a", "b", "c", "d", "e"] { try files.write("x", to: "\(name).png") }
            try files.write("\u{FEFF}  A frog. \r\nde.utf8=Ein Frosch.\r\nzh_CN.utf8=青蛙。\r\n", to: "a.txt")
            try files.write(" \nde.utf8=Ein Hund.\n", to: "b.txt")
            try files.write(Array("caf".utf8) + [0xE9, 0x0A], to: "c.txt")
            try files.write("", to: "d.txt")
            let posts = try PostCollection(pictures: files.root.path)
            #expect(posts.hasTexts && posts.texts == ["A frog.", nil, "café", nil, nil])
            #expect(posts.statuses.map(\.kind) == [.ok, .missingText, .ok, .missingText, .missingText])
            #expect(posts.status(of: 2).reason.contains("read as Latin-1"))
            #expect(posts.status(of: 3).reason.contains("the file is empty"))
            #expect(posts.status(of: 4).reason.contains("no such file"))
            let german = try PostCollection(pictures: files.root.path, language: "de")
            #expect(german.texts == ["Ein Frosch.", "Ein Hund.", nil, nil, nil])
            let chinese = try PostCollection(pictures: files.root.path, language: "zh_CN")
            #expect(chinese.texts == ["青蛙。", nil, nil, nil, nil])
            #expect(chinese.status(of: 1).reason.contains("there is no line zh_CN.utf8="))
            #expect(try PostCollection(pictures: files.root.path, language: "zh").texts.allSatisfy { $0 == nil })
        }
    }

    @Test func `A caption file that is no file, or far too long, is a missing text with a reason`() throws {
        try files { files in
            for name in ["a", "b", "c"] { try files.write("x", to: "\(name).png") }
            try FileManager.default.createDirectory(atPath: files.path("a.txt"), withIntermediateDirectories: true)
            try files.link("b.txt", to: "b.txt")
            try files.write([UInt8](repeating: 0x61, count: 1 << 20 + 1), to: "c.txt")
            let posts = try PostCollection(pictures: files.root.path)
            #expect(posts.statuses.map(\.kind) == [.missingText, .missingText, .missingText])
            #expect(posts.status(of: 0).reason.contains("Is a directory"))
            #expect(posts.status(of: 1).reason.contains("symbolic links"))
            #expect(posts.status(of: 2).reason.contains("bytes"))
        }
    }

    @Test func `Links to files are followed, links to directories are listed, and loops end`() throws {
        try files { files in
            try files.write("x", to: "real/a.png")
            try files.link("real/b.png", to: "a.png")
            try files.link("real/up", to: "..")
            try files.link("again", to: "real")
            try files.link("loop.png", to: "loop.png")
            try files.link("dangling.png", to: "nowhere.png")
            try files.link("directory.png", to: "real")
            let posts = try PostCollection(pictures: files.root.path)
            #expect(posts.ids == ["dangling.png", "loop.png", "real/a.png", "real/b.png"])
            #expect(posts.statuses.map(\.kind) == [.missingImage, .unreadable, .ok, .ok])
            #expect(posts.skipped.map(\.path) == ["again", "directory.png", "real/up"].map(files.path))
            #expect(posts.skipped.allSatisfy { $0.reason.contains("symbolic link to a directory") })
        }
    }

    @Test func `A directory called like a picture is searched, a pipe called like one is a row`() throws {
        try files { files in
            try files.write("x", to: "album.png/a.png")
            #expect(mkfifo(files.path("pipe.png"), 0o600) == 0)
            let posts = try PostCollection(pictures: files.root.path)
            #expect(posts.ids == ["album.png/a.png", "pipe.png"])
            #expect(posts.statuses.map(\.kind) == [.ok, .unreadable])
        }
    }

    @Test func `A name that is no text is a row of its own that says so`() throws {
        try files { files in
            try files.write("x", to: "a.png")
            for byte in [0xE8, 0xE9] as [UInt8] {
                let name = Array(files.path("caf").utf8) + [byte] + Array(".png".utf8) + [0]
                let descriptor = open(name.map { CChar(bitPattern: $0) }, O_CREAT | O_WRONLY, 0o600)
                #expect(descriptor >= 0)
                close(descriptor)
            }
            let posts = try PostCollection(pictures: files.root.path)
            #expect(posts.ids == ["a.png", "caf%E8.png", "caf%E9.png"])
            #expect(posts.statuses.map(\.kind) == [.ok, .unreadable, .unreadable])
            #expect(posts.status(of: 1).reason.contains("UTF-8"))
        }
    }

    @Test func `A directory without pictures is an error that names it`() throws {
        try files { files in
            func problem() -> String { message { try PostCollection(pictures: files.root.path) } }
            #expect(problem().hasPrefix(files.root.path) && problem().contains("it is empty"))
            try files.write("x", to: "notes.md")
            try files.write("x", to: "deeper/notes.txt")
            #expect(problem().contains("none of its 2 files is one") && problem().contains(".webp"))
        }
    }

    @Test func `A directory that is missing, a file or a loop is an error with the system's reason`() throws {
        try files { files in
            try files.write("x", to: "file")
            try files.link("loop", to: "loop")
            #expect(message { try PostCollection(pictures: files.path("none")) }.contains("No such file"))
            #expect(message { try PostCollection(pictures: files.path("file")) }.contains("Not a directory"))
            #expect(message { try PostCollection(pictures: files.path("loop")) }.contains("symbolic links"))
        }
    }

    @Test func `Directories as deep as the system allows are searched without trouble`() throws {
        try files { files in
            let deep = String(repeating: "d/", count: 1500)
            try files.write("x", to: deep + "a.png")
            #expect(try PostCollection(pictures: files.root.path).ids == [deep + "a.png"])
        }
    }
}
