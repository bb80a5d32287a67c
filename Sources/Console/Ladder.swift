public import Admin
import PlainText

/// Draws the story of a call as telephone engineers read it: the caller's side on the left, Tandem in the middle, the
/// callees' side on the right, time downwards, the decisions between.
public struct Ladder {
    /// Columns of the time at the left.
    private static let timeWidth = 9
    /// Columns of one side; both sides, the time and the middle fill 100 columns.
    private static let laneWidth = (ConsoleText.width - timeWidth - 2) / 2

    private let isFull: Bool
    private var lines: [String] = []
    private var rightLeg = 0

    private init(isFull: Bool) { self.isFull = isFull }

    /// The ladders of all calls of a trace.
    /// - Parameter isFull: whether each message follows its arrow as it was on the wire.
    public static func draw(_ report: TraceReport, isFull: Bool = false) -> String {
        var blocks = report.calls.map { call in
            var ladder = Ladder(isFull: isFull)
            return ladder.draw(call)
        }
        if blocks.isEmpty { blocks.append("No call is remembered.") }
        if report.isTruncated { blocks.append("Older calls or messages are left out.") }
        return blocks.joined(separator: "\n\n")
    }

    private mutating func draw(_ call: TracedCall) -> String {
        let head = "call \(call.call): \(call.ingress) → \(call.egress ?? "nobody"), \(call.from) dialled \(call.to)"
        lines += ConsoleText.wrap(PlainText.clean(head), to: ConsoleText.width, indent: "  ")
        lines += ConsoleText.wrap(
            PlainText.clean("began \(call.startedAt), \(call.outcome)"), to: ConsoleText.width, indent: "  ")
        lines.append("")
        drawHeads(call)
        for event in call.events {
            switch event.kind {
            case .message(let message): draw(message, at: event.microseconds)
            case .decision(let decision): draw(decision, at: event.microseconds)
            }
        }
        while lines.last?.isEmpty == true { lines.removeLast() }
        return lines.joined(separator: "\n")
    }

    private mutating func drawHeads(_ call: TracedCall) {
        let left = Self.firstMessage(of: call, isRight: false)
        let right = Self.firstMessage(of: call, isRight: true)
        rightLeg = right?.leg ?? 0
        drawLanes(time: "", left: left?.trunk ?? call.ingress, axis: "Tandem", right: right?.trunk ?? "")
        drawLanes(time: "seconds", left: left?.remote ?? "", axis: "│", right: right?.remote ?? "")
    }

    private static func firstMessage(of call: TracedCall, isRight: Bool) -> TraceMessage? {
        for case .message(let message) in call.events.lazy.map(\.kind) where (message.leg > 0) == isRight {
            return message
        }
        return nil
    }

    /// Names at the outer ends of the lanes.
    private mutating func drawLanes(time: String, left: String, axis: String, right: String) {
        let width = Self.laneWidth - (axis.count - 1) / 2
        let line =
            ConsoleText.padLeft(time, to: Self.timeWidth - 1) + " "
            + ConsoleText.pad(ConsoleText.cut(PlainText.clean(left), to: width), to: width) + axis
            + ConsoleText.padLeft(
                ConsoleText.cut(PlainText.clean(right), to: width), to: width - (axis.count + 1) % 2)
        lines.append(trimmed(line))
    }

    private mutating func draw(_ message: TraceMessage, at microseconds: Int64) {
        let isRight = message.leg > 0
        if isRight, message.leg != rightLeg {
            rightLeg = message.leg
            drawLanes(time: "", left: "", axis: "│", right: "\(message.trunk), \(message.remote)")
        }
        let summary = MessageSummary(of: message.text).text + (message.isRetransmission ? " (again)" : "")
        // On the left lane what we send points left, on the right lane it points right.
        let arrow = arrow(summary, pointsRight: message.isOutgoing == isRight)
        let empty = String(repeating: " ", count: Self.laneWidth)
        let time = ConsoleText.padLeft(seconds(microseconds), to: Self.timeWidth - 1) + " "
        lines.append(trimmed(time + (isRight ? "\(empty)│\(arrow)" : "\(arrow)│")))
        if isFull { lines += full(message.text) }
    }

    private func arrow(_ summary: String, pointsRight: Bool) -> String {
        let text = ConsoleText.cut(summary, to: Self.laneWidth - 8)
        let line = String(repeating: "─", count: Self.laneWidth - text.count - 5)
        return pointsRight ? "── \(text) \(line)▶" : "◀\(line) \(text) ──"
    }

    /// What was decided before anything was sent needs no time.
    private mutating func draw(_ decision: TraceDecision, at microseconds: Int64) {
        let time = microseconds > 0 ? seconds(microseconds) : ""
        let text = "· " + PlainText.clean(DecisionText.line(decision))
        let wrapped = ConsoleText.wrap(text, to: ConsoleText.width - Self.timeWidth, indent: "  ")
        lines += wrapped.enumerated().map { number, line in
            ConsoleText.padLeft(number == 0 ? time : "", to: Self.timeWidth - 1) + " " + line
        }
    }

    private func full(_ text: String) -> [String] {
        let indent = String(repeating: " ", count: Self.timeWidth)
        var lines = MessageRedactor.redact(text).utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
            .map { trimmed(indent + PlainText.clean(String(Substring($0.last == 0x0D ? $0.dropLast() : $0)))) }
        while lines.last?.isEmpty == true { lines.removeLast() }
        return lines + [""]
    }

    private func seconds(_ microseconds: Int64) -> String {
        let milliseconds = max(0, microseconds) / 1000
        let fraction = String(milliseconds % 1000)
        return "\(milliseconds / 1000)." + String(repeating: "0", count: 3 - fraction.count) + fraction
    }

    private func trimmed(_ line: String) -> String {
        var line = line
        while line.last == " " { line.removeLast() }
        return line
    }
}
