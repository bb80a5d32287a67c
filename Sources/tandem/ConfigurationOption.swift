import ArgumentParser
import Configuration
import Glibc

/// `--config`, and where the file is when nobody says.
struct ConfigurationOption: ParsableArguments {
    @Option(
        name: .customLong("config"),
        help: ArgumentHelp(
            "The configuration file. Without it: tandem.yaml here, or /etc/tandem/tandem.yaml.", valueName: "file"))
    var named: String?

    /// The file to read.
    var file: String { named ?? (exists("tandem.yaml") ? "tandem.yaml" : "/etc/tandem/tandem.yaml") }

    /// The file to read, or nil when there is none and nobody has named one.
    var fileIfAny: String? { named ?? (exists(file) ? file : nil) }

    private func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }
}
