import CCrashReport
import Glibc
package import TandemKit

/// A plugin file in this process. Never unloaded: Swift's runtime keeps pointers into an image for ever.
package struct PluginImage: @unchecked Sendable {  // the function pointer is code that stays
    /// What the dynamic linker said.
    package struct LinkError: Error {
        package let text: String

        /// What to do about it, as a clause.
        package var remedy: String {
            if text.contains("failed to map segment") {
                return "set CACHE_DIRECTORY to a folder on a file system from which programs may be run"
            }
            if text.contains("$s9TandemKit") { return "build it with the kit of this daemon" }
            return "install the library that it lacks, or build it on this machine"
        }
    }

    typealias EntryPoint = @convention(c) (UnsafeMutableRawPointer) -> Void

    private let entryPoint: EntryPoint

    /// Loads the file. Its initializers run here.
    package init(path: String) throws(LinkError) {
        guard let handle = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE) else { throw Self.lastError() }
        guard let symbol = dlsym(handle, PluginFileCheck.entryPoint) else { throw Self.lastError() }
        entryPoint = unsafeBitCast(symbol, to: EntryPoint.self)
    }

    /// Asks the file for its plugins.
    package func collect() -> PluginRegistry {
        let registry = PluginRegistry()
        registry.collect(from: { entryPoint($0) })
        return registry
    }

    /// Makes the file's code known to whoever writes down a crash of this process.
    func isNamed(_ hash: ContentHash) {
        crash_report_add_image(unsafeBitCast(entryPoint, to: UnsafeRawPointer.self), "\(hash)")
    }

    private static func lastError() -> LinkError {
        LinkError(text: dlerror().map { String(cString: $0) } ?? "no reason given")
    }
}
