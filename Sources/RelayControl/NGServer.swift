import MediaRelay
import TandemKit
import Timing

/// Answers the NG protocol: a cookie and a bencoded dictionary in, the same cookie and the result out.
///
/// Sans-IO and used on the sessions' thread. A message whose cookie was answered lately gets the same answer again: a
/// client that heard nothing asks twice, and an offer must not be taken twice.
public final class NGServer<Host: MediaPortHost> {
    /// Answers kept for repeated messages.
    public static var answerLimit: Int { 1_024 }
    /// The longest cookie, in bytes.
    public static var cookieByteLimit: Int { 64 }

    private let sessions: RelaySessions<Host>
    private var answers: [[UInt8]: [UInt8]] = [:]
    private var cookies: [[UInt8]] = []
    private var oldest = 0
    /// Messages that were refused.
    public private(set) var refused: UInt64 = 0

    /// A server for these sessions.
    public init(sessions: RelaySessions<Host>) { self.sessions = sessions }

    /// The answer to a message; nil when it has no cookie to answer by.
    public func receive(_ message: UnsafeRawBufferPointer, now: Timestamp) -> [UInt8]? {
        guard let space = message.prefix(Self.cookieByteLimit + 1).firstIndex(of: UInt8(ascii: " ")), space > 0 else {
            refused &+= 1
            return nil
        }
        let cookie = Array(message[..<space])
        if let answer = answers[cookie] { return answer }
        var result: [String: Bencode]
        do throws(NGError) {
            let command = try read(Array(message[(space + 1)...]))
            result = try carryOut(command, now: now)
        } catch {
            refused &+= 1
            result = ["result": .text("error"), "error-reason": .text(error.description)]
        }
        var answer = cookie
        answer.append(UInt8(ascii: " "))
        Bencode.dictionary(result).write(to: &answer)
        keep(answer, for: cookie)
        return answer
    }

    private func read(_ bytes: [UInt8]) throws(NGError) -> NGCommand {
        let value: Bencode
        do throws(BencodeError) { value = try Bencode(bytes[...]) } catch { throw .encoding(error) }
        return try NGCommand(value, interfaces: sessions.interfaces)
    }

    private func keep(_ answer: [UInt8], for cookie: [UInt8]) {
        answers[cookie] = answer
        if cookies.count < Self.answerLimit {
            cookies.append(cookie)
        } else {
            answers[cookies[oldest]] = nil
            cookies[oldest] = cookie
            oldest = (oldest + 1) % cookies.count
        }
    }

    private func carryOut(_ command: NGCommand, now: Timestamp) throws(NGError) -> [String: Bencode] {
        do throws(RelayError) {
            switch command {
            case .ping:
                return ["result": .text("pong")]
            case .offer(let call, let from, let description, let options):
                let seen = try sessions.offer(description, from: from, in: call, options, now: now)
                return ["result": .text("ok"), "sdp": .string(seen.bytes)]
            case .answer(let call, let from, let description, let options):
                let seen = try sessions.answer(description, from: from, in: call, options, now: now)
                return ["result": .text("ok"), "sdp": .string(seen.bytes)]
            case .delete(let call):
                return NGReport.dictionary(of: try sessions.delete(call), now: now)
            case .query(let call):
                return NGReport.dictionary(of: try sessions.query(call), now: now)
            case .list(let limit):
                return ["result": .text("ok"), "calls": .list(sessions.names.prefix(limit).map(Bencode.text))]
            case .statistics:
                return [
                    "result": .text("ok"),
                    "statistics": .dictionary([
                        "currentstatistics": .dictionary([
                            "sessionstotal": .integer(Int64(sessions.count))
                        ])
                    ]),
                ]
            }
        } catch {
            throw .relay(error)
        }
    }
}
