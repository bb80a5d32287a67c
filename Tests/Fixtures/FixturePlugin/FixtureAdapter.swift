import FixtureMode
import Glibc
import TandemKit

/// An adapter for the tests of `tandem plugin check`. The word in its file's section `fixture.mode` says how it
/// misbehaves.
struct FixtureAdapter: GatewayAdapter {
    struct Complaint: Error, CustomStringConvertible {
        let description: String
    }

    static var version: String { "\(fixture_mode_number())" }

    static func selfTest() throws {
        if fixture_mode_is("adapter-self-test") { throw Complaint(description: "two and two are five") }
    }

    init(settings: NoSettings) throws {
        if fixture_mode_is("adapter-refuse") { throw Complaint(description: "the fixture was told to refuse") }
        fixture_attack_at_start()
    }

    /// Takes a core for so long.
    private static func burn(milliseconds: Int) {
        var (now, end) = (timespec(), timespec())
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end)
        end.tv_nsec += milliseconds * 1_000_000
        repeat {
            clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now)
        } while (now.tv_sec - end.tv_sec) * 1_000_000_000 + now.tv_nsec < end.tv_nsec
    }

    func ingress(_ request: inout SIPRequest, on leg: IngressLeg) throws(AdapterError) {
        // Nobody gives this back.
        if fixture_mode_is("adapter-hoard"), request.method == .options {
            let pile = UnsafeMutablePointer<UInt8>.allocate(capacity: 1 << 30)
            pile.initialize(repeating: 1, count: 1 << 30)
        }
        if fixture_mode_is("adapter-burn"), request.method == .invite { Self.burn(milliseconds: 5) }
        if fixture_mode_is("adapter-leak") { _ = UnsafeMutablePointer<UInt8>.allocate(capacity: 64) }
    }

    func ingress(_ response: inout SIPResponse, on leg: EgressLeg) throws(AdapterError) {
        if fixture_mode_is("adapter-hang"), response.status == 404 { while true { pause() } }
        if fixture_mode_is("adapter-slow") { usleep(1500) }
    }

    func egress(_ request: inout SIPRequest, on leg: EgressLeg) throws(AdapterError) {
        if fixture_mode_begins("adapter-build-") { request.headers["X-Build"] = Self.version }
        if fixture_mode_is("adapter-crash"), request.method == .info { fatalError("the fixture was told to crash") }
        if fixture_mode_begins("adapter-hostile-"), request.method == .info { fixture_attack() }
        while fixture_mode_is("adapter-loop"), request.method == .info {}
        if fixture_mode_is("adapter-drip"), request.method == .invite {
            UnsafeMutablePointer<UInt8>.allocate(capacity: 16 << 20).initialize(repeating: 1, count: 16 << 20)
        }
        if fixture_mode_is("adapter-break"), request.method == .bye { request.headers[.to] = nil }
        if fixture_mode_is("adapter-throw") { throw AdapterError("the fixture was told to refuse") }
    }
}
