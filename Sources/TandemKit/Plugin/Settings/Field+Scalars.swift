extension Field {
    /// A truth value: `true` or `false`.
    public static func bool(_ name: String, _ path: WritableKeyPath<Owner, Bool>, _ help: String) -> Field {
        Field(name, path, help, required: false, kind: .bool, json: { $0 ? "true" : "false" }) { value, decoder in
            switch value.text {
            case "true": return true
            case "false": return false
            default:
                decoder.report("expected true or false, found \(value.kindName)", at: value)
                return nil
            }
        }
    }

    /// A whole number in a range.
    public static func int(
        _ name: String, _ path: WritableKeyPath<Owner, Int>, in range: ClosedRange<Int> = Int.min...Int.max,
        _ help: String, required: Bool = false
    ) -> Field {
        Field(name, path, help, required: required, kind: .int(range), json: { String($0) }) { value, decoder in
            guard let number = value.text.flatMap({ Int($0) }) else {
                decoder.report("expected a whole number, found \(value.kindName)", at: value)
                return nil
            }
            guard range.contains(number) else {
                decoder.report("\(number) is outside \(range.lowerBound) to \(range.upperBound)", at: value)
                return nil
            }
            return number
        }
    }

    /// A text, exactly as written.
    ///
    /// - Parameter check: Says what is wrong with a text, or nil when nothing is.
    public static func string(
        _ name: String, _ path: WritableKeyPath<Owner, String>, _ help: String, required: Bool = false,
        check: ((String) -> String?)? = nil
    ) -> Field {
        Field(name, path, help, required: required, kind: .string, json: { JSONText.quoted($0) }) { value, decoder in
            text(value, check, &decoder)
        }
    }

    /// A text that may be left out.
    ///
    /// - Parameter check: Says what is wrong with a text, or nil when nothing is.
    public static func string(
        _ name: String, _ path: WritableKeyPath<Owner, String?>, _ help: String, check: ((String) -> String?)? = nil
    ) -> Field {
        Field(name, path, help, required: false, kind: .string, json: { $0.map(JSONText.quoted) }) { value, decoder in
            text(value, check, &decoder).map { Optional($0) }
        }
    }

    /// A length of time: `1500ms`, `10s`, `3m`, `4h`.
    public static func duration(
        _ name: String, _ path: WritableKeyPath<Owner, Duration>,
        in range: ClosedRange<Duration> = .zero ... .seconds(31_536_000), _ help: String, required: Bool = false
    ) -> Field {
        Field(
            name, path, help, required: required, kind: .duration,
            json: { JSONText.quoted(DurationText.format($0)) }
        ) { value, decoder in
            guard let duration = value.text.flatMap(DurationText.parse) else {
                decoder.report(
                    "expected a length of time like 10s, 1500ms or 4h, found \(value.kindName)", at: value)
                return nil
            }
            guard range.contains(duration) else {
                let bounds = "\(DurationText.format(range.lowerBound)) to \(DurationText.format(range.upperBound))"
                decoder.report("\(value.kindName) is outside \(bounds)", at: value)
                return nil
            }
            return duration
        }
    }

    /// One of several words: the cases of an enum of strings.
    public static func choice<Choice: CaseIterable & RawRepresentable>(
        _ name: String, _ path: WritableKeyPath<Owner, Choice>, _ help: String, required: Bool = false
    ) -> Field where Choice.RawValue == String {
        let words = Choice.allCases.map(\.rawValue)
        return Field(
            name, path, help, required: required, kind: .choice(words), json: { JSONText.quoted($0.rawValue) }
        ) { value, decoder in
            if let choice = value.text.flatMap(Choice.init(rawValue:)) { return choice }
            let nearest = value.text.flatMap { NearestName.of($0, among: words) }
            let advice = nearest.map { "; did you mean `\($0)`?" } ?? ""
            decoder.report(
                "expected one of \(words.joined(separator: ", ")), found \(value.kindName)\(advice)", at: value)
            return nil
        }
    }

    private static func text(
        _ value: SettingsValue, _ check: ((String) -> String?)?, _ decoder: inout SettingsDecoder
    ) -> String? {
        guard let text = value.text else {
            decoder.report("expected a text, found \(value.kindName)", at: value)
            return nil
        }
        if let complaint = check?(text) {
            decoder.report(complaint, at: value)
            return nil
        }
        return text
    }
}
