import TandemKit

extension SettingsValue {
    /// A value and the place where it begins.
    init(_ content: Content, at position: SourcePosition) {
        self.init(content, line: position.line, column: position.column)
    }

    /// Where it begins.
    var position: SourcePosition { SourcePosition(line: line, column: column) }

    /// The shape in words, for error messages.
    var words: String {
        switch content {
        case .scalar: "a single value"
        case .list: "a list"
        case .map: "a map of keys"
        default: "nothing"
        }
    }
}

extension SettingsEntry {
    /// Where the key begins.
    var position: SourcePosition { SourcePosition(line: line, column: column) }
}
