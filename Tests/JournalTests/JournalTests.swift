import Foundation
import Glibc
import Testing

@testable import Journal

/// A folder of its own for each test.
final class TestFolder {
    let path = NSTemporaryDirectory() + "tandem-journal-\(UUID().uuidString)"
    deinit { try? FileManager.default.removeItem(atPath: path) }

    var files: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).filter { $0 != "lock" }.sorted()
    }

    func contents() throws -> JournalContents { try JournalContents(of: JournalFolder(path)) }
}

@Suite struct JournalTests {
    private let place = TestFolder()

    /// What a process would do with the journal while it lives; the folder is free again afterwards.
    private func live(
        shard: Int = 0, epoch: UInt64 = 7, report: @escaping (JournalWriter.Notice) -> Void = { _ in },
        _ body: (JournalWriter) throws -> Void
    ) throws {
        let folder = try JournalFolder(place.path)
        let contents = try JournalContents(of: folder)
        try body(JournalWriter(folder, shard: shard, epoch: epoch, after: contents, report: report))
    }

    private func text(_ payloads: [[UInt8]]?) -> [String]? { payloads?.map { String(decoding: $0, as: UTF8.self) } }

    @Test("what was put, added and removed is read again; a later put replaces all before")
    func roundTrip() throws {
        try live { journal in
            journal.append(.put, 1, "one")
            journal.append(.put, 2, "two")
            journal.append(.add, 2, "more")
            journal.flush()
            journal.append(.put, 1, "uno")
            journal.append(.put, 3, "three")
            journal.append(.remove, 3, "")
            journal.flush()
        }
        let contents = try place.contents()
        #expect(contents.count == 2)
        #expect(text(contents.entries[0]?[1]) == ["uno"])
        #expect(text(contents.entries[0]?[2]) == ["two", "more"])
        #expect(contents.highestKeys == [0: 3])
        #expect(contents.epoch == 7)
        #expect(contents.problems.isEmpty)
    }

    @Test("a change of a key that was never put leaves nothing")
    func unknownKey() throws {
        try live { journal in
            journal.append(.add, 1, "x")
            journal.append(.remove, 1, "")
            journal.flush()
        }
        #expect(try place.contents().count == 0)
    }

