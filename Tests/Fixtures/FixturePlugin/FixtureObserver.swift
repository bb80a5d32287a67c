import FixtureMode
import Glibc
import TandemKit

/// An observer for the tests of the running daemon: a line for each call's beginning and end, with the number in its
/// file's section `fixture.mode`.
struct FixtureObserver: CallObserver {
    struct Settings: PluginSettings {
        var lines = ""
        static var fields: [Field<Self>] { [.string("lines", \.lines, "Where the lines go.", required: true)] }
    }

    private let file: String

    init(settings: Settings) { file = settings.lines }

    func observe(_ event: CallEvent) {
        let word: String
        switch event.kind {
        case .began: word = "began"
        case .ended: word = "ended"
        default: return
        }
        let line = "\(fixture_mode_number()) \(word) \(event.call)\n"
        let descriptor = open(file, O_WRONLY | O_APPEND | O_CREAT, 0o600)
        _ = line.withCString { write(descriptor, $0, strlen($0)) }
        close(descriptor)
    }
}
