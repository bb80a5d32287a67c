import Configuration
import Foundation
public import PluginHost

/// The JSON Schema (draft 7, which editors know best) of a whole configuration file: made from the table of keys and from
/// what the plugins of a folder say can be set.
///
/// It tells an editor what `tandem check` would refuse as far as types, words, ranges and unknown keys go; what needs more
/// than one value, or the world, only `tandem check` knows.
public struct ConfigurationJSONSchema {
    private typealias Node = [String: Any]

    private let plugins: PluginSet

    /// A schema that knows the settings of these plugins.
    public init(plugins: PluginSet) { self.plugins = plugins }

    /// The schema as text.
    public var text: String { Self.text(of: root) }

    /// The schemas of the plugins' settings by plugin name, as one JSON object.
    public static func settings(of plugins: PluginSet) -> String {
        text(of: Dictionary(plugins.plugins.map { ($0.name, settings(of: $0)) }) { first, _ in first })
    }

    /// The schema of one plugin's settings.
    public static func settings(of plugin: LoadedPlugin, named title: String) -> String {
        text(of: settings(of: plugin).merging(["title": title, "$schema": dialect]) { $1 })
    }

    private static let dialect = "http://json-schema.org/draft-07/schema#"
    /// `SectionReader.isName`.
    private static let name = "^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$"

    private var root: Node {
        var root = Self.map(under: "")
        root["$schema"] = Self.dialect
        root["title"] = "Tandem"
        root["patternProperties"] = ["^\(ConfigurationSchema.fragmentPrefix)": true]
        root["required"] = ["listeners", "trunks"]
        var definitions = Node()
        for plugin in plugins.plugins { definitions[plugin.name] = Self.settings(of: plugin) }
        root["definitions"] = definitions
        return Self.changed(root, at: ["plugins", "instances", "*"]) { choosingSettings($0) }
    }

    /// The map of an instance, whose settings are those of the plugin that it names.
    private func choosingSettings(_ instance: Node) -> Node {
        guard !plugins.plugins.isEmpty else { return instance }
        var instance = instance
        let names = plugins.plugins.map(\.name)
        instance = Self.changed(instance, at: ["plugin"]) { $0.merging(["enum": names]) { $1 } }
        instance["allOf"] = names.map { name -> Node in
            [
                "if": ["properties": ["plugin": ["const": name]], "required": ["plugin"]] as Node,
                "then": ["properties": ["settings": ["$ref": "#/definitions/\(name)"]]] as Node,
            ]
        }
        return instance
    }

    /// A node with the one at a path of keys replaced; `*` is the name that an operator chooses.
    private static func changed(_ node: Node, at path: some Collection<String>, _ change: (Node) -> Node) -> Node {
        guard let key = path.first else { return change(node) }
        var node = node
        if key == "*" {
            node["additionalProperties"] = changed(
                node["additionalProperties"] as? Node ?? [:], at: path.dropFirst(), change)
        } else {
            var properties = node["properties"] as? Node ?? [:]
            properties[key] = changed(properties[key] as? Node ?? [:], at: path.dropFirst(), change)
            node["properties"] = properties
        }
        return node
    }

    // MARK: The table of keys

    /// The map under a path of the table, like `trunks.*`.
    private static func map(under section: String) -> Node {
        let prefix = section.isEmpty ? "" : section + "."
        let keys = ConfigurationSchema.keys.filter { $0.path.hasPrefix(prefix) }
        var (properties, required, names) = (Node(), [String](), false)
        for key in keys {
            let rest = key.path.dropFirst(prefix.count)
            let name = String(rest.prefix { $0 != "." })
            if name == "*" {
                names = true
            } else if name.count == rest.count {
                properties[name] = value(of: key)
                if key.standard == nil { required.append(name) }
            } else if properties[name] == nil {
                properties[name] = map(under: prefix + name)
            }
        }
        if names {
            return [
                "type": ["object", "null"], "additionalProperties": map(under: prefix + "*"),
                "propertyNames": ["pattern": name],
            ]
        }
        var node: Node = ["type": ["object", "null"], "properties": properties, "additionalProperties": false]
        if !required.isEmpty {
            node["required"] = required
            node["type"] = "object"
        }
        return node
    }

    private static func value(of key: ConfigurationKey) -> Node {
        var node = schema(of: key.form)
        node["description"] = "\(key.help) Write \(key.form.words)." + (key.standard.map { " Default: \($0)." } ?? "")
        return node
    }

    private static func schema(of form: ValueForm) -> Node {
        switch form {
        case .text: ["type": ["string", "number"]]
        case .flag: ["type": "boolean"]
        case .number(let range): ["type": "integer", "minimum": range.lowerBound, "maximum": range.upperBound]
        case .duration: ["type": "string", "pattern": "^[0-9]+(ns|us|ms|s|m|h|d)$"]
        case .size(let range):
            [
                "type": ["string", "integer"], "pattern": "^[0-9]+[KMG]iB$", "minimum": range.lowerBound,
                "maximum": range.upperBound,
            ]
        case .choice(let words): ["enum": words]
        case .either(let words, let other): ["anyOf": [["enum": words], schema(of: other)]]
        case .list(_, let element): ["anyOf": [["type": "array", "items": schema(of: element)], schema(of: element)]]
        case .settings: ["type": ["object", "null"]]
        case .secret: ["anyOf": [["type": ["string", "number"]], secret("file"), secret("environment")]]
        }
    }

    // MARK: JSON

    private static func settings(of plugin: LoadedPlugin) -> Node {
        // Tandem's own kit has written it, in the process that inspected the file.
        let schema = try? JSONSerialization.jsonObject(with: Data(plugin.settingsSchema.utf8))
        return asWritten(schema as? Node ?? ["type": "object"])
    }

    /// A schema of settings as a file may have them: a text stands without quotes, so that YAML may take it for a number or a
    /// truth value, or is the place of a secret (`SecretResolver`); a map may be left empty.
    private static func asWritten(_ node: Node) -> Node {
        var node = node.mapValues { value -> Any in
            switch value {
            case let node as Node: asWritten(node)
            case let nodes as [Node]: nodes.map(asWritten)
            default: value
            }
        }
        switch node["type"] as? String {
        case "string" where node["pattern"] == nil:
            node["type"] = nil
            node["anyOf"] = [["type": ["string", "number", "boolean"]], secret("file"), secret("environment")]
        case "object": node["type"] = ["object", "null"]
        default: break
        }
        return node
    }

    private static func secret(_ key: String) -> Node {
        [
            "type": "object", "properties": [key: ["type": "string"]], "required": [key],
            "additionalProperties": false,
        ]
    }

    private static func text(of node: Node) -> String {
        let options: JSONSerialization.WritingOptions = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let data = try? JSONSerialization.data(withJSONObject: node, options: options)
        return data.map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }
}
