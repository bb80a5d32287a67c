import PluginHost
import TandemKit

/// What `tandem plugin inspect` tells of a file.
public struct InspectionReport: Codable, Sendable {
    /// One plugin of the file.
    public struct Plugin: Codable, Sendable {
        /// The name in the configuration's `plugin:`.
        public let name: String
        /// The plugin's own version.
        public let version: String
        /// What it is for.
        public let role: String
        /// What can be set.
        public let settings: [Setting]
        /// A JSON Schema of what can be set.
        public let settingsSchema: String
    }

    /// One setting.
    public struct Setting: Codable, Hashable, Sendable {
        /// The key, that of an inner one behind those around it: `rules[].pattern`.
        public let name: String
        /// What it takes, in words.
        public let type: String
        /// The default as JSON; nil when there is none.
        public let standard: String?
        /// Whether it must be set.
        public let isRequired: Bool
        /// What it does.
        public let help: String
    }

    /// The file as it was named.
    public let file: String
    /// Bytes of the file.
    public let size: Int
    /// SHA-256: what the build is known by.
    public let hash: String
    /// The machine it is built for.
    public let architecture: String
    /// The kit it was built with.
    public let kit: String
    /// The kits of the daemons that it runs in, in words.
    public let runsWith: String
    /// The Swift version that compiled it.
    public let swift: String
    /// The plugins in it.
    public let plugins: [Plugin]

    /// Puts an examination into words.
    public init(_ found: PluginExamination) {
        file = found.file
        size = found.size
        hash = found.hash.description
        architecture = found.architecture
        kit = "\(found.kit)"
        // The rule is KitVersion.accepts.
        runsWith = "kit \(found.kit) and later ones of \(found.kit.major).x"
        swift = found.swift
        plugins = found.plugins.map { plugin in
            Plugin(
                name: plugin.name, version: plugin.version, role: plugin.role.rawValue,
                settings: Setting.all(of: plugin.fields), settingsSchema: plugin.settingsSchema)
        }
    }
}

extension InspectionReport.Setting {
    static func all(of fields: [FieldDescription]) -> [InspectionReport.Setting] {
        FieldDescription.flattened(fields).map { name, field in
            InspectionReport.Setting(
                name: name, type: field.words, standard: field.standard, isRequired: field.isRequired,
                help: field.help)
        }
    }
}
