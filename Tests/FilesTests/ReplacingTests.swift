import Foundation
import TenorFiles
import TenorLayers
import TenorModeling
import TenorSupport
import Testing

@Suite struct ReplacingTests {
    private struct Stop: Error {}

    private func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    /// A folder that the program may replace, with one additional file.
    private func old(_ path: String) throws {
        try ReplacingFolder.write(to: path, replacing: nil) {
            try ReplacingFile.write("1".utf8, to: "\($0)/old")
            try ReplacingFile.write(#"{"format_version": 1}"#.utf8, to: "\($0)/tenor.json")
        }
    }

    @Test func `A file takes the place of another, which a reader that has it mapped keeps`() throws {
        let folder = try TemporaryFolder()
        try ReplacingFile.write("old".utf8, to: folder("a"))
        let old = try MappedFile(folder("a"))
        try ReplacingFile.write("newer".utf8, to: folder("a"))
        #expect(try text(folder("a")) == "newer")
        #expect(old.withBytes { String(decoding: $0, as: UTF8.self) } == "old")
        #expect(try folder.names == ["a"])
    }

    @Test func `An error while writing leaves the old file and nothing else`() throws {
        let folder = try TemporaryFolder()
        try ReplacingFile.write("old".utf8, to: folder("a"))
        #expect(throws: Stop.self) {
            try ReplacingFile.write(to: folder("a")) { file in
                try Array("half".utf8).withUnsafeBytes { try file.write($0) }
                throw Stop()
            }
        }
        #expect(try text(folder("a")) == "old")
        #expect(try folder.names == ["a"])
    }

