import SIPTransaction
import TandemKit

/// What our Record-Route carries as its parameter `t`, like `2.0.7h3k9v0c1m2n4`: the trunks of both sides, and the mark
/// that only we can make for them and the dialog's Call-ID.
struct OwnRoute: Equatable {
    /// The longest text: two indices of five digits, two dots and the mark.
    static let longest = 12 + KeyedHash.Mark.count

    let first: Int
    let second: Int
    let mark: KeyedHash.Mark

    /// The route of a request from one trunk to another.
    init(from first: TrunkContext, to second: TrunkContext, callID: Bytes, engine: CallEngine) {
        self.first = first.index
        self.second = second.index
        mark = engine.routeMarks.mark(first.nameHash, second.nameHash, callID)
    }

    /// Reads the parameter's text; nil when it can't be ours. Whether the mark is right is another question.
    init?(_ text: Bytes, engine: CallEngine) {
        let end = text.count - KeyedHash.Mark.count - 1
        guard end > 0, text[end] == 0x2E, let mark = KeyedHash.Mark(text.suffix(from: end + 1)),
            case let sides = text.prefix(end), let dot = sides.firstIndex(of: 0x2E),
            let first = sides.prefix(dot).decimal, let second = sides.suffix(from: dot + 1).decimal,
            case let count = UInt64(engine.trunkCount), first < count, second < count
        else { return nil }
        self.first = Int(first)
        self.second = Int(second)
        self.mark = mark
    }

    /// Whether we made the mark, for a dialog with this Call-ID and while the trunks had these names.
    func isMarked(for callID: Bytes, engine: CallEngine) -> Bool {
        let (one, other) = (engine.trunk(at: first), engine.trunk(at: second))
        return mark == engine.routeMarks.mark(one.nameHash, other.nameHash, callID)
    }
}
