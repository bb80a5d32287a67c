import SIPDialog
import SIPTransaction
import TandemKit
public import Timing

/// One registration of ours at a trunk's peer.
struct Registration {
    var trunk: TrunkContext
    let order: TrunkRegistration
    var machine: RegistrationMachine
    let callID: [UInt8]
    let tag: [UInt8]
    var cseq: UInt32 = 0
    /// For how many seconds the last REGISTER asked.
    var asked: UInt32 = 0
    var transaction: ClientTransactionID?
    var timer = TimerID.none
    var reason = "no answer yet"
    /// What the last 2xx had as Service-Route.
    var routes: [[UInt8]] = []

    /// Begins anew at other servers, as the same registration.
    mutating func begin(on trunk: TrunkContext, at now: Timestamp) {
        machine = RegistrationMachine(
            expires: order.settings.expires, servers: trunk.hops.flows.count, at: now)
        transaction = nil
    }
}

/// Registrations of trunks at their peers (RFC 3261 §10.2). One engine registers; it tells the others through
/// `observeRegistration` and their `setRegistration`.
extension CallEngine {
    /// Registers the trunks whose configuration says so, and takes back what no configuration wants any more. What is
    /// registered as it is wanted goes on undisturbed.
    public func register(at now: Timestamp) {
        begin(at: now)
        for handle in registrations.keys.sorted() {
            guard let registration = registrations[handle], registration.machine.state != .ended else { continue }
            let trunk = trunk(named: registration.trunk.name)
            if let trunk, trunk.registration == registration.order, trunk.contact == registration.trunk.contact {
                if trunk.hops.flows != registration.trunk.hops.flows {
                    registrations[handle]?.begin(on: trunk, at: now)
                }
                registrations[handle]?.trunk = trunk
                step(handle) { $0.fire(at: now) }
            } else {
                leave(handle)
            }
        }
        for trunk in trunks {
            // A peer that DNS has not found yet has no port; once it is found, the configuration comes anew.
            guard let order = trunk.registration, !isRegistering(trunk), trunk.hops.flows[0].remote.port != 0 else {
                continue
            }
            enroll(trunk, order)
        }
        traceOutput()
    }

    /// Takes all registrations back, at the end. What is still to be answered, `registrationCount` tells.
    public func unregister(at now: Timestamp) {
        begin(at: now)
        for handle in registrations.keys.sorted() { leave(handle) }
        traceOutput()
    }

    /// Registrations that hold, are tried, or are being taken back.
    public var registrationCount: Int { registrations.count }

    /// What another shard has learned about a trunk's registration.
    public func setRegistration(_ report: RegistrationReport, trunk index: Int) {
        guard index < trunkCount, trunk(at: index).registration != nil else { return }
        trunk(at: index).registrationReport = report
    }

    /// Why a trunk takes no calls for want of a registration; nil when it takes them.
    func missingRegistration(_ trunk: TrunkContext) -> Failure? {
        guard trunk.registration?.settings.isRequired == true else { return nil }
        let report = current(trunk).registrationReport
        guard report?.state != .registered else { return nil }
        return Failure(
            status: 503, diagnostic: .notRegistered,
            detail: "\(trunk.name) is not registered: \(report?.reason ?? "no answer yet")")
    }

    /// The context in force of a trunk that a call may have begun with.
    func current(_ trunk: TrunkContext) -> TrunkContext {
        guard trunk.index < trunkCount, case let current = self.trunk(at: trunk.index), current.name == trunk.name
        else { return trunk }
        return current
    }

    // MARK: Inside

    private func isRegistering(_ trunk: TrunkContext) -> Bool {
        registrations.values.contains { $0.trunk === trunk && $0.machine.state != .ended && !$0.machine.isLeaving }
    }

    private func enroll(_ trunk: TrunkContext, _ order: TrunkRegistration) {
        registrationSerial += 1
        let handle = registrationSerial
        registrations[handle] = Registration(
            trunk: trunk, order: order,
            machine: RegistrationMachine(
                expires: order.settings.expires, servers: trunk.hops.flows.count, at: now),
            callID: layer.makeCallID().array, tag: layer.makeTag().array)
        step(handle) { $0.fire(at: now) }
    }

    private func leave(_ handle: UInt64) { step(handle) { $0.stop(at: now) } }

    /// The time of a registration has come.
    func registrationDue(_ handle: UInt64) { step(handle) { $0.fire(at: now) } }

    /// A REGISTER was answered.
    func registered(_ handle: UInt64, _ response: SIPResponse, _ id: ClientTransactionID) {
        guard let registration = registrations[handle], registration.transaction == id else { return }
        let status = response.status
        let grant = registration.trunk.contact.withUnsafeBytes {
            RegistrationGrant(response, contact: Bytes($0), asked: registration.asked)
        }
        registrations[handle]?.transaction = nil
        registrations[handle]?.reason = reason(of: response, registration.trunk)
        if status / 100 == 2 { registrations[handle]?.routes = grant.routes }
        let random = layer.tokens.makeRandom()
        step(handle) {
            $0.answered(
                status, granted: grant.expires, least: grant.least, pause: grant.pause, random: random, at: now)
        }
    }

