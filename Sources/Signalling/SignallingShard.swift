import CallControl
import LookUps
import SIPTransaction
import SIPTransport
import ShardLoop
import TandemKit
import Timing

/// One shard of the signalling process: a thread with its sockets, its connections and its calls.
///
/// It joins what the layers keep apart: bytes from the transport become messages for the call engine, the engine's
/// output goes back to the transport, and what belongs to another shard is handed over, once. Confined to its thread;
/// `mailbox` is how other threads reach it.
final class SignallingShard: TransportDelegate, LoopMember {
    let number: UInt8
    let engine: CallEngine
    let transport: TransportLayer
    let mailbox: Mailbox<ShardMessage>
    private(set) var counters = ShardCounters()
    /// Where the calls are written down; nil when they aren't.
    var journal: CallJournal?
    /// Who hears of the calls' events; set before there is one.
    var observers: CallObservers?
    /// The way to the media relay; nil when all media pass by.
    var media: (any MediaLink)?
    /// Whether new INVITEs are left without an answer: a fresh process is about to take over, and gets them repeated.
    var isHolding = false
    /// Whom the certificates of peers prove; nil when there is no TLS.
    var identities: PeerIdentities?
    /// Hears what becomes of TLS connections.
    var tlsReporter: TLSReporter?
    /// Does what hooks want to be looked up.
    var lookUps = LookUpDesk()

    private let loop: ShardLoop
    private let peers: [Mailbox<ShardMessage>]
    private var message = SIPMessage()
    private var mail: [ShardMessage] = []
    private var governor: OverloadGovernor
    /// Whether what was received in this batch has yet to be answered.
    private var owesDrain = false

    init(
        number: UInt8, loop: ShardLoop, transport: TransportLayer, engine: CallEngine,
        mailboxes: [Mailbox<ShardMessage>]
    ) {
        self.number = number
        self.loop = loop
        self.transport = transport
        self.engine = engine
        governor = OverloadGovernor(now: loop.now, idle: loop.idle)
        mailbox = mailboxes[Int(number)]
        peers = mailboxes
        transport.delegate = self
        loop.add(self)
    }

    /// Runs until the loop's waker stops it.
    func run() {
        loop.run()
        transport.close()
    }

    // MARK: From the transport

    func receive(_ bytes: UnsafeRawBufferPointer, on flow: Flow, now: Timestamp) {
        loop.step()
        do throws(SIPParseError) {
            try message.receive(bytes)
        } catch {
            return refuse(error, on: flow)
        }
        if let owner = ShardHint.shard(of: message), owner != Int(number), owner < peers.count {
            return hand(.received(Array(bytes), flow), to: owner)
        }
        if message.isRequest, message.cseq.method == .invite, message.toTag.isEmpty {
            if isHolding { return counters.held &+= 1 }
            engine.isOverloaded = !governor.mayBegin(at: MonotonicClock.now(), inBatchOf: loop.now)
        }
        engine.receive(&message, from: bytes, on: flow, at: now)
        drainLater()
    }

    func fail(_ failure: TransportFailure, on flow: Flow, now: Timestamp) {
        engine.sendFailed(on: flow, because: "\(failure)", mayResend: failure.isOfOpenConnection, at: now)
        drain()
        guard flow.connection != 0 else { return }
        if let trouble = failure.tls { tlsReporter?.failed(trouble, on: flow, at: now) }
        for peer in peers.indices where peer != Int(number) { hand(.failed(failure, flow), to: peer) }
    }

    func identify(_ names: CertificateNames?, on flow: Flow) -> UInt16 {
        identities?.identity(of: names, on: flow) ?? 0
    }

    func shutOut(_ failure: TransportFailure, from flow: Flow, now: Timestamp) {
        if let trouble = failure.tls { tlsReporter?.failed(trouble, on: flow, at: now) }
    }

    func secured(_ flow: Flow) { tlsReporter?.secured(flow) }

    func refuse(_ head: UnsafeRawBufferPointer, for error: FramingError, on flow: Flow, now: Timestamp) {
        counters.malformed &+= 1
        do throws(SIPParseError) {
            try message.receive(head)
        } catch {
            // The head alone mostly is no message: its Content-Length is what was refused.
            guard error.isAnswerable else { return }
        }
        guard let request = message.asRequest, request.method != .ack else { return }
        answer(request, status: error.status, reason: "\(error.reasonPhrase)", on: flow)
    }

    /// RFC 3261 §8.2, §16.3: a malformed request is answered as far as it can be read, all else is dropped.
    private func refuse(_ error: SIPParseError, on flow: Flow) {
        counters.malformed &+= 1
        guard error.isAnswerable, let request = message.asRequest else { return }
        answer(request, status: error.status, reason: error.reasonPhrase, on: flow)
    }

