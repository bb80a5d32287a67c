import Foundation

/// Serves what an admin connection can be asked. Called on the server's thread, one request at a time.
public protocol AdminService: Sendable {
    /// The answer to a request. May wait, briefly: every other client waits with it.
    func answer(_ request: AdminRequest) -> AdminAnswer
}

/// One connection to the control socket without its socket: bytes in, bytes out.
struct AdminSession {
    /// Bytes that wait to be written.
    private(set) var output: [UInt8] = []
    /// Whether the connection ends once `output` is written.
    private(set) var isClosing = false

    private var input: [UInt8] = []
    private let limits: AdminLimits

    init(limits: AdminLimits) { self.limits = limits }

    /// Takes received bytes and answers the first whole line.
    mutating func receive(_ bytes: some Sequence<UInt8>, service: some AdminService) {
        guard !isClosing else { return }
        input += bytes
        serve(service)
    }

    /// Takes note that the first `count` bytes of the output are written; then the next request has its turn.
    mutating func wrote(_ count: Int, service: some AdminService) {
        output.removeFirst(count)
        serve(service)
    }

    /// Answers one request, and only when the last answer has left: a client that asks without reading fills nothing.
    private mutating func serve(_ service: some AdminService) {
        while output.isEmpty, !isClosing {
            guard let end = input.firstIndex(of: UInt8(ascii: "\n")) else {
                if input.count > limits.requestBytes { refuseLength() }
                return
            }
            let line = Array(input[..<end])
            input.removeSubrange(...end)
            if line.count > limits.requestBytes { return refuseLength() }
            if line.contains(where: { $0 > 0x20 }) { send(Self.answer(to: line, service: service)) }
        }
    }

    private mutating func refuseLength() {
        refuse("the request is longer than \(limits.requestBytes) bytes", "send one JSON object on a line")
    }

    /// Tells the client why and ends the connection.
    mutating func refuse(_ message: String, _ remedy: String) {
        send(.failed(AdminFailure(message, remedy: remedy)))
        isClosing = true
    }

    private mutating func send(_ answer: AdminAnswer) {
        var line = AdminCoding.encode(answer)
        if line.count > limits.answerBytes {
            line = AdminCoding.encode(
                AdminAnswer.failed(
                    AdminFailure(
                        "the answer is longer than \(limits.answerBytes) bytes", remedy: "ask for less, like one call"))
            )
        }
        output += line
        output.append(UInt8(ascii: "\n"))
    }

    private static func answer(to line: [UInt8], service: some AdminService) -> AdminAnswer {
        do {
            return service.answer(try JSONDecoder().decode(AdminRequest.self, from: Data(line)))
        } catch {
            return .failed(
                AdminFailure(
                    "this is no request that this Tandem knows", remedy: "use the `tandem` command of the same version")
            )
        }
    }
}

/// Requests and answers as bytes.
enum AdminCoding {
    /// One line of JSON without its line feed; keys sorted, so that the same answer is the same text.
    static func encode(_ value: some Encodable) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        // Strings, integers and finite numbers: there is nothing here that can't be encoded.
        return (try? encoder.encode(value)).map(Array.init) ?? []
    }
}
