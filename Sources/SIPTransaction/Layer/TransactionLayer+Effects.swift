import TandemKit
import Timing

/// What came of an input to a transaction.
struct TransactionOutcome {
    /// The received message is for the user.
    var isDelivered = false
    /// The user's message was queued.
    var isSent = false
}

extension TransactionLayer {
    /// The identity of a living transaction.
    func identity(of place: UInt32) -> UInt64 {
        UInt64(tables.pointee.store[place].pointee.generation) << 32 | UInt64(place)
    }

    /// Gives an input to a transaction's machine and does what it asks for. Afterwards the transaction may be gone.
    ///
    /// `message` is the message received; `prepared` the size of the user's message, which stands in the room reserved
    /// in `output`.
    @discardableResult
    func handle(
        _ input: TransactionInput, at place: UInt32, _ now: Timestamp, message: SIPMessage? = nil, prepared: Int = 0
    ) -> TransactionOutcome {
        let entry = tables.pointee.store[place]
        guard var machine = entry.pointee.machine else { return TransactionOutcome() }
        var effects = TransactionEffects()
        machine.handle(input, timers: timers, effects: &effects)
        entry.pointee.machine = machine
        return realize(effects, place, now, message: message, prepared: prepared)
    }

    /// Does what a machine asked for, in order.
    func realize(
        _ effects: TransactionEffects, _ place: UInt32, _ now: Timestamp, message: SIPMessage? = nil,
        prepared: Int = 0
    ) -> TransactionOutcome {
        var outcome = TransactionOutcome()
        for index in 0..<effects.count {
            switch effects[index] {
            case .transmit:
                transmit(prepared, place)
                outcome.isSent = true
            case .retransmit: retransmit(place)
            case .transmitTrying: transmitTrying(place, message)
            case .transmitACK: if let message { transmitACK(place, message) }
            case .deliver: outcome.isDelivered = true
            case .start(let timer, let interval):
                tables.pointee.start(timer, at: now + interval, place: place, raw: identity(of: place))
            case .stop(let timer): tables.pointee.stop(timer, place: place)
            case .reportTimeout: reportTimeout(place)
            case .reportTransportError: reportTransportError(place)
            case .terminate: terminate(place)
            }
        }
        return outcome
    }

    /// Queues the message that stands in the room reserved, and keeps a copy if it can be needed again.
    private func transmit(_ size: Int, _ place: UInt32) {
        let entry = tables.pointee.store[place]
        output.commit(size, to: entry.pointee.flow, kind: .first, transaction: identity(of: place))
        if entry.pointee.keepsMessage {
            tables.pointee.keep(output.bytes(of: output[output.count - 1]), place: place)
        } else {
            tables.pointee.blocks.giveBack(&entry.pointee.message)
        }
    }

    func retransmit(_ place: UInt32) {
        let entry = tables.pointee.store[place]
        guard let base = entry.pointee.message.base else { return }
        let bytes = Bytes(base: base, count: Int(entry.pointee.message.count))
        output.append(bytes, to: entry.pointee.flow, kind: .retransmission, transaction: identity(of: place))
        if case .inviteClient(let machine) = entry.pointee.machine, machine.state == .completed {
            tables.pointee.counters.responseRetransmissions &+= 1  // the ACK
        } else if entry.pointee.machine?.isClient == true {
            tables.pointee.counters.requestRetransmissions &+= 1
        } else {
            tables.pointee.counters.responseRetransmissions &+= 1
        }
    }

    /// Sends 100 Trying for the request just received, or for the one kept.
    private func transmitTrying(_ place: UInt32, _ request: SIPMessage?) {
        guard let request = request ?? kept(place),
            let room = output.reserve(StatelessResponse.room(for: request))
        else { return }
        let size = StatelessResponse(status: 100, reason: "Trying").write(to: room, answering: request)
        transmit(size, place)
    }

    /// Acknowledges a failure response (RFC 3261 §17.1.1.3). The ACK takes the place of the INVITE.
    private func transmitACK(_ place: UInt32, _ response: SIPMessage) {
        guard let request = kept(place),
            let room = output.reserve(DerivedRequest.room(for: request, to: response))
        else { return }
        let size = DerivedRequest(method: .ack).write(to: room, from: request, to: response)
        transmit(size, place)
    }

    /// The request that the entry keeps, parsed again; valid until the next call.
    func kept(_ place: UInt32) -> SIPMessage? {
        let block = tables.pointee.store[place].pointee.message
        guard let base = block.base else { return nil }
        do {
            try tables.pointee.scratch.receive(UnsafeRawBufferPointer(start: base, count: Int(block.count)))
            return tables.pointee.scratch
        } catch {
            return nil  // what was serialized parses, unless a plugin spoiled it
        }
    }

    private func reportTimeout(_ place: UInt32) {
        tables.pointee.counters.timeouts &+= 1
        let raw = identity(of: place)
        let entry = tables.pointee.store[place]
        if entry.pointee.machine?.isClient == true {
            report(.clientTimedOut(ClientTransactionID(raw: raw), owner: entry.pointee.owner))
        } else {
            report(.serverTimedOut(ServerTransactionID(raw: raw), owner: entry.pointee.owner))
        }
    }

    private func reportTransportError(_ place: UInt32) {
        tables.pointee.counters.transportFailures &+= 1
        let raw = identity(of: place)
        let entry = tables.pointee.store[place]
        if entry.pointee.machine?.isClient == true {
            report(.clientTransportFailed(ClientTransactionID(raw: raw), owner: entry.pointee.owner))
        } else {
            report(.serverTransportFailed(ServerTransactionID(raw: raw), owner: entry.pointee.owner))
        }
    }

    func terminate(_ place: UInt32) {
        let raw = identity(of: place)
        let entry = tables.pointee.store[place]
        if entry.pointee.machine?.isClient == true {
            report(.clientTerminated(ClientTransactionID(raw: raw), owner: entry.pointee.owner))
        } else {
            report(.serverTerminated(ServerTransactionID(raw: raw), owner: entry.pointee.owner))
        }
        tables.pointee.remove(place)
    }
}