    private func answer(_ request: SIPRequest, status wanted: UInt16, reason: String, on flow: Flow) {
        guard let status = engine.refusal(wanted, on: flow, at: loop.now) else { return }
        var reason = status == wanted ? reason : "Unknown Source"
        let response = reason.withUTF8 { text in
            SIPResponse(
                to: request, status: status, reason: Bytes(UnsafeRawBufferPointer(text)), toTag: engine.layer.makeTag())
        }
        withUnsafeTemporaryAllocation(byteCount: response.serializedCount, alignment: 16) { buffer in
            let count = response.write(to: buffer)
            if count > 0 { _ = transport.send(UnsafeRawBufferPointer(rebasing: buffer[..<count]), to: flow) }
        }
    }

    // MARK: To the transport

    /// With a journal, what is received together is written down together, in one write, before any of it is answered.
    private func drainLater() {
        owesDrain = journal != nil && !engine.output.isHalfFull
        if !owesDrain { drain() }
    }

    func didDrain(now: Timestamp) {
        if owesDrain { drain() }
        governor.endBatch(begun: now, idle: loop.idle)
    }

    /// Sends what the engine has queued, to peers and to the relay. What can't be sent goes back to it, and may queue more.
    func drain() {
        owesDrain = false
        repeat {
            journal?.write()
            sendOutput()
            for command in engine.takeMediaCommands() {
                let outcome = media?.send(command, now: loop.now)
                if let outcome { engine.receive(outcome, for: command.session, at: loop.now) }
            }
            for command in engine.takeLookUpCommands() { lookUp(command) }
        } while !engine.output.isEmpty || engine.hasMediaCommands || engine.hasLookUpCommands
    }

    /// Has something looked up on another thread. A finding that the mailbox has no room for is missed by nobody but its call,
    /// which waits no longer than its deadline.
    private func lookUp(_ command: LookUpCommand) {
        let known = lookUps.find(command.lookUp, within: command.time) { [mailbox] finding in
            _ = mailbox.post(.found(finding, command.ticket))
        }
        if let known { engine.receive(known, for: command.ticket, at: loop.now) }
    }

    private func sendOutput() {
        let output = engine.output
        while !output.isEmpty {
            var failed: [(transaction: UInt64, failure: TransportFailure)] = []
            for index in 0..<output.count {
                let record = output[index]
                if let failure = send(output.bytes(of: record).buffer, record), record.transaction != 0 {
                    failed.append((record.transaction, failure))
                }
            }
            output.removeAll()
            for (transaction, failure) in failed {
                engine.sendFailed(transaction: transaction, because: "\(failure)", at: loop.now)
            }
        }
    }

    /// Returns why nothing was sent; nil when it was, or was handed to the shard that has the connection.
    private func send(_ bytes: UnsafeRawBufferPointer, _ record: TransmitRecord) -> TransportFailure? {
        let owner = ConnectionID(raw: record.flow.connection).shard
        if record.flow.connection != 0, owner != number, Int(owner) < peers.count {
            hand(
                .send(Array(bytes), record.flow, transaction: record.transaction, sender: number), to: Int(owner))
            return nil
        }
        guard case .failed(let failure) = transport.send(bytes, to: record.flow) else { return nil }
        counters.notSent &+= 1
        return failure
    }

    // MARK: Other shards

    private func hand(_ message: ShardMessage, to shard: Int) {
        if peers[shard].post(message) {
            counters.handedOver &+= 1
        } else {
            counters.handOversRefused &+= 1
        }
    }

    var hasMail: Bool { mailbox.hasMail }

    func receiveMail(now: Timestamp) {
        guard mailbox.hasMail else { return }
        mailbox.take(into: &mail)
        for item in mail { take(item, now: now) }
        mail.removeAll(keepingCapacity: true)
    }

    private func take(_ item: ShardMessage, now: Timestamp) {
        switch item {
        case .received(let bytes, let flow):
            loop.step()
            bytes.withUnsafeBytes { bytes in
                guard (try? message.receive(bytes)) != nil else { return }
                engine.receive(&message, from: bytes, on: flow, at: now)
            }
            drain()
        case .send(let bytes, let flow, let transaction, let sender):
            let outcome = bytes.withUnsafeBytes { transport.send($0, to: flow) }
            if case .failed(let failure) = outcome, transaction != 0 {
                counters.notSent &+= 1
                hand(.notSent(failure, transaction: transaction), to: Int(sender))
            }
        case .notSent(let failure, let transaction):
            engine.sendFailed(transaction: transaction, because: "\(failure)", at: now)
            drain()
        case .failed(let failure, let flow):
            engine.sendFailed(on: flow, because: "\(failure)", at: now)
            drain()
        case .found(let finding, let ticket):
            engine.receive(finding, for: ticket, at: now)
            drain()
        case .run(let work):
            if owesDrain { drain() }
            work(self)
            drain()
        }
    }

    // MARK: Timers

    var nextDeadline: Timestamp? { engine.nextDeadline }

    func fireTimers(now: Timestamp) {
        guard let deadline = engine.nextDeadline, deadline <= now else { return }
        engine.advance(to: now)
        drain()
    }
}
