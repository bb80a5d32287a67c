extension Field {
    /// A list of texts.
    ///
    /// - Parameter check: Says what is wrong with one text, or nil when nothing is.
    public static func strings(
        _ name: String, _ path: WritableKeyPath<Owner, [String]>, _ help: String, required: Bool = false,
        check: ((String) -> String?)? = nil
    ) -> Field {
        Field(
            name, path, help, required: required, kind: .strings, json: { JSONText.array($0.map(JSONText.quoted)) }
        ) { value, decoder in
            elements(of: value, "texts", &decoder) { element, decoder in
                guard let text = element.text else {
                    decoder.report("expected a text, found \(element.kindName)", at: element)
                    return nil
                }
                if let complaint = check?(text) {
                    decoder.report(complaint, at: element)
                    return nil
                }
                return text
            }
        }
    }

    /// A map with settings of its own.
    public static func record<Record: PluginSettings>(
        _ name: String, _ path: WritableKeyPath<Owner, Record>, _ help: String, required: Bool = false
    ) -> Field {
        Field(
            name, path, help, required: required, kind: .record(Record.fieldDescriptions), json: { _ in nil }
        ) { value, decoder in
            decoder.decode(Record.self, from: value)
        }
    }

    /// A list of maps with settings of their own.
    public static func records<Record: PluginSettings>(
        _ name: String, _ path: WritableKeyPath<Owner, [Record]>, _ help: String, required: Bool = false
    ) -> Field {
        Field(
            name, path, help, required: required, kind: .records(Record.fieldDescriptions),
            json: { $0.isEmpty ? "[]" : nil }
        ) { value, decoder in
            elements(of: value, "maps", &decoder) { element, decoder in
                decoder.decode(Record.self, from: element)
            }
        }
    }

    /// A map of texts.
    ///
    /// - Parameter check: Says what is wrong with a key and its text, or nil when nothing is.
    public static func map(
        _ name: String, _ path: WritableKeyPath<Owner, [String: String]>, _ help: String, required: Bool = false,
        check: ((_ key: String, _ text: String) -> String?)? = nil
    ) -> Field {
        Field(
            name, path, help, required: required, kind: .map,
            json: { JSONText.object($0.sorted { $0.key < $1.key }.map { ($0.key, JSONText.quoted($0.value)) }) }
        ) { value, decoder in
            guard case .map(let entries) = value.content else {
                decoder.report("expected a map of texts, found \(value.kindName)", at: value)
                return nil
            }
            var result: [String: String] = [:]
            for entry in entries {
                decoder.at(entry.key) { decoder in
                    guard let text = entry.value.text else {
                        decoder.report("expected a text, found \(entry.value.kindName)", at: entry.value)
                        return
                    }
                    if let complaint = check?(entry.key, text) {
                        decoder.report(complaint, at: entry.value)
                    } else if result.updateValue(text, forKey: entry.key) != nil {
                        decoder.report("set twice; remove one", line: entry.line, column: entry.column)
                    }
                }
            }
            return result
        }
    }

    private static func elements<Element>(
        of value: SettingsValue, _ what: String, _ decoder: inout SettingsDecoder,
        _ parse: (SettingsValue, inout SettingsDecoder) -> Element?
    ) -> [Element]? {
        guard case .list(let values) = value.content else {
            decoder.report("expected a list of \(what), found \(value.kindName)", at: value)
            return nil
        }
        var result: [Element] = []
        for (index, element) in values.enumerated() {
            if let parsed = decoder.at(index: index, { parse(element, &$0) }) { result.append(parsed) }
        }
        return result
    }
}
