import CallControl
import Journal
import SIPTransaction
import TandemKit
import Timing

/// Two trunks, an adapter with every hook on each, a normalizer and a router: the daemon's work without its sockets.
final class BoundaryBench {
    /// Few, so that from early on each call that ends makes an older one's story give way, as in a daemon that has run
    /// for a while.
    private static let endedCalls = 16

    let engine: CallEngine
    private let journal: JournalWriter?
    private let wire = Wire()
    private var message = SIPMessage()
    private var now = Timestamp(nanoseconds: 1_000_000_000)

    /// A bench that writes its calls down in a folder, if there is one.
    init(mode: SignallingMode, journal path: String?) throws {
        let adapter = AdapterInstance.of(BenchAdapter(settings: NoSettings()), named: "adapter")
        let normalizer = NormalizerInstance.of(BenchNormalizer(settings: NoSettings()), named: "dial-plan")
        let router = RouterInstance.of(BenchRouter(settings: NoSettings()), named: "routes")
        let trunks = (0..<2).map { index in
            TrunkContext(
                index: index,
                facts: TrunkFacts(
                    name: index == 0 ? "in" : "out", advertisedHost: "198.51.100.\(index + 1)", advertisedPort: 5060,
                    transport: .udp),
                nextHop: Self.flow(index), mode: mode, adapter: adapter, normalizers: [normalizer], routers: [router])
        }
        engine = CallEngine(
            shard: 1, key: (1, 2), routeKey: (3, 4),
            configuration: EngineConfiguration(
                trunks: trunks, matcher: BenchMatcher(), limits: CallLimits(endedCalls: Self.endedCalls)),
            now: now)
        engine.keepsRecords = path != nil
        journal = try path.map { path in
            let folder = try JournalFolder(path)
            return JournalWriter(folder, shard: 1, epoch: 1, after: try JournalContents(of: folder)) {
                preconditionFailure("\($0)")
            }
        }
    }

    static func flow(_ listener: Int) -> Flow {
        Flow(
            listener: UInt16(listener), transport: .udp,
            remote: Endpoint(address: IPAddress(ipv4: 0xC000_0201 + UInt32(listener)), port: 5060))
    }

    /// INVITE, 180, 200, ACK, BYE, 200: fourteen messages in and out, and the clock behind them.
    func play(_ serial: Int) {
        let invite = receive(wire.invite(serial), from: 0, wanting: "INVITE ")
        _ = receive(wire.answer("180 Ringing", to: invite, hasBody: false), from: 1, wanting: "SIP/2.0 180")
        let ok = receive(wire.answer("200 OK", to: invite, hasBody: true), from: 1, wanting: "SIP/2.0 200")
        _ = receive(wire.request("ACK", in: ok, serial: serial, cseq: 1), from: 0, wanting: "")
        let bye = receive(wire.request("BYE", in: ok, serial: serial, cseq: 2), from: 0, wanting: "BYE ")
        _ = receive(wire.answer("200 OK", to: bye, hasBody: false), from: 1, wanting: "")
        now = now + .milliseconds(100)
        engine.advance(to: now)
        engine.output.removeAll()
    }

    /// Parses and treats a message.
    func take(_ bytes: UnsafeRawBufferPointer, from listener: Int) {
        do throws(SIPParseError) { try message.receive(bytes) } catch { preconditionFailure("\(error)") }
        engine.receive(&message, from: bytes, on: Self.flow(listener), at: now)
        if let journal, engine.hasRecordChanges { write(to: journal) }
    }

    private func write(to journal: JournalWriter) {
        engine.takeRecordChanges { change, number, payload in
            switch change {
            case .put: journal.append(.put, number.raw, payload)
            case .add: journal.append(.add, number.raw, payload)
            case .remove: journal.append(.remove, number.raw, payload)
            }
        }
        journal.flush()
    }

    /// Removes the files.
    func close() { journal?.removeAll() }

    /// Gives the engine a message and returns the first it sends that begins as wanted.
    private func receive(_ bytes: [UInt8], from listener: Int, wanting prefix: StaticString) -> [UInt8] {
        bytes.withUnsafeBytes { boundaryReceive(self, $0, listener) }
        var found: [UInt8] = []
        for index in 0..<engine.output.count {
            let sent = engine.output.bytes(of: engine.output[index])
            if found.isEmpty, sent.hasPrefix(prefix) { found = sent.array }
        }
        precondition(prefix.utf8CodeUnitCount == 0 || !found.isEmpty, "the engine did not send \(prefix)")
        engine.output.removeAll()
        return found
    }
}

/// What the daemon does with a message: parse, run the engine, write what is sent. A symbol of its own, for callgrind.
@c(boundary_receive) @inline(never)
func boundary(_ context: UnsafeRawPointer) {
    let work = context.load(as: BoundaryWork.self)
    work.bench.take(work.bytes, from: work.listener)
}

private struct BoundaryWork {
    let bench: BoundaryBench
    let bytes: UnsafeRawBufferPointer
    let listener: Int
}

@inline(never)
private func boundaryReceive(_ bench: BoundaryBench, _ bytes: UnsafeRawBufferPointer, _ listener: Int) {
    var work = BoundaryWork(bench: bench, bytes: bytes, listener: listener)
    withUnsafeBytes(of: &work) { boundary($0.baseAddress.unsafelyUnwrapped) }
}
