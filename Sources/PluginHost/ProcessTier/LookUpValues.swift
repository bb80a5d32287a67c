import TandemKit
import Wire

/// Look-ups and findings as bytes, for hooks that run in another process.
extension WireWriter {
    mutating func put(_ lookUp: LookUp) {
        put(lookUp.source)
        let (seconds, attoseconds) = lookUp.deadline.components
        put(seconds)
        put(attoseconds)
        switch lookUp.question {
        case .http(let question):
            put(1 as UInt8)
            put(question.method)
            put(question.target)
            put(question.headers)
            put(question.body)
        case .sql(let question):
            put(2 as UInt8)
            put(question.statement)
            put(question.arguments) { $0.put($1) }
        @unknown default: put(0 as UInt8)
        }
    }

    mutating func put(_ findings: Findings) {
        put(findings.all) {
            $0.put($1.lookUp)
            $0.put($1.finding)
        }
    }

    private mutating func put(_ finding: Finding) {
        switch finding {
        case .http(let answer):
            put(1 as UInt8)
            put(answer.status)
            put(answer.headers)
            put(answer.body)
        case .rows(let rows):
            put(2 as UInt8)
            put(rows) {
                $0.put($1.columns) { $0.put($1) }
                $0.put($1.values) { $0.put($1) }
            }
        case .failed(let failure):
            put(3 as UInt8)
            put(failure.kind.rawValue)
            put(failure.sentence)
        @unknown default: put(0 as UInt8)
        }
    }

    private mutating func put(_ headers: [HTTPField]) {
        put(headers) {
            $0.put($1.name)
            $0.put($1.value)
        }
    }

    private mutating func put(_ value: SQLValue) {
        switch value {
        case .null: put(1 as UInt8)
        case .integer(let number):
            put(2 as UInt8)
            put(number)
        case .real(let number):
            put(3 as UInt8)
            put(number.bitPattern)
        case .text(let text):
            put(4 as UInt8)
            put(text)
        case .blob(let bytes):
            put(5 as UInt8)
            put(bytes)
        @unknown default: put(1 as UInt8)
        }
    }
}

extension WireReader {
    mutating func lookUp() throws(WireError) -> LookUp {
        let source = try text()
        let (seconds, attoseconds) = (try number(Int64.self), try number(Int64.self))
        guard 0...60 ~= seconds, 0..<1_000_000_000_000_000_000 ~= attoseconds else {
            throw WireError(offset: 0, "\(seconds) s are no deadline")
        }
        let deadline = Duration(secondsComponent: seconds, attosecondsComponent: attoseconds)
        switch try number(UInt8.self) {
        case 1:
            let (method, target) = (try text(), try text())
            let question = HTTPQuestion(method: method, target: target, headers: try headers(), body: try array())
            return LookUp(source: source, question: .http(question), deadline: deadline)
        case 2:
            let question = SQLQuestion(statement: try text(), arguments: try values())
            return LookUp(source: source, question: .sql(question), deadline: deadline)
        case let other: throw WireError(offset: 0, "\(other) is no look-up")
        }
    }

    mutating func findings() throws(WireError) -> Findings {
        let all = try list { reader throws(WireError) in
            let lookUp = try reader.lookUp()
            return (lookUp, try reader.finding())
        }
        var findings = Findings()
        for (lookUp, finding) in all { findings.add(finding, for: lookUp) }
        return findings
    }

    private mutating func finding() throws(WireError) -> Finding {
        switch try number(UInt8.self) {
        case 1: return .http(HTTPAnswer(status: try number(), headers: try headers(), body: try array()))
        case 2:
            return .rows(
                try list { reader throws(WireError) in
                    let columns = try reader.list { reader throws(WireError) in try reader.text() }
                    return SQLRow(columns: columns, values: try reader.values())
                })
        case 3:
            guard let kind = LookUpFailure.Kind(rawValue: try text()) else {
                throw WireError(offset: 0, "no kind of a failure")
            }
            return .failed(LookUpFailure(kind, try text()))
        case let other: throw WireError(offset: 0, "\(other) is no finding")
        }
    }

    private mutating func headers() throws(WireError) -> [HTTPField] {
        try list { reader throws(WireError) in HTTPField(try reader.text(), try reader.text()) }
    }

    private mutating func values() throws(WireError) -> [SQLValue] {
        try list { reader throws(WireError) in
            switch try reader.number(UInt8.self) {
            case 1: .null
            case 2: .integer(try reader.number())
            case 3: .real(Double(bitPattern: try reader.number()))
            case 4: .text(try reader.text())
            case 5: .blob(try reader.array())
            case let other: throw WireError(offset: 0, "\(other) is no value")
            }
        }
    }
}
