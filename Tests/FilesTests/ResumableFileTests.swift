import Foundation
import TenorFiles
import TenorSupport
import Testing

@Suite struct ResumableFileTests {
    private func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    private func file(_ path: String, _ fingerprint: String = "f", resumes: Bool = false, replaces: Bool = false) throws -> ResumableFile {
        try ResumableFile(path, fingerprint: fingerprint, of: "the same input", resumes: resumes, replaces: replaces)
    }

    @Test func `Work that ends before it was saved leaves the file alone`() throws {
        let folder = try TemporaryFolder()
        let whole = try file(folder("a"))
        whole.append("one ".utf8)
        whole.append("two".utf8)
        #expect(try folder.names == [])
        try whole.finish()
        #expect(try text(folder("a")) == "one two" && folder.names == ["a"])
    }

    @Test func `What was saved is continued, and what was written after it is dropped`() throws {
        let folder = try TemporaryFolder()
        do {
            let begun = try file(folder("a"))
            begun.append("one ".utf8)
            try begun.save(["rows": 1])
            begun.append("two ".utf8)
            try begun.save(["rows": 2])
            begun.append("lost".utf8)
            #expect(try folder.names == ["a.checkpoint"])
        }
        let handle = try #require(FileHandle(forWritingAtPath: folder("a.checkpoint/content")))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data("half of what comes next".utf8))
        let continued = try file(folder("a"), resumes: true)
        #expect(continued.facts == ["rows": 2])
        continued.append("three".utf8)
        try continued.finish()
        #expect(try text(folder("a")) == "one two three" && folder.names == ["a"])
    }

    @Test func `Another run's work is neither continued nor replaced by accident`() throws {
        let folder = try TemporaryFolder()
        do {
            let begun = try file(folder("a"))
            begun.append("one".utf8)
            try begun.save(["rows": 1])
        }
        let checkpoint = folder("a.checkpoint")
        #expect(throws: CheckpointError.unfinishedRun(path: checkpoint)) { try file(folder("a")) }
        #expect(throws: CheckpointError.otherRun(path: "\(checkpoint)/state.json", needed: "the same input")) {
            try file(folder("a"), "g", resumes: true)
        }
        let other = try file(folder("a"), "g", replaces: true)
        #expect(other.facts == nil)
        #expect(try text("\(checkpoint)/content") == "one")
        other.append("new".utf8)
        try other.finish()
        #expect(try text(folder("a")) == "new" && folder.names == ["a"])
    }

    @Test func `What has the checkpoint's name and is none stays`() throws {
        let folder = try TemporaryFolder()
        try writeText("mine", to: folder("a.checkpoint"))
        for (resumes, replaces) in [(false, false), (true, false), (false, true)] {
            #expect(throws: CheckpointError.notACheckpoint(path: folder("a.checkpoint"))) {
                try file(folder("a"), resumes: resumes, replaces: replaces)
            }
        }
        #expect(try text(folder("a.checkpoint")) == "mine")
    }

    @Test func `Two runs do not write the same file`() throws {
        let folder = try TemporaryFolder()
        let first = try file(folder("a"))
        first.append("one".utf8)
        try first.save(["rows": 1])
        #expect(throws: CheckpointError.inUse(path: folder("a.checkpoint"))) { try file(folder("a"), resumes: true) }
        try first.finish()
        #expect(try text(folder("a")) == "one")
    }

    @Test func `A run that was killed between naming the file and removing its folder is complete`() throws {
        let folder = try TemporaryFolder()
        do {
            let begun = try file(folder("a"))
            begun.append("one".utf8)
            try begun.save(["rows": 1])
        }
        try writeText("old", to: folder("a"))
        #expect(!ResumableFile.isComplete(folder("a")))
        try FileManager.default.removeItem(atPath: folder("a"))
        #expect(!ResumableFile.isComplete(folder("a")))
        try FileManager.default.moveItem(atPath: folder("a.checkpoint/content"), toPath: folder("a"))
        #expect(ResumableFile.isComplete(folder("a")))
        ResumableFile.removeCheckpoint(of: folder("a"))
        #expect(try folder.names == ["a"] && !ResumableFile.isComplete(folder("a")))
    }

    @Test func `A folder with fewer bytes than were saved is damaged`() throws {
        let folder = try TemporaryFolder()
        do {
            let begun = try file(folder("a"))
            begun.append("one".utf8)
            try begun.save(["rows": 1])
        }
        try Data("on".utf8).write(to: URL(filePath: folder("a.checkpoint/content")))
        let error = #expect(throws: FileError.self) { try file(folder("a"), resumes: true) }
        #expect(error?.description == "\(folder("a.checkpoint/content")): has 2 bytes, the 3 that were saved are needed")
    }
}