    @Test func `A folder in the file's place, and a folder that is not there, are errors`() throws {
        let folder = try TemporaryFolder()
        #expect(throws: FileError.unwritable(file: folder("x/a"), reason: "No such file or directory")) {
            try ReplacingFile.write("a".utf8, to: folder("x/a"))
        }
        try FileManager.default.createDirectory(atPath: folder("d"), withIntermediateDirectories: false)
        #expect(throws: FileError.unwritable(file: folder("d"), reason: "Is a directory")) {
            try ReplacingFile.write("a".utf8, to: folder("d"))
        }
        #expect(try folder.names == ["d"])
    }

    /// In a separate process, because the limit that stands for a full disk applies to a whole process.
    @Test func `A full disk is an error that leaves the old file and nothing else`() async {
        await #expect(processExitsWith: .success) {
            let folder = try TemporaryFolder()
            try ReplacingFile.write("old".utf8, to: folder("model.safetensors"))
            signal(SIGXFSZ, SIG_IGN)
            var limit = rlimit(rlim_cur: 1 << 20, rlim_max: 1 << 20)
            setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
            for format in FloatFormat.allCases {
                let tensor = NamedTensor("w", shape: [1000, 1000], Matrix(rows: 1000, columns: 1000))
                #expect(throws: FileError.unwritable(file: folder("model.safetensors"), reason: "File too large")) {
                    try SafeTensorsWriter.write([tensor], as: format, to: folder("model.safetensors"))
                }
            }
            try #expect(String(contentsOfFile: folder("model.safetensors"), encoding: .utf8) == "old")
            try #expect(folder.names == ["model.safetensors"])
        }
    }

    @Test func `A new folder appears whole`() throws {
        let folder = try TemporaryFolder()
        try ReplacingFolder.write(to: folder("model/"), replacing: nil) { new in
            #expect(!FileManager.default.fileExists(atPath: folder("model")))
            try ReplacingFile.write("1".utf8, to: "\(new)/a")
            try FileManager.default.createDirectory(atPath: "\(new)/sub", withIntermediateDirectories: false)
            try ReplacingFile.write("2".utf8, to: "\(new)/sub/b")
        }
        #expect(try text(folder("model/sub/b")) == "2")
        #expect(try folder.names == ["model"])
    }

    @Test func `A full folder is replaced, all of it, only where that is asked for`() throws {
        let folder = try TemporaryFolder()
        try old(folder("m"))
        #expect(throws: FileError.exists(path: folder("m"))) {
            try ReplacingFolder.write(to: folder("m"), replacing: nil) { _ in Issue.record("it was filled") }
        }
        try ReplacingFolder.write(to: folder("m"), replacing: .model) { try ReplacingFile.write("2".utf8, to: "\($0)/new") }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder("m")) == ["new"])
        #expect(try folder.names == ["m"])
    }

    @Test func `An empty folder is filled, a file is never replaced`() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder("m"), withIntermediateDirectories: false)
        try ReplacingFolder.write(to: folder("m"), replacing: nil) { try ReplacingFile.write("2".utf8, to: "\($0)/new") }
        try ReplacingFile.write("1".utf8, to: folder("f"))
        #expect(throws: FileError.unwritable(file: folder("f"), reason: "it is a file, a folder's name is needed")) {
            try ReplacingFolder.write(to: folder("f"), replacing: .model) { _ in }
        }
        #expect(try folder.names == ["f", "m"])
    }

    @Test func `An error while filling leaves the old folder and nothing else`() throws {
        let folder = try TemporaryFolder()
        try old(folder("m"))
        #expect(throws: Stop.self) {
            try ReplacingFolder.write(to: folder("m"), replacing: .model) {
                try ReplacingFile.write("2".utf8, to: "\($0)/new")
                throw Stop()
            }
        }
        #expect(try Set(FileManager.default.contentsOfDirectory(atPath: folder("m"))) == ["old", "tenor.json"])
        #expect(try folder.names == ["m"])
    }

    @Test func `Links in the old folder are removed, not what they lead to`() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder("precious"), withIntermediateDirectories: false)
        try ReplacingFile.write("1".utf8, to: folder("precious/file"))
        try FileManager.default.createDirectory(atPath: folder("m"), withIntermediateDirectories: false)
        try FileManager.default.createSymbolicLink(atPath: folder("m/link"), withDestinationPath: "../precious")
        try ReplacingFile.write(#"{"format_version": 1}"#.utf8, to: folder("m/tenor.json"))
        try ReplacingFolder.write(to: folder("m"), replacing: .model) { try ReplacingFile.write("2".utf8, to: "\($0)/new") }
        #expect(try text(folder("precious/file")) == "1")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder("m")) == ["new"])
    }

    @Test func `A link to a folder stays, and the folder that it leads to is replaced`() throws {
        let folder = try TemporaryFolder()
        try old(folder("real"))
        try FileManager.default.createSymbolicLink(atPath: folder("link"), withDestinationPath: "real")
        try ReplacingFolder.write(to: folder("link"), replacing: .model) { try ReplacingFile.write("2".utf8, to: "\($0)/new") }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder("real")) == ["new"])
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder("link")) == "real")
    }

    @Test func `The folder that the program runs in is not replaced`() {
        for path in [".", FileManager.default.currentDirectoryPath, "/"] {
            let error = #expect(throws: FileError.self) {
                try ReplacingFolder.write(to: path, replacing: .model) { _ in Issue.record("it was filled") }
            }
            #expect(error?.description.contains("the program is running in this folder") == true)
        }
    }

    @Test func `Only a folder that the program wrote is replaced`() throws {
        let folder = try TemporaryFolder()
        for (file, content) in [
            ("notes.txt", "mine"), ("tenor.json", "mine"), ("tenor.json", "{}"), ("state.json", #"{"fingerprint": "x"}"#),
        ] {
            try FileManager.default.createDirectory(atPath: folder("m"), withIntermediateDirectories: false)
            try ReplacingFile.write(content.utf8, to: folder("m/\(file)"))
            #expect(throws: FileError.notReplaced(path: folder("m"), missing: "tenor.json")) {
                try ReplacingFolder.write(to: folder("m"), replacing: .model) { _ in Issue.record("it was filled") }
            }
            #expect(try text(folder("m/\(file)")) == content)
            try FileManager.default.removeItem(atPath: folder("m"))
        }
    }

    @Test func `A folder with an input in it is not replaced, by whatever path the input is named`() throws {
        let folder = try TemporaryFolder()
        try old(folder("m"))
        try FileManager.default.createSymbolicLink(atPath: folder("link"), withDestinationPath: "m")
        try FileManager.default.createSymbolicLink(atPath: folder("m/out.csv"), withDestinationPath: "../rows.csv")
        try ReplacingFile.write("1".utf8, to: folder("rows.csv"))
        for input in ["m", "m/", "m/old", "link/old", "link", "m/../m/old", "m/out.csv"] {
            #expect(throws: FileError.holdsInput(path: folder("m"), input: folder(input))) {
                try ReplacingFolder.check(folder("m"), replacing: .model, inputs: ["-", folder(input)])
            }
        }
        try ReplacingFolder.check(folder("m"), replacing: .model, inputs: ["-", folder("rows.csv"), folder("mm")])
    }

    @Test(arguments: [0o700, 0o750, 0o755]) func `What replaces a folder or a file has the permissions of the old one`(mode: Int) throws {
        let folder = try TemporaryFolder()
        try old(folder("m"))
        try ReplacingFile.write("1".utf8, to: folder("f"))
        for name in ["m", "f"] { try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: folder(name)) }
        try ReplacingFolder.write(to: folder("m"), replacing: .model) { try ReplacingFile.write("2".utf8, to: "\($0)/new") }
        try ReplacingFile.write("2".utf8, to: folder("f"))
        for name in ["m", "f"] {
            #expect(try FileManager.default.attributesOfItem(atPath: folder(name))[.posixPermissions] as? Int == mode)
        }
    }

    @Test func `What a killed run left behind is removed, and nothing else`() throws {
        let folder = try TemporaryFolder()
        let left = [".tenor-1-5f3a", ".tenor-4194303-ffffffffffffffff", ".tenor-77-a1-left"]
        let kept = [".tenor-mine", ".tenor-1-5f3a-else", ".tenor--1", ".tenor-1-xyz", "tenor-1-5f3a", ".tenor-1-5f3a.txt"]
        for name in left + kept {
            try FileManager.default.createDirectory(atPath: folder(name), withIntermediateDirectories: false)
            try ReplacingFile.write("1".utf8, to: folder("\(name)/model.safetensors"))
        }
        try ReplacingFile.write("1".utf8, to: folder(".tenor-99-1"))
        // Another process is still writing this one.
        try FileManager.default.createDirectory(atPath: folder(".tenor-1-1"), withIntermediateDirectories: false)
        let descriptor = open(folder(".tenor-1-1"), O_RDONLY)
        #expect(flock(descriptor, LOCK_EX) == 0)
        Leftovers.remove(beside: folder("m"))
        #expect(try Set(folder.names) == Set(kept + [".tenor-1-1"]))
        close(descriptor)
        Leftovers.remove(beside: folder("m/"))
        #expect(try Set(folder.names) == Set(kept))
    }

    @Test func `A folder that a run was killed while replacing comes back`() throws {
        let folder = try TemporaryFolder()
        try old(folder("m"))
        // As a run leaves it if the file system cannot exchange two names: the old folder aside, the new one not yet in place.
        try FileManager.default.moveItem(atPath: folder("m"), toPath: folder(".tenor-old-af63e04c8601f358"))
        Leftovers.remove(beside: folder("m"))
        #expect(try folder.names == ["m"])
        #expect(try text(folder("m/old")) == "1")
        // If both exist, the old one is left over.
        try FileManager.default.copyItem(atPath: folder("m"), toPath: folder(".tenor-old-af63e04c8601f358"))
        Leftovers.remove(beside: folder("m/"))
        #expect(try folder.names == ["m"])
    }
}
