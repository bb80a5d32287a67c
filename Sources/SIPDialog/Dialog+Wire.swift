import TandemKit
public import Wire

/// What a dialog is apart from its text.
struct DialogFacts {
    var state: Dialog.State
    var isCaller: Bool
    var isSecure: Bool
    var localSequence: UInt32
    var remoteSequence: UInt32
}

/// A dialog as bytes: in the journal it outlives the process.
extension Dialog {
    /// Writes the dialog down.
    public func write(to writer: inout WireWriter) {
        writer.put(state.rawValue)
        writer.put(isCaller)
        writer.put(isSecure)
        writer.put(localSequence)
        writer.put(remoteSequence)
        writer.put(callID.buffer)
        writer.put(localParty.buffer)
        writer.put(localTag.buffer)
        writer.put(remoteParty.buffer)
        writer.put(remoteTag.buffer)
        writer.put(remoteTarget.buffer)
        writer.put(routes.buffer)
    }

    /// Reads a dialog that was written down.
    public init(_ reader: inout WireReader) throws(WireError) {
        guard let state = State(rawValue: try reader.number()) else {
            throw WireError(offset: 0, "no state of a dialog")
        }
        let facts = DialogFacts(
            state: state, isCaller: try reader.flag(), isSecure: try reader.flag(),
            localSequence: try reader.number(), remoteSequence: try reader.number())
        var texts: [[UInt8]] = []
        for _ in 0..<7 { texts.append(try reader.array()) }
        // One block, so that each tag can be found within its party.
        let all = Array(texts.joined())
        self = all.withUnsafeBufferPointer { all in
            var place = 0
            func next(_ index: Int) -> Bytes {
                defer { place += texts[index].count }
                return Bytes(
                    UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(all)[place..<place + texts[index].count]))
            }
            let callID = next(0)
            let localParty = next(1)
            let localTag = next(2).place(in: localParty)
            let remoteParty = next(3)
            let remoteTag = next(4).place(in: remoteParty)
            return Dialog(
                facts,
                DialogParts(
                    callID: callID, localParty: localParty, localTag: localTag, remoteParty: remoteParty,
                    remoteTag: remoteTag, remoteTarget: next(5), routes: next(6)))
        }
    }
}

extension Bytes {
    /// Where the same bytes stand last in `whole`; empty when they don't.
    fileprivate func place(in whole: Bytes) -> Bytes {
        guard !isEmpty, count <= whole.count else { return Bytes() }
        for start in stride(from: whole.count - count, through: 0, by: -1) {
            let candidate = whole.slice(from: start, count: count)
            if candidate == self { return candidate }
        }
        return Bytes()
    }
}
