import TandemKit
import Testing

@Suite struct SettingsConflictTests {
    private struct Limits: PluginSettings {
        var least = 1
        var most = 10

        static var fields: [Field<Self>] {
            [.int("least", \.least, "The fewest."), .int("most", \.most, "The most.")]
        }

        func conflicts() -> [SettingsConflict] {
            least > most ? [SettingsConflict("most", "\(most) is less than `least`, which is \(least)")] : []
        }
    }

    private func settings(_ entries: [(String, String)]) -> SettingsValue {
        SettingsValue(
            .map(
                entries.enumerated().map { index, entry in
                    let value = SettingsValue(.scalar(entry.1), line: index + 1, column: 9)
                    return SettingsEntry(entry.0, value, line: index + 1, column: 1)
                }))
    }

    @Test("settings that don't go together are an error at the place of the one to change")
    func place() {
        let error = #expect(throws: SettingsErrors.self) {
            try Limits(decoding: settings([("least", "5"), ("most", "3")]))
        }
        #expect(
            error?.errors == [
                SettingsError(line: 2, column: 9, path: "most", message: "3 is less than `least`, which is 5")
            ])
    }

    @Test("they are not compared while one of them cannot be read")
    func unreadable() {
        let error = #expect(throws: SettingsErrors.self) {
            try Limits(decoding: settings([("least", "50"), ("most", "many")]))
        }
        #expect(error?.errors.count == 1)
    }
}
