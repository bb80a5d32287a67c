/// The name of a plugin to be written: also its type's, its module's and its folder's.
public struct PluginName: Hashable, Sendable {
    /// The most characters.
    static let lengthMax = 64

    /// The name.
    public let text: String

    /// Takes a name that Swift, the kit and the daemon take.
    public init(_ text: String) throws(AuthoringFailure) {
        guard Self.isIdentifier(text) else {
            throw AuthoringFailure(
                "'\(text)' is no name for a Swift type",
                remedy:
                    "write letters and digits alone, beginning with a capital letter, like \(Self.suggestion(for: text))"
            )
        }
        guard text.utf8.count <= Self.lengthMax else {
            throw AuthoringFailure("the name is longer than \(Self.lengthMax) characters", remedy: "take a shorter one")
        }
        if Self.shipped.contains(text) {
            throw AuthoringFailure(
                "a plugin '\(text)' ships with Tandem, and two of one name are both refused",
                remedy: "take another name, like My\(text)")
        }
        if Self.reserved.contains(text) || ModuleAudit.core.contains(text) {
            throw AuthoringFailure(
                "'\(text)' means something else in the source of a plugin", remedy: "take another name, like My\(text)")
        }
        self.text = text
    }

    private static let shipped: Set<String> = ["DialPlan", "VoiceRoutes", "Generic", "Lync", "Asterisk"]
    /// Modules that a package may need, and types of the kit and of Swift that plugins mention.
    private static let reserved: Set<String> = [
        "AdapterError", "AdapterHooks", "Any", "AnyObject", "Array", "Bool", "Bytes", "CallEvent", "CallNumber",
        "CallObserver", "CallStateValue", "DecisionLog", "Dictionary", "EgressLeg", "Failure", "Field", "Foundation",
        "GatewayAdapter", "GatewayProfile", "Glibc", "HeaderFields", "HeaderName", "Identity", "IngressLeg", "Int",
        "NormalizationError", "Normalizer", "NumberContext", "Optional", "PhoneNumber", "Plugin", "PluginSettings",
        "Protocol", "RouteDecision", "RouteQuery", "Router", "SIPMessage", "SIPRequest", "SIPResponse", "SIPURI",
        "Self",
        "Set", "Settings", "String", "Swift", "TandemPlugin", "Testing", "TrunkChoice", "Type", "XCTest",
    ]

    private static func isIdentifier(_ text: String) -> Bool {
        guard let first = text.utf8.first, first >= 65, first <= 90 else { return false }
        return text.utf8.allSatisfy(isLetterOrDigit)
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        byte >= 48 && byte <= 57 || byte >= 65 && byte <= 90 || byte >= 97 && byte <= 122
    }

    /// The words of a text that is no name, joined as Swift does it.
    private static func suggestion(for text: String) -> String {
        let words = text.split { !$0.utf8.allSatisfy(isLetterOrDigit) }
        let joined = words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined().drop { !$0.isLetter }
        let name = String(joined.prefix(1).uppercased() + joined.dropFirst())
        return isIdentifier(name) && name.utf8.count <= lengthMax ? name : "MyGateway"
    }
}
