/// A type or protocol that a file itself defines, and the module that it says it belongs to.
///
/// This is what tells a copy of a module from a mere use of it: specialized generics, inlined functions and witness
/// tables of a foreign module are ordinary and define no descriptor.
package struct DefinedType: Hashable, Sendable {
    /// The module.
    package let module: String
    /// The outermost type.
    package let name: String

    /// How deep types lie in each other at most.
    private static let depthLimit = 32
    private static let part = "type descriptors"

    /// The types in the order of the file.
    static func all(of image: ELFImage) throws(ELFError) -> [DefinedType] {
        var found: [DefinedType] = []
        for section in [image.section(named: "swift5_type_metadata"), image.section(named: "swift5_protocols")] {
            guard let section else { continue }
            guard section.range.count / 4 <= ELFImage.Limit.symbols else {
                throw ELFError(kind: .malformed, part: part, offset: UInt64(section.range.lowerBound))
            }
            for place in stride(from: section.range.lowerBound, to: section.range.upperBound - 3, by: 4) {
                let distance = try image.distance(at: place, of: part)
                guard distance != 0, distance & 1 == 0 else { continue }
                let address = section.address &+ UInt64(place - section.range.lowerBound)
                let descriptor = address &+ UInt64(bitPattern: Int64(distance & ~3))
                if let type = try owner(of: descriptor, in: image) { found.append(type) }
            }
        }
        return found
    }

    /// Follows the parents of a context descriptor up to its module.
    private static func owner(of first: UInt64, in image: ELFImage) throws(ELFError) -> DefinedType? {
        var name = "?"
        var descriptor = first
        for _ in 0..<depthLimit {
            guard let place = image.offset(of: descriptor) else { return nil }
            let kind = try image.distance(at: place, of: part) & 0x1F
            // Extensions and anonymous contexts have no name.
            if kind != 1, kind != 2 {
                let text = try image.text(from: descriptor &+ 8, of: part)
                if kind == 0 { return DefinedType(module: text, name: name) }
                name = text
            }
            guard let parent = try image.target(from: descriptor &+ 4, of: part) else { return nil }
            descriptor = parent
        }
        return nil
    }
}

extension ELFImage {
    /// Where in the file the byte at an address lies; nil when it lies in no section with contents.
    func offset(of address: UInt64) -> Int? {
        for section in sections where section.address > 0 {
            let (distance, underflow) = address.subtractingReportingOverflow(section.address)
            if !underflow, distance < UInt64(section.range.count) { return section.range.lowerBound + Int(distance) }
        }
        return nil
    }

    /// The signed 32-bit number at an offset.
    func distance(at offset: Int, of part: String) throws(ELFError) -> Int32 {
        Int32(truncatingIfNeeded: try file.integer(4, at: offset, of: part))
    }

    /// The target of Swift's relative pointer at an address; nil for a null or an indirect one.
    func target(from address: UInt64, of part: String) throws(ELFError) -> UInt64? {
        guard let place = offset(of: address) else { return nil }
        let distance = try distance(at: place, of: part)
        return distance == 0 || distance & 1 != 0 ? nil : address &+ UInt64(bitPattern: Int64(distance))
    }

    /// The text that a relative pointer at an address leads to; `?` when it leads nowhere.
    func text(from address: UInt64, of part: String) throws(ELFError) -> String {
        guard let target = try target(from: address, of: part), let place = offset(of: target) else { return "?" }
        let bytes = try file.string(at: 0, in: place..<file.count, limit: Limit.name, of: part)
        return String(decoding: bytes, as: UTF8.self)
    }
}
