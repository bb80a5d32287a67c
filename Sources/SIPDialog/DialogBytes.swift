import TandemKit

/// A run of bytes in a dialog's buffer.
struct DialogSpan {
    var offset: UInt32 = 0
    var count: UInt32 = 0

    /// Where the copy of `part`, which lies within `whole`, is, this being the copy of `whole`.
    func part(_ part: Bytes, of whole: Bytes) -> DialogSpan {
        guard !part.isEmpty, part.base >= whole.base, part.base + part.count <= whole.base + whole.count else {
            return DialogSpan()
        }
        return DialogSpan(offset: offset + UInt32(part.base - whole.base), count: UInt32(part.count))
    }
}

/// Where the parts of a dialog lie in its one buffer.
struct DialogShape {
    var callID = DialogSpan()
    var localParty = DialogSpan()
    var remoteParty = DialogSpan()
    var localTag = DialogSpan()
    var remoteTag = DialogSpan()
    var remoteTarget = DialogSpan()
    var routes = DialogSpan()
}

/// All text of a dialog in one allocation. Never changed after it was filled, so that copies of a dialog share it.
final class DialogBytes: ManagedBuffer<DialogShape, UInt8> {
    /// Copies the parts. Tags lie inside of their parties.
    static func make(_ parts: DialogParts) -> DialogBytes {
        let buffer = create(minimumCapacity: parts.count) { _ in DialogShape() }
        let bytes = unsafeDowncast(buffer, to: DialogBytes.self)
        bytes.fill(parts)
        return bytes
    }

    /// The bytes of a part; valid as long as this object lives.
    @inline(__always) func view(_ span: DialogSpan) -> Bytes {
        withUnsafeMutablePointerToElements { Bytes(base: $0 + Int(span.offset), count: Int(span.count)) }
    }

    private func fill(_ parts: DialogParts) {
        withUnsafeMutablePointers { shape, base in
            var end = 0
            func append(_ part: Bytes) -> DialogSpan {
                (base + end).update(from: part.base, count: part.count)
                defer { end += part.count }
                return DialogSpan(offset: UInt32(end), count: UInt32(part.count))
            }
            shape.pointee.callID = append(parts.callID)
            shape.pointee.localParty = append(parts.localParty)
            if parts.addsLocalTag {
                _ = append(Bytes(";tag="))
                shape.pointee.localTag = append(parts.localTag)
                shape.pointee.localParty.count = UInt32(end) - shape.pointee.localParty.offset
            } else {
                shape.pointee.localTag = shape.pointee.localParty.part(parts.localTag, of: parts.localParty)
            }
            shape.pointee.remoteParty = append(parts.remoteParty)
            shape.pointee.remoteTag = shape.pointee.remoteParty.part(parts.remoteTag, of: parts.remoteParty)
            shape.pointee.remoteTarget = append(parts.remoteTarget)
            shape.pointee.routes = append(parts.routes)
        }
    }
}

/// The parts of a dialog's text while it is made; borrowed from messages.
struct DialogParts {
    var callID: Bytes
    /// The value of From in our requests.
    var localParty: Bytes
    var localTag: Bytes
    /// Whether the tag is to be added to the party; else it stands in it.
    var addsLocalTag = false
    /// The value of To in our requests.
    var remoteParty: Bytes
    /// Stands in the party; empty when the peer gave none.
    var remoteTag: Bytes
    /// The URI of the peer's Contact.
    var remoteTarget: Bytes
    /// The route set in the order of our requests, separated by a comma and a space.
    var routes: Bytes

    /// Room for all of it.
    var count: Int {
        callID.count + localParty.count + localTag.count + 5 + remoteParty.count + remoteTarget.count + routes.count
    }
}
