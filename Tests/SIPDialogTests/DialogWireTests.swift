import TandemKit
import Testing
import Wire

@testable import SIPDialog

@Suite struct DialogWireTests {
    private func written(_ dialog: Dialog) -> [UInt8] {
        var writer = WireWriter()
        dialog.write(to: &writer)
        return writer.bytes
    }

    private func read(_ bytes: [UInt8]) throws -> Dialog {
        try bytes.withUnsafeBytes { bytes in
            var reader = WireReader(bytes)
            let dialog = try Dialog(&reader)
            try reader.finish()
            return dialog
        }
    }

    @Test("a dialog that is read again makes the same requests and matches the same", arguments: [true, false])
    func roundTrip(isCaller: Bool) throws {
        var dialog =
            isCaller
            ? try DialogTests.caller(200, recordRoute: ["<sip:a;lr>, <sip:b;lr>"]) : try DialogTests.called()
        if !isCaller { dialog.confirm() }
        _ = dialog.makeRequest(.info)
        var again = try read(written(dialog))
        #expect(again.state == .confirmed && again.isCaller == isCaller)
        #expect(again.callID.string == dialog.callID.string)
        #expect(again.localTag.string == dialog.localTag.string && !again.localTag.isEmpty)
        #expect(again.remoteTag.string == dialog.remoteTag.string && !again.remoteTag.isEmpty)
        #expect(again.remoteSequence == dialog.remoteSequence)
        let (one, other) = (dialog.makeRequest(.bye), again.makeRequest(.bye))
        #expect(one.message.wireBytes == other.message.wireBytes)
        #expect(one.cseq.number == other.cseq.number)
    }

    @Test("cut anywhere, a dialog is refused, not half made")
    func cut() throws {
        let bytes = written(try DialogTests.called())
        for count in 0..<bytes.count {
            #expect(throws: (any Error).self) { try self.read(Array(bytes[..<count])) }
        }
    }
}

extension SIPMessage {
    fileprivate var wireBytes: [UInt8] {
        withUnsafeTemporaryAllocation(byteCount: serializedCount, alignment: 16) { buffer in
            Array(buffer[..<max(write(to: buffer), 0)])
        }
    }
}
