import TandemKit

/// Checks what must hold for any bytes that reach the parser. Reuses one message, as a shard does.
public struct MessageChecker {
    private var message = SIPMessage()
    private var again = SIPMessage()
    private let output = MessageOutput()
    /// Messages that were parsed.
    public private(set) var accepted = 0
    /// Refusals that an answer is due to.
    public private(set) var answered = 0

    /// A checker of messages one after the other.
    public init() {}

    /// What is wrong; nil when all is well.
    public mutating func check(_ bytes: UnsafeRawBufferPointer, choice: Int) -> String? {
        do throws(SIPParseError) {
            try message.receive(bytes)
        } catch {
            return checkRefusal(error, bytes.count)
        }
        accepted += 1
        if let fault = checkUnchanged(bytes) { return fault }
        readEverything()
        let copy = message
        let before = copy.string
        edit(choice)
        if message.headers.hasRefusedEdit { return nil }
        if let fault = checkEdited() { return fault }
        return copy.string == before ? nil : "an edit changed a copy"
    }

    private mutating func checkRefusal(_ error: SIPParseError, _ count: Int) -> String? {
        guard error.offset >= 0, error.offset <= count else { return "offset \(error.offset) of \(count)" }
        guard error.isAnswerable else { return nil }
        answered += 1
        guard let request = message.asRequest else { return "an answerable error without a request" }
        let response = SIPResponse(to: request, status: error.status, toTag: Bytes("tag"))
        return response.topVia.host.isEmpty ? "an answer without a Via" : nil
    }

    private func checkUnchanged(_ bytes: UnsafeRawBufferPointer) -> String? {
        var start = 0
        while start + 1 < bytes.count, bytes[start] == 13, bytes[start + 1] == 10 { start += 2 }
        let written = message.write(to: output.buffer)
        guard written == message.serializedCount, written <= bytes.count - start else { return "wrong size \(written)" }
        let isSame =
            Bytes(UnsafeRawBufferPointer(rebasing: output.buffer[..<written]))
            == Bytes(UnsafeRawBufferPointer(rebasing: bytes[start..<start + written]))
        return isSame ? nil : "the message does not leave as it came"
    }

    /// Asks for every typed value; none may trap.
    private func readEverything() {
        let headers = message.headers
        for index in 0..<headers.count { _ = (headers.name(at: index), headers.value(at: index)) }
        _ = (message.method, message.cseq, message.callID.string, message.fromTag.string, message.toTag.string)
        _ = (message.topVia.received, message.topVia.hasMagicCookie, IPAddress(message.topVia.host))
        _ = (headers.contacts, headers.routes, headers.recordRoutes, headers.assertedIdentities, headers.referTo)
        _ = (headers[all: Via.self], headers[all: Reason.self], headers[RetryAfter.self], headers[SessionExpires.self])
        _ = (headers[all: Diversion.self], headers[all: HistoryInfoEntry.self].map(\.reasons), headers[RAck.self])
        _ = (headers[MediaType.self], headers[ContentDisposition.self], headers[EventPackage.self], headers.date)
        _ = (headers.privacyTokens, headers[list: .supported], headers.number(.expires), headers[MinSE.self])
        _ = (try? message.multipartBody()?.bytes, message.content(ofType: "application/sdp")?.string)
        if let request = message.asRequest {
            _ = (request.uri.description, request.from.description, request.to.description, request.maxForwards)
            _ = (
                request.uri.isEquivalent(to: request.from.uri), URIView(request.requestURI)?.host.string,
                request.topRoute
            )
        }
    }

    private mutating func edit(_ choice: Int) {
        message.headers["X-Own"] = "\(choice)"
        if choice & 1 != 0, message.headers.count > 9 { message.headers.remove(at: message.headers.count - 1) }
        if choice & 2 != 0 { message.headers.removeAll(.route) }
        if choice & 4 != 0 { message.headers.contacts = message.headers.contacts }
        if choice & 8 != 0 { message.setBody(Bytes("v=0\r\n"), contentType: "application/sdp") }
        if choice & 16 != 0 { message.removeBody() }
        guard message.isRequest else { return }
        let source = Endpoint(address: IPAddress(ipv4: 0xC000_0201), port: 5062)
        if choice & 32 != 0 { message.request.setTopViaReceived(source) }
        if choice & 64 != 0 {
            message.request.pushVia(
                transport: .tcp, host: Bytes("[2001:db8::1]"), port: 5060, branch: Bytes("z9hG4bKx"), rport: true)
        }
        if choice & 128 != 0 { message.request.setRequestURI(Bytes("sip:new@example.com")) }
        if choice & 256 != 0 { message.request.setMaxForwards(choice & 255) }
        if choice & 512 != 0 { message.request.pushRecordRoute(Bytes("sip:p;lr")) }
        if choice & 1024 != 0 { message.request.removeTopRoute() }
        if choice & 2048 != 0 { message.request.to.tag = "new" }
        if choice & 4096 != 0 { message.request.uri.parameters["user"] = "phone" }
    }

    /// What is written after edits reads as the same message.
    private mutating func checkEdited() -> String? {
        let written = message.write(to: output.buffer)
        do throws(SIPParseError) {
            try again.receive(UnsafeRawBufferPointer(rebasing: output.buffer[..<written]))
        } catch {
            if written > MessageLimits.messageBytes || message.headers.count > MessageLimits.headerFields { return nil }
            return "an edited message is refused: \(error)"
        }
        guard again.headers.count == message.headers.count else { return "an edit changed the number of header fields" }
        for index in 0..<again.headers.count {
            guard again.headers.id(at: index) == message.headers.id(at: index),
                again.headers.nameBytes(at: index) == message.headers.nameBytes(at: index),
                again.headers.valueBytes(at: index) == message.headers.valueBytes(at: index)
            else {
                return "header field \(index) reads differently: \(again.headers.value(at: index).debugDescription)"
            }
        }
        for raw in 0..<96 {
            let id = HeaderID(raw: UInt8(raw))
            if again.headers.firstIndex(of: id) != message.headers.firstIndex(of: id) {
                return "the index of \(id) is wrong"
            }
        }
        let isSame =
            again.body == message.body && again.topVia.branch == message.topVia.branch
            && again.fromTag == message.fromTag && again.toTag == message.toTag && again.cseq == message.cseq
        return isSame ? nil : "the essentials read differently"
    }
}

/// Where messages are written.
private final class MessageOutput {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 19, alignment: 16)
    deinit { buffer.deallocate() }
}
