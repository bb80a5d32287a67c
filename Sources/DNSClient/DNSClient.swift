import CCAres
import Glibc
public import ServerLocation
public import TandemKit

/// Asks DNS servers, by c-ares: retransmission, several servers, TCP for long answers, the hosts file before all.
///
/// Confined to one thread, which calls `wait` in a loop; completions come from within it, and from within `ask` when the
/// hosts file knows the answer.
public final class DNSClient {
    /// How long a server has for an answer before it is asked again, or the next one is; in milliseconds.
    public static let patience: Int32 = 1_500
    /// How often each server is asked.
    public static let tries: Int32 = 2
    /// How long counts what the hosts file says; in seconds.
    public static let hostsFileSeconds: UInt32 = 60
    /// Most questions that are out at once; others wait.
    public static let questionLimit = 128

    private final class Question {
        let client: DNSClient
        let kind: DNSQuestion.Kind
        let completion: (DNSAnswer) -> Void

        init(_ client: DNSClient, _ kind: DNSQuestion.Kind, _ completion: @escaping (DNSAnswer) -> Void) {
            (self.client, self.kind, self.completion) = (client, kind, completion)
        }
    }

    private var channel: ares_channel?
    private var waiting: [(question: DNSQuestion, completion: (DNSAnswer) -> Void)] = []
    private var out = 0

    /// A client of these servers; of those of `/etc/resolv.conf` when there are none, with its search list.
    public init(servers: [Endpoint]) throws(DNSClientError) {
        var options = ares_options()
        options.timeout = Self.patience
        options.tries = Self.tries
        var mask = ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES
        if !servers.isEmpty { mask |= ARES_OPT_DOMAINS }
        var code = ares_library_init(ARES_LIB_INIT_ALL)
        if code == ccares_success { code = ares_init_options(&channel, &options, Int32(mask)) }
        if code == ccares_success, !servers.isEmpty {
            code = ares_set_servers_ports_csv(channel, servers.map { "\($0)" }.joined(separator: ","))
        }
        guard code == ccares_success else {
            throw DNSClientError(description: "DNS can't be asked: \(String(cString: ares_strerror(code)))")
        }
    }

    deinit {
        if let channel { ares_destroy(channel) }
    }

    /// Asks a question. The completion is called once, also when nobody answers.
    public func ask(_ question: DNSQuestion, _ completion: @escaping (DNSAnswer) -> Void) {
        guard Self.canAsk(question.name) else { return completion(.failed("that is no name of a host")) }
        if let addresses = hostsFile(question) {
            return completion(.records(addresses.map { .address($0) }, seconds: Self.hostsFileSeconds))
        }
        guard out < Self.questionLimit else { return waiting.append((question, completion)) }
        send(question, completion)
    }

    /// Waits until something has happened, `waker` can be read or the time is over, and handles answers.
    public func wait(milliseconds: Int32, waker: Int32) {
        withUnsafeTemporaryAllocation(of: pollfd.self, capacity: 17) { sockets in
            sockets.initialize(repeating: pollfd())
            guard let base = sockets.baseAddress else { return }
            let count = Int(ccares_sockets(channel, base))
            sockets[count] = pollfd(fd: waker, events: Int16(POLLIN), revents: 0)
            poll(base, nfds_t(count + 1), ccares_timeout(channel, milliseconds))
            ccares_process(channel, base, Int32(count))
        }
        while out < Self.questionLimit, let next = waiting.first {
            waiting.removeFirst()
            send(next.question, next.completion)
        }
    }

    private func send(_ question: DNSQuestion, _ completion: @escaping (DNSAnswer) -> Void) {
        out += 1
        let context = Unmanaged.passRetained(Question(self, question.kind, completion)).toOpaque()
        let receive: ares_callback = { context, status, _, bytes, count in
            guard let context else { return }
            let question = Unmanaged<Question>.fromOpaque(context).takeRetainedValue()
            question.client.out -= 1
            question.completion(
                DNSClient.answer(status, UnsafeRawBufferPointer(start: bytes, count: Int(count)), question.kind))
        }
        ares_search(channel, question.name, 1, Int32(question.kind.rawValue), receive, context)
    }

    private static func answer(
        _ status: Int32, _ bytes: UnsafeRawBufferPointer, _ kind: DNSQuestion.Kind
    ) -> DNSAnswer {
        switch status {
        case ccares_success: return DNSReply.read(bytes, for: kind)
        case ccares_no_data, ccares_not_found:
            if !bytes.isEmpty, case .none(let seconds) = DNSReply.read(bytes, for: kind) {
                return .none(seconds: seconds)
            }
            return .none(seconds: nil)
        default: return .failed(words(of: status))
        }
    }

    private static func words(of status: Int32) -> String {
        switch status {
        case ccares_timed_out: "no DNS server answers"
        case ccares_unreachable: "no DNS server can be reached"
        case ccares_server_failed: "the DNS server has failed"
        case ccares_refused: "the DNS server refuses to answer"
        default: String(cString: ares_strerror(status))
        }
    }

    /// Letters, digits, hyphens, underscores and dots: what c-ares would read as something else is asked of nobody.
    private static func canAsk(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 253
            && name.utf8.allSatisfy {
                (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x2E || $0 == 0x5F
            }
    }

    /// What the hosts file says of a name; nil when it doesn't know it.
    private func hostsFile(_ question: DNSQuestion) -> [IPAddress]? {
        guard question.kind == .a || question.kind == .aaaa else { return nil }
        let isIPv6 = question.kind == .aaaa
        var host: UnsafeMutablePointer<hostent>?
        guard ares_gethostbyname_file(channel, question.name, isIPv6 ? AF_INET6 : AF_INET, &host) == ccares_success,
            let host
        else { return nil }
        defer { ares_free_hostent(host) }
        var found: [IPAddress] = []
        var next = host.pointee.h_addr_list
        while let list = next, let address = list.pointee {
            let bytes = UnsafeRawPointer(address)
            let word = { (offset: Int) in
                UInt64(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
            }
            found.append(
                isIPv6
                    ? IPAddress(ipv6High: word(0) << 32 | word(4), low: word(8) << 32 | word(12))
                    : IPAddress(ipv4: UInt32(truncatingIfNeeded: word(0))))
            next = list.advanced(by: 1)
        }
        return found.isEmpty ? nil : found
    }
}
