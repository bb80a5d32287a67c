import Foundation
import PackagePlugin

/// Compiles the kit's manifest constants into every plugin that names this build-tool plugin, so that
/// the author writes none of them and they always tell the kit the plugin was really built with.
@main
struct TandemManifest: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: Target) throws -> [Command] {
        let template = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Manifest/TandemManifest.swift")
        let output = context.pluginWorkDirectoryURL.appending(path: "TandemManifest.swift")
        return [
            .buildCommand(
                displayName: "Adding the Tandem manifest to \(target.name)",
                executable: URL(fileURLWithPath: "/bin/cp"),
                arguments: [template.path, output.path],
                inputFiles: [template],
                outputFiles: [output])
        ]
    }
}