    @Test("cut at any byte, what was written before is read, and what is missing is told")
    func cut() throws {
        try live { journal in
            for key in 1...3 as ClosedRange<UInt64> { journal.append(.put, key, "payload \(key)") }
            journal.flush()
        }
        let path = place.path + "/" + (try #require(place.files.first))
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        let record = JournalFormat.recordByteCount + 9
        for count in 0...whole.count {
            try whole.prefix(count).write(to: URL(fileURLWithPath: path))
            let contents = try place.contents()
            let records = max(0, count - JournalFormat.headerByteCount) / record
            #expect(contents.count == records, "cut at \(count)")
            let isClean = count == 0 || (count - JournalFormat.headerByteCount) % record == 0
            #expect(contents.problems.isEmpty == (isClean && (count == 0 || count >= 24)), "cut at \(count)")
        }
    }

    @Test("a changed byte ends what is read of a file; no byte makes the reader fall")
    func damaged() throws {
        try live { journal in
            for key in 1...3 as ClosedRange<UInt64> { journal.append(.put, key, "payload \(key)") }
            journal.flush()
        }
        let path = place.path + "/" + (try #require(place.files.first))
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        for index in whole.indices {
            var changed = whole
            changed[index] ^= 0x41
            try changed.write(to: URL(fileURLWithPath: path))
            let contents = try place.contents()
            // Of the header, only the epoch is not checked.
            let isEpoch = 8..<16 ~= index
            #expect(contents.problems.isEmpty == isEpoch)
            #expect(contents.count <= 3)
        }
    }

    @Test("segments are closed at their size and removed once nothing that counts is in them")
    func segments() throws {
        try live { journal in
            let payload = String(repeating: "x", count: 500_000)
            for key in 1...200 as ClosedRange<UInt64> {
                journal.append(.put, key, payload)
                journal.flush()
                journal.append(.remove, key, "")
                journal.flush()
                #expect(journal.segmentCount <= 2)
            }
            #expect(place.files.count <= 2)
        }
        #expect(try place.contents().count == 0)
    }

    @Test("a key in an old segment is named until it is put again; then the segment goes")
    func stale() throws {
        try live { journal in
            let payload = String(repeating: "x", count: 900_000)
            for key in 1...3 as ClosedRange<UInt64> { journal.append(.put, key, "old") }
            for key in 4...60 as ClosedRange<UInt64> {
                journal.append(.put, key, payload)
                journal.append(.remove, key, "")
                journal.flush()
            }
            #expect(journal.staleKeys(limit: 2) == [1, 2])
            for key in journal.staleKeys(limit: 10) { journal.append(.put, key, "new") }
            journal.flush()
            #expect(journal.staleKeys(limit: 10).isEmpty)
            #expect(place.files.count == 1)
        }
        let contents = try place.contents()
        #expect(contents.count == 3)
        #expect(text(contents.entries[0]?[2]) == ["new"])
    }

    @Test("the next process goes on behind what it read, and drops it once it has put all again")
    func inherited() throws {
        try live { journal in
            journal.append(.put, 1, "one")
            journal.flush()
        }
        try live { journal in
            #expect(place.files.count == 1)
            journal.append(.put, 1, "one again")
            journal.flush()
            #expect(place.files.count == 2)
            journal.dropInherited()
            #expect(place.files.count == 1)
        }
        #expect(text(try place.contents().entries[0]?[1]) == ["one again"])
        try live { $0.removeAll() }
        #expect(place.files.isEmpty)
    }

    @Test("what is gathered leaves in parts, so that no file becomes too large to be read")
    func parts() throws {
        try live { journal in
            let call = String(repeating: "x", count: 900_000)
            for key in UInt64(1)...40 { journal.append(.put, key, call) }
            journal.flush()
            #expect(journal.segmentCount > 3)
        }
        #expect(try place.contents().count == 40)
    }

    @Test("a number in a file's name that nobody counts to is no journal's")
    func hugeNumber() throws {
        try live { _ in }
        try Data("x".utf8).write(to: URL(fileURLWithPath: "\(place.path)/shard-0-18446744073709551615.journal"))
        try live { journal in
            journal.append(.put, 1, "one")
            journal.flush()
        }
        #expect(try place.contents().count == 1)
    }

    @Test("files that are spoiled anywhere are read as far as they are whole, and never end the process")
    func spoiled() throws {
        try live { journal in
            for key in UInt64(1)...20 { journal.append(.put, key, "call \(key)") }
            journal.flush()
        }
        let path = "\(place.path)/\(try #require(place.files.first))"
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        var seed: UInt64 = 1
        func below(_ bound: Int) -> Int {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(seed >> 33) % bound
        }
        for _ in 0..<500 {
            var bytes = whole
            for _ in 0...below(3) { bytes[below(bytes.count)] = UInt8(below(256)) }
            if below(3) == 0 { bytes.removeLast(below(bytes.count)) }
            try bytes.write(to: URL(fileURLWithPath: path))
            let contents = try place.contents()
            #expect(contents.count <= 20)
            for (key, payloads) in contents.entries[0] ?? [:] { #expect(text(payloads) == ["call \(key)"]) }
        }
    }

    @Test("a full disk is told once; afterwards all is written anew, and that is told too")
    func full() async {
        // In a process of its own: the limit holds for all files.
        await #expect(processExitsWith: .success) { try FullDisk().run() }
    }

    @Test("a folder is one process's: a second is refused with a sentence, and so is what others may change")
    func folder() throws {
        let first = try JournalFolder(place.path)
        let error = #expect(throws: JournalError.self) { try JournalFolder(self.place.path) }
        #expect(error?.description.contains("another daemon's") == true)
        withExtendedLifetime(first) {}
        chmod(place.path, 0o777)
        #expect(throws: JournalError.self) { try JournalFolder(self.place.path + "") }
        chmod(place.path, 0o700)
        #expect(throws: JournalError.self) { try JournalFolder("/dev/null") }
        #expect(throws: JournalError.self) { try JournalFolder("/nowhere/at/all") }
    }

    @Test("files that are no journal, or another shard's, are told and left out")
    func strangers() throws {
        try live { journal in
            journal.append(.put, 1, "one")
            journal.flush()
        }
        let name = try #require(place.files.first)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(place.path)/\(name)"))
        try bytes.write(to: URL(fileURLWithPath: "\(place.path)/shard-3-1.journal"))
        try Data("hello, this is some text".utf8).write(to: URL(fileURLWithPath: "\(place.path)/shard-0-9.journal"))
        try FileManager.default.createSymbolicLink(
            atPath: "\(place.path)/shard-0-10.journal", withDestinationPath: "/etc/passwd")
        try Data("x".utf8).write(to: URL(fileURLWithPath: "\(place.path)/notes.txt"))
        let contents = try place.contents()
        #expect(contents.count == 1)
        #expect(contents.problems.count == 3)
    }
}

/// A disk that has no room for a while: no file of this process may grow beyond a limit, so that `write` fails.
private struct FullDisk {
    let place = TestFolder()

    func run() throws {
        signal(SIGXFSZ, SIG_IGN)
        var notices: [JournalWriter.Notice] = []
        let folder = try JournalFolder(place.path)
        let before = try JournalContents(of: folder)
        let journal = JournalWriter(folder, shard: 0, epoch: 7, after: before) { notices.append($0) }
        journal.append(.put, 1, "one")
        journal.flush()
        setLimit(200)
        for _ in 0..<3 {
            journal.append(.put, 2, String(repeating: "x", count: 300))
            journal.flush()
            precondition(journal.isBehind)
            journal.restart()
        }
        precondition(place.files.count == 1, "what was tried in vain leaves no file")
        let meanwhile = try JournalContents(of: folder)
        precondition(meanwhile.problems.isEmpty && meanwhile.count == 1, "nor a record by half")
        setLimit(1 << 30)
        journal.append(.put, 2, "two")
        journal.flush()
        precondition(!journal.isBehind && notices.count == 2 && notices[1] == .recovered)
        guard case .failed(let sentence) = notices[0] else { preconditionFailure("a failure comes first") }
        precondition(sentence.contains(place.path) && sentence.contains("make room"))
        let contents = try JournalContents(of: folder)
        precondition(contents.entries[0]?[2] == [Array("two".utf8)])
        precondition(contents.entries[0]?[1] == nil, "what was not put again is not known any more")
        try FileManager.default.removeItem(atPath: place.path)
    }

    private func setLimit(_ bytes: UInt) {
        var limit = rlimit(rlim_cur: bytes, rlim_max: 1 << 30)
        setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
    }
}

extension JournalWriter {
    fileprivate func append(_ change: JournalChange, _ key: UInt64, _ payload: String) {
        var payload = payload
        payload.withUTF8 { append(change, key, UnsafeRawBufferPointer($0)) }
    }
}
