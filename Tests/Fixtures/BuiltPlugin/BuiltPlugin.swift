import Glibc

/// A plugin as the build made it, to be spoiled byte by byte. Finds its way through the file by itself, so
/// that a mistake of the reader under test is not repeated here.
package struct BuiltPlugin {
    package var bytes: [UInt8]

    /// Where the build puts executables and libraries: the folder of the running test bundle.
    package static let folder: String = {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        let path = String(decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)])
    }()

    /// A plugin of these bytes.
    package init(bytes: [UInt8]) { self.bytes = bytes }

    /// Reads `libNAME.so` of the build folder.
    package init(_ name: String = "DialPlan") {
        bytes = Self.contents("\(Self.folder)/lib\(name).so")
        precondition(!bytes.isEmpty, "lib\(name).so is built together with the tests")
    }

    package static func contents(_ path: String) -> [UInt8] {
        guard let file = fopen(path, "r") else { return [] }
        defer { fclose(file) }
        fseek(file, 0, SEEK_END)
        let size = ftell(file)
        rewind(file)
        return [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            count = fread(buffer.baseAddress, 1, size, file)
        }
    }

    /// The text of a file whose size is not known before (`/proc`).
    package static func contents(of path: String) -> [UInt8] {
        guard let file = fopen(path, "r") else { return [] }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var byte = fgetc(file)
        while byte >= 0 {
            bytes.append(UInt8(byte))
            byte = fgetc(file)
        }
        return bytes
    }

    package func integer(_ width: Int, at offset: Int) -> Int {
        (0..<width).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
    }

    package mutating func set(_ value: UInt64, width: Int, at offset: Int) {
        for index in 0..<width { bytes[offset + index] = UInt8(truncatingIfNeeded: value >> (8 * index)) }
    }

    /// The offset of the section table's entry for `name`.
    package func sectionEntry(_ name: String) -> Int {
        let table = integer(8, at: 40)
        let names = integer(8, at: table + integer(2, at: 62) * 64 + 24)
        let wanted = Array(name.utf8) + [0]
        for index in 0..<integer(2, at: 60) {
            let entry = table + index * 64
            if bytes[(names + integer(4, at: entry))...].starts(with: wanted) { return entry }
        }
        preconditionFailure("the built plugin has no section \(name)")
    }

    /// The offset in the file of the bytes of section `name`.
    package func sectionOffset(_ name: String) -> Int { integer(8, at: sectionEntry(name) + 24) }

    /// How many bytes section `name` has.
    package func sectionSize(_ name: String) -> Int { integer(8, at: sectionEntry(name) + 32) }

    /// Replaces every occurrence of a text by another of the same length.
    package mutating func replace(_ old: String, with new: String) {
        let from = Array(old.utf8), to = Array(new.utf8)
        precondition(from.count == to.count)
        var replaced = 0
        var index = 0
        while index + from.count <= bytes.count {
            if bytes[index] == from[0], bytes[index..<index + from.count].elementsEqual(from) {
                bytes.replaceSubrange(index..<index + from.count, with: to)
                replaced += 1
                index += from.count
            } else {
                index += 1
            }
        }
        precondition(replaced > 0, "the built plugin does not contain '\(old)'")
    }
}

extension BuiltPlugin {
    /// Replaces a text that stands alone, between two bytes 0: what a program reads, not what a linker does.
    package mutating func replaceWhole(_ old: String, with new: String) {
        let from = [0] + Array(old.utf8) + [0], to = [0] + Array(new.utf8) + [0]
        precondition(from.count == to.count)
        for index in 0..<(bytes.count - from.count)
        where bytes[index] == 0 && bytes[index + 1] == from[1] && bytes[index..<index + from.count].elementsEqual(from)
        {
            bytes.replaceSubrange(index..<index + from.count, with: to)
        }
    }

    /// The fixture plugin, told how to behave.
    package static func fixture(_ mode: String = "good") -> BuiltPlugin {
        var plugin = BuiltPlugin("FixturePlugin")
        let offset = plugin.sectionOffset("fixture.mode")
        let word = Array(mode.utf8)
        for index in 0..<32 { plugin.bytes[offset + index] = index < word.count ? word[index] : 0 }
        return plugin
    }
}
