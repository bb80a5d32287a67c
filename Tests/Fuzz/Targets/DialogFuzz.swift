import SIPDialog
import TandemKit
import Wire

/// A dialog of whatever messages: its requests are SIP, carry its identifiers and rising numbers, and what is written down
/// of it is the same dialog.
enum DialogFuzz {
    static func check(_ bytes: UnsafeRawBufferPointer) -> String? {
        var input = FuzzInput(bytes.prefix(16_384))
        var request = SIPMessage()
        let isCaller = input.flag()
        let first = input.flag() ? FuzzParties.request(&input, from: 0) : input.chunk() + input.chunk() + input.chunk()
        guard (try? request.receiveCopy(first)) != nil, request.isRequest else { return nil }
        var dialog: Dialog
        if isCaller {
            var response = SIPMessage()
            let answer =
                input.flag() ? FuzzParties.response(&input, to: request, from: 0) : input.chunk() + input.chunk()
            guard (try? response.receiveCopy(answer)) != nil, !response.isRequest else { return nil }
            dialog = Dialog(sent: request.request, received: response.response)
        } else {
            dialog = Dialog(receiving: request.request, localTag: Bytes("own"))
        }
        var steps = 0
        while !input.isEmpty, steps < 64 {
            if let fault = step(&dialog, &input, request) { return fault }
            steps += 1
        }
        return checkWritten(dialog)
    }

    private static func step(_ dialog: inout Dialog, _ input: inout FuzzInput, _ known: SIPMessage) -> String? {
        var message = SIPMessage()
        switch input.below(5) {
        case 0:
            guard (try? message.receiveCopy(FuzzParties.requestInDialog(&input, known, from: 0))) != nil else {
                return nil
            }
            let before = dialog.remoteSequence
            let verdict = dialog.receive(message.request)
            if verdict == .accepted, message.method != .ack, dialog.remoteSequence < before {
                return "a number went back"
            }
        case 1:
            guard (try? message.receiveCopy(FuzzParties.response(&input, to: known, from: 0))) != nil else {
                return nil
            }
            if input.flag() {
                dialog.confirm(with: message.response)
            } else {
                dialog.refreshTarget(from: message.response)
            }
        case 2:
            guard (try? message.receiveCopy(input.chunk() + input.chunk())) != nil, message.isRequest else {
                return nil
            }
            _ = dialog.receive(message.request)
        case 3: _ = SessionTerms(of: known.headers)
        default: return checkRequest(&dialog, input.pick([.bye, .invite, .update, .info]))
        }
        return nil
    }

    private static func checkRequest(_ dialog: inout Dialog, _ method: SIPMethod) -> String? {
        let before = dialog.localSequence
        guard before < 1 << 31 else { return nil }
        var request = dialog.makeRequest(method)
        guard dialog.localSequence == before + 1 else { return "the number of a request isn't the next" }
        request.pushVia(transport: .udp, host: Bytes("a"), port: 5060, branch: Bytes("z9hG4bKx"), rport: true)
        var again = SIPMessage()
        let text = Array(request.message.string.utf8)
        guard (try? again.receiveCopy(text)) != nil else {
            return "it makes what is no request: \(request.message.string)"
        }
        let isSame =
            again.callID == dialog.callID && again.fromTag == dialog.localTag && again.toTag == dialog.remoteTag
        return isSame ? nil : "a request has other identifiers than its dialog: \(request.message.string)"
    }

    private static func checkWritten(_ dialog: Dialog) -> String? {
        var writer = WireWriter()
        dialog.write(to: &writer)
        var fault: String?
        writer.withUnsafeBytes { fault = compare(dialog, WireReader($0)) }
        return fault
    }

    private static func compare(_ dialog: Dialog, _ written: WireReader) -> String? {
        var reader = written
        guard let again = try? Dialog(&reader) else { return "what is written down can't be read" }
        let isSame =
            again.callID == dialog.callID && again.localTag == dialog.localTag
            && again.remoteTag == dialog.remoteTag
            && again.remoteTarget == dialog.remoteTarget && again.routes == dialog.routes
            && again.localSequence == dialog.localSequence && again.remoteSequence == dialog.remoteSequence
        return isSame ? nil : "what is written down is another dialog"
    }
}
