import Timing

/// Values whose bounds the table of keys has.
extension SectionReader {
    /// A length of time; nil when it is missing or wrong.
    func duration(_ name: String) -> Located<TimeInterval>? {
        guard case .duration(let least, let most) = form(name) else { preconditionFailure("\(name) is no duration") }
        return read(name, ValueParsers.duration(least, most))
    }

    /// A length of time that need not be there; nil when it is missing or wrong.
    func durationIfPresent(_ name: String) -> Located<TimeInterval>? {
        guard case .duration(let least, let most) = form(name) else { preconditionFailure("\(name) is no duration") }
        return readIfPresent(name, ValueParsers.duration(least, most))
    }

    /// A length of time, or nil inside for `off`; nil when it is missing or wrong.
    func durationOrOff(_ name: String) -> Located<TimeInterval?>? {
        guard case .either(["off"], .duration(let least, let most)) = form(name) else {
            preconditionFailure("\(name) is no duration that can be off")
        }
        return read(name, ValueParsers.durationOrOff(least, most))
    }

    /// A whole number; nil when it is missing or wrong.
    func number(_ name: String) -> Located<Int>? {
        guard case .number(let range) = form(name) else { preconditionFailure("\(name) is no number") }
        return read(name, ValueParsers.number(range))
    }

    /// A whole number that need not be there; nil when it is missing or wrong.
    func numberIfPresent(_ name: String) -> Located<Int>? {
        guard case .number(let range) = form(name) else { preconditionFailure("\(name) is no number") }
        return readIfPresent(name, ValueParsers.number(range))
    }

    /// A size in memory, 0 for `off`; nil when it is missing or wrong.
    func size(_ name: String) -> Located<Int>? {
        switch form(name) {
        case .either(["off"], .size(let range)): read(name, ValueParsers.size(range, canBeOff: true))
        case .size(let range): read(name, ValueParsers.size(range, canBeOff: false))
        default: preconditionFailure("\(name) is no size")
        }
    }

    private func form(_ name: String) -> ValueForm { ConfigurationSchema.key("\(pattern).\(name)").form }
}
