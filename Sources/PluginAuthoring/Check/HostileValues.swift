import MessageMutation
import TandemKit

/// Numbers, names and events that no friend would send. The same seed and index give the same values, whatever was made
/// before.
struct HostileValues {
    private static let texts = [
        "+14255550100", "0100", "911", "+", "*31#0100", "00494012345", "anonymous", "alice", "1-800-FLOWERS",
        "+1425555;ext=12;phone-context=example.com", "0100;phone-context=dialstring", "0", "%2B1", "\u{202E}0100",
        "٠١٢",
        "'; DROP TABLE calls; --", "../../etc/passwd", "\u{0}", "😀", "Jörg \"x\" <y>", " 0100 ", "0100@example.com",
        String(repeating: "9", count: 300), String(repeating: "é", count: 5000), "(((((((((((((a+)+)+)+)+)+)+)+!",
    ].map { Array($0.utf8) }

    private var mutator: MessageMutator

    init(seed: UInt64, index: Int) {
        mutator = MessageMutator(
            seed: seed &* 0x9E37_79B9_7F4A_7C15 ^ UInt64(index) &* 0xD134_2543_DE82_EF95, corpus: Self.texts)
    }

    mutating func text() -> String {
        mutator.random(64) == 0 ? "" : String(decoding: mutator.next(), as: UTF8.self)
    }

    mutating func number() -> PhoneNumber {
        let text = text()
        return mutator.random(2) == 0 ? PhoneNumber(text) : PhoneNumber(userPart: text, isPhone: mutator.random(2) == 0)
    }

    mutating func trunk() -> String { mutator.random(4) == 0 ? text() : "other" }

    mutating func event(_ index: Int) -> CallEvent.Kind {
        let failure = Failure(
            status: UInt16(300 + mutator.random(400)), reason: text(), cause: Q850Cause(UInt8(mutator.random(128))),
            diagnostic: .peerRefused, detail: text())
        switch index % 7 {
        case 0: return .began(trunk: trunk(), called: number(), calling: mutator.random(3) == 0 ? nil : number())
        case 1: return .attempted(trunk: trunk(), attempt: mutator.random(100))
        case 2:
            return .progressed(
                trunk: trunk(), status: UInt16(100 + mutator.random(100)), hasMedia: mutator.random(2) == 0)
        case 3: return .attemptFailed(trunk: trunk(), failure: failure)
        case 4: return .answered(trunk: trunk())
        case 5: return .held(mutator.random(2) == 0)
        default: return .ended(failure)
        }
    }
}
