import TandemKit

extension Findings {
    /// Answers a look-up as no plugin wants it: by a failure, nothing, nonsense, much. Returns false when the call would have
    /// failed with it: it is one too many, or was answered.
    mutating func takesHostile(_ lookUp: LookUp, for call: CallNumber) -> Bool {
        guard self[lookUp] == nil, count < LookUp.countMax else { return false }
        let turn = Int(truncatingIfNeeded: call.raw) + count
        add(lookUp.fault.map { .failed($0) } ?? Self.hostile(lookUp, turn), for: lookUp)
        return true
    }

    private static func hostile(_ lookUp: LookUp, _ turn: Int) -> Finding {
        if turn % 4 == 0 {
            let kinds = LookUpFailure.Kind.allCases
            return .failed(LookUpFailure(kinds[turn / 4 % kinds.count], "the check has made it fail"))
        }
        if case .sql = lookUp.question {
            let values: [SQLValue] = [
                .text("other"), .null, .integer(.min), .real(.infinity), .blob([0, 255]), .text("\u{0}'; --"),
            ]
            let row = SQLRow(columns: turn % 2 == 0 ? ["trunk"] : [], values: turn % 2 == 0 ? [values[turn % 6]] : [])
            return .rows(Array(repeating: row, count: [0, 1, 2, Finding.rowCountMax][turn / 6 % 4]))
        }
        let bodies = [
            "", "{}", "[]", "null", "{\"trunks\": [\"other\"]}", "\u{0}", String(repeating: "[", count: 5000),
        ]
        let statuses: [UInt16] = [200, 204, 302, 404, 500, 999]
        return .http(
            HTTPAnswer(
                status: statuses[turn % 3 == 0 ? turn / 3 % statuses.count : 0],
                body: Array(bodies[turn % bodies.count].utf8)))
    }
}
