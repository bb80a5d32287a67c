import MediaRelay
import TandemKit

/// A command of the NG protocol, by which SIP servers ask a relay for ports.
public enum NGCommand: Sendable {
    /// Are you there?
    case ping
    /// A description that is to be answered.
    case offer(call: String, from: String, SessionDescription, RelayOptions)
    /// The answer to the last offer; `from` is who answers.
    case answer(call: String, from: String, SessionDescription, RelayOptions)
    /// The end of a call.
    case delete(call: String)
    /// What came through a call.
    case query(call: String)
    /// The calls, at most so many.
    case list(limit: Int)
    /// Figures of the whole relay.
    case statistics

    /// The most calls that `list` names if it isn't told.
    public static let listLimit = 32

    /// Reads the dictionary of a command.
    public init(_ message: Bencode) throws(NGError) {
        let name = try Self.text("command", in: message)
        switch name {
        case "ping": self = .ping
        case "statistics": self = .statistics
        case "list": self = .list(limit: message["limit"]?.number.map { Int(clamping: max(0, $0)) } ?? Self.listLimit)
        case "delete": self = .delete(call: try Self.text("call-id", in: message))
        case "query": self = .query(call: try Self.text("call-id", in: message))
        case "offer":
            self = .offer(
                call: try Self.text("call-id", in: message), from: try Self.text("from-tag", in: message),
                try Self.description(in: message), try Self.options(in: message))
        case "answer":
            self = .answer(
                call: try Self.text("call-id", in: message), from: try Self.text("to-tag", in: message),
                try Self.description(in: message), try Self.options(in: message))
        default: throw .unknownCommand(name)
        }
    }

    private static func text(_ key: String, in message: Bencode) throws(NGError) -> String {
        guard let text = message[key]?.text, !text.isEmpty else { throw .key(key, expected: "a string") }
        return text
    }

    private static func description(in message: Bencode) throws(NGError) -> SessionDescription {
        guard case .string(let bytes)? = message["sdp"] else { throw .key("sdp", expected: "a description") }
        do throws(SDPError) { return try SessionDescription(bytes) } catch { throw .description(error) }
    }

    private static func options(in message: Bencode) throws(NGError) -> RelayOptions {
        var options = RelayOptions()
        let flags = Set(message["flags"]?.items?.compactMap(\.text) ?? [])
        let replaced = Set(message["replace"]?.items?.compactMap(\.text) ?? [])
        options.replacesOrigin = replaced.contains("origin")
        options.passes = ["video"]
        if flags.contains("strict source") || flags.contains("strict-source") { options.latching = .strict }
        if flags.contains("asymmetric") { options.latching = .strict }
        if flags.contains("SIP source address") || flags.contains("SIP-source-address")
            || message["received-from"] != nil
        {
            options.signallingAddress = message["received-from"]?.items?.last?.text.flatMap { IPAddress($0) }
        }
        guard let direction = message["direction"] else { return options }
        guard let names = direction.items?.compactMap(\.text), names.count == 2 else {
            throw .key("direction", expected: "a list of two interfaces")
        }
        options.from = names[0]
        options.towards = names[1]
        return options
    }
}
