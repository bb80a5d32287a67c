import TandemKit

/// What can be known of a file from its bytes alone, in the order in which a person would want to be told.
enum PluginFileCheck {
    /// The C symbol every plugin defines; the host calls it once.
    static let entryPoint = "tandem_plugin"
    static let kitLibrary = "libTandemKit.so"
    static let runtimeLibrary = "libswiftCore.so"

    /// Returns when the file may be given to the dynamic linker, else tells why not.
    static func check(_ bytes: [UInt8], file: String, for host: PluginManifest = .own) throws(PluginFileRefusal) {
        do {
            let image = try ELFImage(bytes)
            try checkBuild(of: image, file: file)
            let contents = try PluginSymbols(of: image)
            try checkManifest(of: image, contents: contents, file: file, host: host)
            try checkSymbols(contents, needed: try image.needed(), file: file)
        } catch let error as ELFError {
            throw refusal(file, error, size: bytes.count, start: bytes.prefix(4))
        } catch let refusal as PluginFileRefusal {
            throw refusal
        } catch {
            preconditionFailure("the checks throw only ELFError and PluginFileRefusal")
        }
    }

    private static func checkBuild(of image: ELFImage, file: String) throws(PluginFileRefusal) {
        guard image.machine == ELFImage.Machine.own else {
            let own = ELFImage.Machine.name(of: ELFImage.Machine.own)
            throw PluginFileRefusal(
                file: file, code: .otherArchitecture,
                cause: "is built for \(ELFImage.Machine.name(of: image.machine)), and this machine is \(own)",
                remedy: "build it for \(own)")
        }
        guard image.type == ELFImage.sharedObject else {
            throw PluginFileRefusal(
                file: file, code: .notShared, cause: "is an ELF file but no shared library",
                remedy: "build the plugin as a dynamic library product")
        }
    }

    private static func checkManifest(
        of image: ELFImage, contents: PluginSymbols, file: String, host: PluginManifest
    ) throws(PluginFileRefusal) {
        guard let section = image.section(named: PluginManifest.section),
            let manifest = PluginManifest(image.bytes(of: section))
        else {
            if contents.hasKit {
                throw PluginFileRefusal(
                    file: file, code: .isTheKit, cause: "is the plugin kit itself, not a plugin",
                    remedy: "remove it from the plugin folder; the daemon brings its own")
            }
            throw PluginFileRefusal(
                file: file, code: .noConstants, cause: "carries no plugin constants (section tandem.manifest)",
                remedy: "build it with the kit's build-tool plugin TandemManifest, and remove it from the folder "
                    + "if it is no Tandem plugin")
        }
        guard host.kit.accepts(manifest.kit) else {
            throw PluginFileRefusal(
                file: file, code: .otherKit,
                cause: "is built with kit \(manifest.kit), and this daemon has kit \(host.kit)",
                remedy: manifest.kit > host.kit
                    ? "update the daemon, or build the plugin with kit \(host.kit)"
                    : "build the plugin with kit \(host.kit)")
        }
        guard manifest.swift == host.swift else {
            throw PluginFileRefusal(
                file: file, code: .otherSwift,
                cause: "is compiled by Swift \(manifest.swift), and this daemon by Swift \(host.swift)",
                remedy: "compile it with Swift \(host.swift)")
        }
    }

    private static func checkSymbols(
        _ contents: PluginSymbols, needed: [String], file: String
    ) throws(PluginFileRefusal) {
        guard contents.hasEntryPoint else {
            throw PluginFileRefusal(
                file: file, code: .noEntryPoint, cause: "does not define \(entryPoint)",
                remedy: "add '@c(tandem_plugin) public func tandemPlugin(_ host: UnsafeMutableRawPointer)' to it")
        }
        // A linker can hide what was linked in; then the file does not ask for the shared one either.
        guard !contents.hasRuntime, needed.contains(runtimeLibrary) else {
            throw PluginFileRefusal(
                file: file, code: .runtimeCopy, cause: "carries its own Swift runtime",
                remedy: "link it without -static-stdlib, so that it shares the daemon's")
        }
        guard !contents.hasKit, needed.contains(kitLibrary) else {
            throw PluginFileRefusal(
                file: file, code: .kitCopy,
                cause: "carries its own copy of the kit, whose types the daemon does not know",
                remedy: "depend on the product TandemKit of the kit's package, and not on its sources")
        }
    }

    private static func refusal(_ file: String, _ error: ELFError, size: Int, start: ArraySlice<UInt8>)
        -> PluginFileRefusal
    {
        switch error.kind {
        case .notELF:
            return PluginFileRefusal(
                file: file, code: .notELF, cause: size == 0 ? "is empty" : "is not an ELF file",
                remedy: "keep only compiled plugins in the plugin folder")
        case .truncated:
            return PluginFileRefusal(
                file: file, code: .truncated,
                cause: "is truncated (its \(error.part) ends beyond its \(size) bytes)",
                remedy: "copy it again, or build it again")
        case .otherFormat:
            return PluginFileRefusal(
                file: file, code: .otherArchitecture, cause: "is not a 64-bit little-endian ELF file",
                remedy: "build it for \(ELFImage.Machine.name(of: ELFImage.Machine.own))")
        case .malformed:
            return PluginFileRefusal(
                file: file, code: .malformed, cause: "is damaged (its \(error.part) holds what no linker writes)",
                remedy: "build it again")
        }
    }
}
