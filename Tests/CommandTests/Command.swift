import Foundation
import Glibc
import Testing

/// A folder with a configuration and the built plugins, in which the built `tandem` is run.
final class Command {
    /// What a run came to.
    struct Result {
        let code: Int32
        let output: String
        let errors: String
    }

    let folder: String
    private let build: String
    private var daemon: Process?
    private var log = Pipe()
    /// What the daemon has logged and nobody has looked at yet.
    private var unread = ""

    init(_ configuration: String = "") throws {
        build = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().path
        folder = NSTemporaryDirectory() + "tandem-\(UUID().uuidString.prefix(13))"
        try FileManager.default.createDirectory(atPath: folder + "/plugins", withIntermediateDirectories: true)
        chmod(folder, 0o700)
        chmod(folder + "/plugins", 0o755)
        for name in ["DialPlan", "VoiceRoutes", "Generic", "Lync", "Asterisk"] {
            try FileManager.default.createSymbolicLink(
                atPath: "\(folder)/plugins/lib\(name).so", withDestinationPath: "\(build)/lib\(name).so")
        }
        try write("tandem.yaml", configuration)
    }

    deinit {
        stop()
        try? FileManager.default.removeItem(atPath: folder)
    }

    func write(_ name: String, _ text: String) throws { try write(name, bytes: Array(text.utf8)) }

    /// Writes a file, and the folders that it lies in.
    func write(_ name: String, bytes: [UInt8]) throws {
        let file = URL(fileURLWithPath: folder + "/" + name)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file)
    }

    /// Runs a subcommand to its end.
    func run(_ arguments: String...) throws -> Result { try run(arguments) }

    /// Runs a subcommand to its end.
    func run(_ arguments: [String], environment: [String: String] = [:]) throws -> Result {
        let process = make(arguments)
        process.environment?.merge(environment) { $1 }
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let complaint = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return Result(code: process.terminationStatus, output: text, errors: complaint)
    }

    /// Starts the daemon and waits until it says that it is ready; what it has logged until then.
    @discardableResult
    func start(_ environment: [String: String] = [:]) throws -> String {
        let process = make(["run"])
        process.environment?.merge(environment) { $1 }
        log = Pipe()
        unread = ""
        process.standardError = log
        try process.run()
        // Only the daemon holds the writing end from here on, so that its end is the log's.
        try log.fileHandleForWriting.close()
        daemon = process
        return try logged(until: " ready ")
    }

    /// Waits until the daemon logs this; the whole log since the last look, up to the end of that line.
    @discardableResult
    func logged(until text: String) throws -> String {
        while true {
            if let found = unread.range(of: text), let end = unread[found.upperBound...].firstIndex(of: "\n") {
                let lines = String(unread[...end])
                unread.removeSubrange(...end)
                return lines
            }
            let data = log.fileHandleForReading.availableData
            try #require(!data.isEmpty, "the daemon has ended without \(text): \(unread)")
            unread += String(decoding: data, as: UTF8.self)
        }
    }

    /// Waits until no process has the log open any more; the rest of it.
    func rest() -> String {
        unread + String(decoding: log.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    }

    /// The daemon's process; 0 when there is none.
    var processIdentifier: pid_t { daemon?.processIdentifier ?? 0 }

    /// Stops the daemon; its exit code.
    @discardableResult
    func stop() -> Int32? {
        defer { daemon = nil }
        daemon?.terminate()
        daemon?.waitUntilExit()
        return daemon?.terminationStatus
    }

    private func make(_ arguments: [String]) -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: build + "/tandem")
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.environment = ["CACHE_DIRECTORY": folder + "/cache", "SWIFT_BACKTRACE": "enable=no"]
        return process
    }

    /// A UDP port that nobody has at this moment.
    static func freePort() throws -> UInt16 {
        let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let found = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && getsockname(descriptor, $0, &size) == 0
            }
        }
        try #require(found)
        return UInt16(bigEndian: address.sin_port)
    }
}
