import PluginHost
import Testing
import Timing

@testable import Signalling

@Suite("Changes of the plugin folder")
struct PluginFolderChangesTests {
    private let start = Timestamp(nanoseconds: 1_000_000_000)

    private func print(_ number: Int) -> PluginFingerprint { PluginFingerprint([number]) }

    private func at(_ milliseconds: UInt64) -> Timestamp { start + .milliseconds(milliseconds) }

    /// Changes of a folder in which `a.so` has been taken, as it is in print 1.
    private func settled() -> PluginFolderChanges {
        var changes = PluginFolderChanges(loaded: [])
        changes.look(["a.so": print(1)], at: at(0))
        _ = changes.take(at: at(150))
        return changes
    }

    @Test("A new file is told once, when it has not changed for a while")
    func new() {
        var changes = PluginFolderChanges(loaded: [])
        changes.look(["a.so": print(1)], at: at(0))
        #expect(changes.deadline == at(150) && changes.take(at: at(149)) == nil)
        changes.look(["a.so": print(2)], at: at(100))
        #expect(changes.take(at: at(150)) == nil)
        #expect(changes.take(at: at(250)) == .init(changed: ["a.so"]))
        changes.look(["a.so": print(2)], at: at(300))
        #expect(changes.deadline == nil && changes.take(at: at(9000)) == nil)
    }

    @Test("A file that was loaded before the first look is told once more, or as gone")
    func loaded() {
        var changes = PluginFolderChanges(loaded: ["a.so", "b.so"])
        changes.look(["a.so": print(1)], at: at(0))
        #expect(changes.take(at: at(150)) == .init(changed: ["a.so"], removed: ["b.so"]))
    }

    @Test("A file that somebody writes is not told before it is closed, or left alone for long")
    func written() {
        var changes = settled()
        changes.look(["a.so": print(2)], at: at(1000))
        changes.note("a.so", isWritten: true)
        #expect(changes.take(at: at(2000)) == nil)
        changes.note("a.so", isWritten: false)
        #expect(changes.take(at: at(2000)) == .init(changed: ["a.so"]))
        changes.look(["a.so": print(3)], at: at(3000))
        changes.note("a.so", isWritten: true)
        #expect(changes.deadline == at(13_000))
    }

    @Test("Files that change together are told together")
    func together() {
        var changes = settled()
        changes.look(["a.so": print(2)], at: at(1000))
        changes.look(["a.so": print(2), "b.so": print(1)], at: at(1100))
        #expect(changes.take(at: at(1150)) == nil)
        #expect(changes.take(at: at(1250)) == .init(changed: ["a.so", "b.so"]))
    }

    @Test("A file that goes on changing does not keep the others for ever")
    func impatient() {
        var changes = settled()
        for step in 0..<40 {
            changes.look(["a.so": print(2), "b.so": print(step)], at: at(1000 + 100 * UInt64(step)))
            let batch = changes.take(at: at(1000 + 100 * UInt64(step)))
            #expect(batch == (step == 20 ? .init(changed: ["a.so"]) : nil), "\(step)")
        }
    }

    @Test("A file that is gone is told so; one that is replaced by removing it first is told as changed")
    func removed() {
        var changes = settled()
        changes.look([:], at: at(1000))
        changes.look(["a.so": print(2)], at: at(1100))
        #expect(changes.take(at: at(1150)) == nil)
        #expect(changes.take(at: at(1250)) == .init(changed: ["a.so"]))
        changes.look([:], at: at(2000))
        changes.look([:], at: at(2100))
        #expect(changes.take(at: at(2150)) == .init(removed: ["a.so"]))
    }

    @Test("What comes and goes, or is undone, before it has settled is nothing")
    func undone() {
        var changes = settled()
        changes.look(["a.so": print(1), "b.so": print(1)], at: at(1000))
        changes.look(["a.so": print(2)], at: at(1050))
        changes.look(["a.so": print(1)], at: at(1100))
        #expect(changes.deadline == nil)
    }
}
