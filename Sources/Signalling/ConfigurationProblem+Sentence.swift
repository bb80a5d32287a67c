import Configuration
import Foundation

extension ConfigurationProblem {
    /// A problem from a sentence whose remedy follows its last semicolon or, without one, its last colon.
    init(at position: SourcePosition?, path: String, sentence: String) {
        let text = sentence.hasSuffix(".") ? String(sentence.dropLast()) : sentence
        let end = text.range(of: "; ", options: .backwards) ?? text.range(of: ": ", options: .backwards)
        guard let colon = end else {
            let place =
                path.hasPrefix("plugins.instances.")
                ? "`tandem plugins PLUGIN` shows what can be set" : "see docs/CONFIGURATION.md"
            self.init(at: position, path: path, message: text, remedy: place)
            return
        }
        self.init(
            at: position, path: path, message: String(text[..<colon.lowerBound]),
            remedy: String(text[colon.upperBound...]))
    }
}
