import MediaRelay
import TandemKit
import Timing

/// Answers the NG protocol: a cookie and a bencoded dictionary in, the same cookie and the result out.
///
/// Sans-IO and used on the sessions' thread. A message whose cookie was answered lately gets the same answer again, if the
/// same client asks (`NGAnswers`).
public final class NGServer<Host: MediaPortHost> {
    /// Most bytes of names in a `list`: the answer has to fit in a datagram.
    public static var listByteLimit: Int { 60_000 }
    /// Most characters of the reason for a refusal, which may quote what came.
    public static var reasonLimit: Int { 240 }

    private let sessions: RelaySessions<Host>
    private let census: SessionCensus
    private let answers: NGAnswers

    /// A server for these sessions, which are part of those in the census. `answers` are the whole relay's.
    public init(sessions: RelaySessions<Host>, census: SessionCensus, answers: NGAnswers = NGAnswers()) {
        self.answers = answers
        self.sessions = sessions
        self.census = census
    }

    /// The answer to a client's message.
    public func receive(_ message: NGMessage, from client: Endpoint, now: Timestamp) -> [UInt8] {
        defer { if let call = message.call { census.settle(call, isPresent: sessions.has(call)) } }
        let question = NGAnswers.Question(cookie: message.cookie, client: client)
        if let answer = answers[question] { return answer }
        let answer = message.cookie + [UInt8(ascii: " ")] + result(of: message, now: now).bytes
        answers.keep(answer, for: question)
        return answer
    }

    private func result(of message: NGMessage, now: Timestamp) -> Bencode {
        do throws(NGError) {
            return .dictionary(try carryOut(try command(in: message), now: now))
        } catch {
            let reason = String(error.description.prefix(Self.reasonLimit))
            return .dictionary(["result": .text("error"), "error-reason": .text(reason)])
        }
    }

    private func command(in message: NGMessage) throws(NGError) -> NGCommand {
        let value: Bencode
        do throws(BencodeError) { value = try message.content.get() } catch { throw .encoding(error) }
        return try NGCommand(value)
    }

    private func names(limit: Int) -> [Bencode] {
        var room = Self.listByteLimit
        return census.names(limit: limit).prefix {
            room -= $0.utf8.count + 4
            return room >= 0
        }.map(Bencode.text)
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