    private func reason(of response: SIPResponse, _ trunk: TrunkContext) -> String {
        let answer = "answered REGISTER with \(response.status)"
        guard response.isChallenge else { return answer }
        return answer + ", and " + (trunk.digest?.refusal?.words ?? "we have no credentials for it")
    }

    /// A REGISTER has no answer.
    func lostRegistration(_ handle: UInt64, _ id: ClientTransactionID, isTimeout: Bool) {
        guard registrations[handle]?.transaction == id else { return }
        registrations[handle]?.transaction = nil
        loseRegistration(handle, isTimeout ? "no answer to REGISTER" : "REGISTER could not be sent: \(transportCause)")
    }

    private func loseRegistration(_ handle: UInt64, _ reason: String) {
        registrations[handle]?.reason = reason
        let random = layer.tokens.makeRandom()
        step(handle) { $0.lost(random: random, at: now) }
    }

    /// Gives an input to a registration's machine, and does what it asks for.
    private func step(_ handle: UInt64, _ input: (inout RegistrationMachine) -> [RegistrationMachine.Effect]) {
        guard var registration = registrations[handle] else { return }
        let effects = input(&registration.machine)
        stopTimer(&registration.timer)
        if let deadline = registration.machine.deadline {
            let delay = deadline > now ? deadline - now : .milliseconds(1)
            setTimer(&registration.timer, .registrationTimer, handle, after: delay)
        }
        registrations[handle] = registration
        for effect in effects {
            switch effect {
            case .send(let expires, let server): sendRegister(handle, expires, server)
            case .changed(let state): tell(handle, state)
            }
        }
    }

    private func tell(_ handle: UInt64, _ state: RegistrationMachine.State) {
        guard let registration = registrations[handle] else { return }
        if state == .ended { registrations[handle] = nil }
        guard let trunk = trunk(named: registration.trunk.name), trunk.registration == registration.order else {
            return
        }
        let known: RegistrationReport.State =
            switch state {
            case .trying: .trying
            case .registered: .registered
            case .failed: .failed
            case .ended: .ended
            }
        let report = RegistrationReport(
            state: known, reason: registration.reason, routes: known == .registered ? registration.routes : [])
        trunk.registrationReport = report
        observeRegistration(trunk.index, report)
    }

    private func sendRegister(_ handle: UInt64, _ expires: UInt32, _ server: Int) {
        guard var registration = registrations[handle] else { return }
        let (trunk, order) = (registration.trunk, registration.order)
        registration.cseq += 1
        registration.asked = expires
        var request = SIPRequest(method: .register, uri: order.settings.registrar)
        request.headers.append(.from, text: "<\(order.settings.address)>;tag=", registration.tag, writer)
        request.headers.append(.to, text: "<\(order.settings.address)>", [], writer)
        registration.callID.withUnsafeBytes { request.headers.append(.callID, Bytes($0)) }
        request.headers.append(.cseq, text: "\(registration.cseq) REGISTER", [], writer)
        trunk.contact.withUnsafeBytes { request.headers.append(.contact, Bytes($0)) }
        request.headers.append(.expires, text: "\(expires)", [], writer)
        request.headers.append(.supported, Bytes("path"))
        request.setMaxForwards(70)
        describe(&request, to: trunk, from: nil)
        dress(&request, registration)
        traceContext = TraceContext(call: .none, leg: 1, trunk: trunk)
        let flow = trunk.hops.flows[min(server, trunk.hops.flows.count - 1)]
        registration.transaction = send(
            &request, on: trunk, over: flow, owner: OwnerKind.registration.token(handle))
        registrations[handle] = registration
        if registration.transaction == nil { loseRegistration(handle, "REGISTER could not be sent") }
    }

    /// A REGISTER takes the peer's dialect.
    private func dress(_ request: inout SIPRequest, _ registration: Registration) {
        let trunk = registration.trunk
        guard let adapter = trunk.adapter, trunk.hooks.contains(.egressRequest) else { return }
        let call = CallFacts(number: .none, callID: registration.callID, began: 0, ingressTrunk: "")
        let facts = EgressLeg(of: call, trunk: trunk.facts, remote: trunk.nextHop.remote)
        var state = PluginState()
        do throws(AdapterError) {
            try adapter.egress(&request, on: facts, state: &state)
        } catch {
            if !error.passesBy { counters.pluginRefusals &+= 1 }
        }
    }
}

extension HeaderFields {
    /// Adds a field with a value of two parts.
    fileprivate mutating func append(_ id: HeaderID, text: String, _ rest: [UInt8], _ writer: ValueWriter) {
        writer.start()
        writer.append(text)
        writer.append(rest)
        append(id, writer.bytes)
    }
}
