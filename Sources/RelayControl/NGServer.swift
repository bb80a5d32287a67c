import MediaRelay
import TandemKit
import Timing

/// Answers the NG protocol: a cookie and a bencoded dictionary in, the same cookie and the result out.
///
/// Sans-IO and used on the sessions' thread. A message whose cookie was answered lately gets the same answer again, if the
/// same client asks: one that heard nothing asks twice, and an offer must not be taken twice.
public final class NGServer<Host: MediaPortHost> {
    /// Answers kept for repeated messages.
    public static var answerLimit: Int { 1_024 }
    /// The longest cookie, in bytes.
    public static var cookieByteLimit: Int { 64 }

    /// Most bytes of names in a `list`: the answer has to fit in a datagram.
    public static var listByteLimit: Int { 60_000 }
    /// Most characters of the reason for a refusal, which may quote what came.
    public static var reasonLimit: Int { 240 }

    private struct Question: Hashable {
        let cookie: [UInt8]
        let client: Endpoint
    }

    private let sessions: RelaySessions<Host>
    private let census: SessionCensus
    private var answers: [Question: [UInt8]] = [:]
    private var questions: [Question] = []
    private var oldest = 0
    /// Messages that were refused.
    public private(set) var refused: UInt64 = 0

    /// A server for these sessions, which are part of those in the census.
    public init(sessions: RelaySessions<Host>, census: SessionCensus) {
        self.sessions = sessions
        self.census = census
    }

    /// The answer to a client's message; nil when it has no cookie to answer by.
    public func receive(_ message: UnsafeRawBufferPointer, from client: Endpoint, now: Timestamp) -> [UInt8]? {
        guard let space = Self.cookieEnd(message) else {
            refused &+= 1
            return nil
        }
        let cookie = Array(message[..<space])
        let question = Question(cookie: cookie, client: client)
        if let answer = answers[question] { return answer }
        var result: [String: Bencode]
        do throws(NGError) {
            let command = try read(Array(message[(space + 1)...]))
            result = try carryOut(command, now: now)
        } catch {
            refused &+= 1
            let reason = String(error.description.prefix(Self.reasonLimit))
            result = ["result": .text("error"), "error-reason": .text(reason)]
        }
        var answer = cookie
        answer.append(UInt8(ascii: " "))
        Bencode.dictionary(result).write(to: &answer)
        keep(answer, for: question)
        return answer
    }

    private func read(_ bytes: [UInt8]) throws(NGError) -> NGCommand {
        let value: Bencode
        do throws(BencodeError) { value = try Bencode(bytes[...]) } catch { throw .encoding(error) }
        return try NGCommand(value)
    }

    private static func cookieEnd(_ message: UnsafeRawBufferPointer) -> Int? {
        let space = message.prefix(cookieByteLimit + 1).firstIndex(of: UInt8(ascii: " "))
        return space == 0 ? nil : space
    }

    /// The call that a message is about; nil when it names none. The threads of a relay share the calls by it.
    public static func call(in message: UnsafeRawBufferPointer) -> String? {
        guard let space = cookieEnd(message) else { return nil }
        return (try? Bencode(Array(message[(space + 1)...])[...]))?["call-id"]?.text
    }

    private func keep(_ answer: [UInt8], for question: Question) {
        answers[question] = answer
        if questions.count < Self.answerLimit {
            questions.append(question)
        } else {
            answers[questions[oldest]] = nil
            questions[oldest] = question
            oldest = (oldest + 1) % questions.count
        }
    }

    private func names(limit: Int) -> [Bencode] {
        var room = Self.listByteLimit
        return census.names(limit: limit).prefix {
            room -= $0.utf8.count + 4
            return room >= 0
        }.map(Bencode.text)
    }

    private func carryOut(_ command: NGCommand, now: Timestamp) throws(NGError) -> [String: Bencode] {
        defer { if let call = command.call { census.note(call, isPresent: sessions.has(call)) } }
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
                return ["result": .text("ok"), "calls": .list(names(limit: limit))]
            case .statistics:
                return [
                    "result": .text("ok"),
                    "statistics": .dictionary([
                        "currentstatistics": .dictionary([
                            "sessionstotal": .integer(Int64(census.count))
                        ])
                    ]),
                ]
            }
        } catch {
            throw .relay(error)
        }
    }
}
