import PlainText

/// Why one file is not used as a plugin: a sentence for a person, a code for a program. The other files of
/// the folder are loaded all the same.
public struct PluginFileRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// The stable name of a cause, as `tandem plugins --json` prints it.
    public struct Code: RawRepresentable, Hashable, Sendable {
        /// The name as printed.
        public let rawValue: String

        /// A code from its printed name.
        public init(rawValue: String) { self.rawValue = rawValue }
    }

    /// The file as the operator named it: folder and file name.
    public let file: String
    /// The stable name of the cause.
    public let code: Code
    /// What is wrong, without the file's name and without a full stop.
    public let cause: String
    /// What to do about it, without a full stop.
    public let remedy: String

    /// A refusal; `cause` and `remedy` are clauses that read on after the file's name.
    public init(file: String, code: Code, cause: String, remedy: String) {
        self.file = file
        self.code = code
        self.cause = cause
        self.remedy = remedy
    }

    /// The one sentence: file, cause, remedy.
    public var description: String { PlainText.clean("\(file) \(cause): \(remedy).") }
}

extension PluginFileRefusal.Code {
    /// The file could not be opened or read.
    public static let unreadable = Self(rawValue: "unreadable")
    /// Its name is not UTF-8.
    public static let badName = Self(rawValue: "bad-name")
    /// Its symbolic links lead in a circle.
    public static let linkLoop = Self(rawValue: "link-loop")
    /// A folder, a socket, a pipe or a device.
    public static let notAFile = Self(rawValue: "not-a-file")
    /// Somebody else may change the file or a folder on the way to it.
    public static let writableByOthers = Self(rawValue: "writable-by-others")
    /// It belongs to a user who is neither root nor the one the daemon runs as.
    public static let foreignOwner = Self(rawValue: "foreign-owner")
    /// Larger than the host reads.
    public static let tooLarge = Self(rawValue: "too-large")
    /// It does not begin as an ELF file does.
    public static let notELF = Self(rawValue: "not-elf")
    /// It ends before what its tables say it holds.
    public static let truncated = Self(rawValue: "truncated")
    /// Its tables hold what no linker writes.
    public static let malformed = Self(rawValue: "malformed")
    /// Built for another machine.
    public static let otherArchitecture = Self(rawValue: "other-architecture")
    /// ELF, but no shared object.
    public static let notShared = Self(rawValue: "not-shared")
    /// The kit itself, not a plugin.
    public static let isTheKit = Self(rawValue: "is-the-kit")
    /// A shared object that no kit had a hand in.
    public static let noConstants = Self(rawValue: "no-constants")
    /// Built with a kit that this daemon cannot serve.
    public static let otherKit = Self(rawValue: "other-kit")
    /// Compiled by another Swift version.
    public static let otherSwift = Self(rawValue: "other-swift")
    /// It does not define `tandem_plugin`.
    public static let noEntryPoint = Self(rawValue: "no-entry-point")
    /// It contains a copy of the kit.
    public static let kitCopy = Self(rawValue: "kit-copy")
    /// It contains a copy of the Swift runtime.
    public static let runtimeCopy = Self(rawValue: "runtime-copy")
    /// No copy of it can be written into the private folder.
    public static let notCopied = Self(rawValue: "not-copied")
    /// The child process that was to ask it what it is could not be started.
    public static let notInspected = Self(rawValue: "not-inspected")
    /// It crashed when it was asked what it is.
    public static let crashed = Self(rawValue: "crashed")
    /// It gave no answer in time when it was asked what it is.
    public static let hung = Self(rawValue: "hung")
    /// What it said of itself cannot be read.
    public static let badAnswer = Self(rawValue: "bad-answer")
    /// The dynamic linker would not have it.
    public static let notLoaded = Self(rawValue: "not-loaded")
    /// Its self-test failed.
    public static let failedSelfTest = Self(rawValue: "failed-self-test")
    /// Its entry point registered nothing.
    public static let registersNothing = Self(rawValue: "registers-nothing")
    /// It has a role that this daemon does not know.
    public static let unknownRole = Self(rawValue: "unknown-role")
    /// The configuration's settings, or its trunks, are not served by this build.
    public static let settingsRefused = Self(rawValue: "settings-refused")
    /// A plugin that the configuration uses is not in the file any more, or has another role.
    public static let pluginChanged = Self(rawValue: "plugin-changed")
    /// Another file, or the same, already has a plugin of this name.
    public static let duplicateName = Self(rawValue: "duplicate-name")
}
