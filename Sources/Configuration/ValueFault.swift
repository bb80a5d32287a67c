import PlainText

/// Why a text is not the value that a key needs, and what to write instead.
struct ValueFault: Error {
    let message: String
    let remedy: String
}

extension StringProtocol {
    /// The text in quotation marks, as a message shows it: not longer than one can read.
    var quoted: String { "\"\(PlainText.excerpt(self))\"" }
}
