/// A place in a JSON document that is being written. A class, because encoding containers share it by reference.
final class JSONSlot {
    /// What stands in a slot.
    enum Content {
        case null
        /// A number or truth value, spelled out.
        case literal(String)
        case string(String)
        case array([JSONSlot])
        case object([(key: String, slot: JSONSlot)])
    }

    var content = Content.null

    /// Appends an element to an array, which the slot becomes when it is none.
    func appendElement() -> JSONSlot {
        let slot = JSONSlot()
        if case .array(var elements) = content {
            content = .null
            elements.append(slot)
            content = .array(elements)
        } else {
            content = .array([slot])
        }
        return slot
    }

    /// Appends a member to an object, which the slot becomes when it is none. A key written twice keeps the later value.
    func appendMember(_ key: String) -> JSONSlot {
        let slot = JSONSlot()
        if case .object(var members) = content {
            content = .null
            members.removeAll { $0.key == key }
            members.append((key, slot))
            content = .object(members)
        } else {
            content = .object([(key, slot)])
        }
        return slot
    }

    /// The number of elements of an array.
    var elementCount: Int {
        guard case .array(let elements) = content else { return 0 }
        return elements.count
    }

    /// Writes the document below this slot.
    func write(to bytes: inout [UInt8]) {
        switch content {
        case .null: bytes += "null".utf8
        case .literal(let text): bytes += text.utf8
        case .string(let text): bytes += JSONText.quoted(text).utf8
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                element.write(to: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let members):
            bytes.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                bytes += JSONText.quoted(member.key).utf8
                bytes.append(UInt8(ascii: ":"))
                member.slot.write(to: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }
}
