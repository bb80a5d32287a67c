import Console
import Foundation
import PlainText

/// Where troubles go.
enum StandardError {
    /// Writes a line, or several; what they quote doesn't steer the terminal.
    static func write(_ text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { PlainText.clean(String($0)) }
        FileHandle.standardError.write(Data((lines.joined(separator: "\n") + "\n").utf8))
    }
}
