import CCURL
import ShardLoop
import TandemKit
import Timing

/// One request on its way, with what of its answer is there. Confined to the loop's thread.
final class HTTPTransfer {
    let task: HTTPTask
    let easy: UnsafeMutableRawPointer
    private var headers: [HTTPField] = []
    private var body: [UInt8] = []
    private var room = Finding.byteCountMax
    private var isTooLarge = false
    private var fields: UnsafeMutablePointer<curl_slist>?
    private let cause: UnsafeMutablePointer<CChar>

    /// Nil when there is no memory for it.
    init?(_ task: HTTPTask, milliseconds: Int) {
        guard let easy = curl_easy_init() else { return nil }
        self.task = task
        self.easy = easy
        cause = .allocate(capacity: Int(CURL_ERROR_SIZE))
        cause.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_TIMEOUT_MS, milliseconds)
        set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds)
        set(CURLOPT_FOLLOWLOCATION, 0)
        set(CURLOPT_TCP_NODELAY, 1)
        set(CURLOPT_PROTOCOLS_STR, "http,https")
        // A connection that hangs is given up with its request. One of HTTP/2 would get the next ones all the same.
        set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        set(CURLOPT_NOPROXY, "*")
        set(CURLOPT_USERAGENT, "Tandem")
        set(CURLOPT_URL, task.source.address + task.question.target)
        setRequest(task.question)
        ccurl_set_pointer(easy, CURLOPT_ERRORBUFFER, cause)
        setReceivers()
    }

    deinit {
        curl_easy_cleanup(easy)
        curl_slist_free_all(fields)
        cause.deallocate()
    }

    private func set(_ option: CURLoption, _ number: Int) { ccurl_set_number(easy, option, number) }

    private func set(_ option: CURLoption, _ text: String) { ccurl_set_text(easy, option, text) }

    private func setRequest(_ question: HTTPQuestion) {
        if question.method == "HEAD" {
            set(CURLOPT_NOBODY, 1)
        } else if !question.body.isEmpty || question.method == "POST" {
            ccurl_set_size(easy, CURLOPT_POSTFIELDSIZE_LARGE, Int64(question.body.count))
            question.body.withUnsafeBytes { bytes in
                // An empty body has no address, and nothing to be copied.
                let empty: UInt8 = 0
                withUnsafePointer(to: empty) { none in
                    let start = bytes.baseAddress ?? UnsafeRawPointer(none)
                    ccurl_set_pointer(easy, CURLOPT_COPYPOSTFIELDS, UnsafeMutableRawPointer(mutating: start))
                }
            }
            set(CURLOPT_CUSTOMREQUEST, question.method)
        } else if question.method != "GET" {
            set(CURLOPT_CUSTOMREQUEST, question.method)
        }
        fields = curl_slist_append(fields, "Expect:")
        for field in task.source.headers + question.headers {
            fields = curl_slist_append(fields, field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)")
        }
        ccurl_set_pointer(easy, CURLOPT_HTTPHEADER, fields)
    }

    private func setReceivers() {
        let context = Unmanaged.passUnretained(self).toOpaque()
        ccurl_set_pointer(easy, CURLOPT_PRIVATE, context)
        ccurl_set_pointer(easy, CURLOPT_HEADERDATA, context)
        ccurl_set_pointer(easy, CURLOPT_WRITEDATA, context)
        ccurl_set_receiver(easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
            HTTPTransfer.at(context).takeHeader(UnsafeRawBufferPointer(start: bytes, count: size * count))
        }
        ccurl_set_receiver(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
            HTTPTransfer.at(context).takeBody(UnsafeRawBufferPointer(start: bytes, count: size * count))
        }
    }

    /// The transfer that a callback of libcurl's is for.
    static func at(_ context: UnsafeMutableRawPointer?) -> HTTPTransfer {
        guard let context else { preconditionFailure("every transfer has set its context") }
        return Unmanaged<HTTPTransfer>.fromOpaque(context).takeUnretainedValue()
    }

    /// Takes a line of the header; 0 ends the transfer. Every line counts: there may be answers 1xx without end.
    private func takeHeader(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard keep(bytes.count + 16) else { return 0 }
        if bytes.starts(with: "HTTP/".utf8) {  // a 1xx may have come before
            headers = []
            return bytes.count
        }
        // What is folded (RFC 9112 §5.2) is left out.
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), !Self.isSpace(bytes[0]) else { return bytes.count }
        let value = bytes[(colon + 1)...].drop(while: Self.isSpace).prefix { $0 != 0x0D && $0 != 0x0A }
        let field = HTTPField(String(decoding: bytes[..<colon], as: UTF8.self), String(decoding: value, as: UTF8.self))
        // What is no UTF-8 becomes three times as long.
        guard keep(max(0, field.value.utf8.count - bytes.count)) else { return 0 }
        headers.append(field)
        return bytes.count
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

    private func takeBody(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard keep(bytes.count) else { return 0 }
        body.append(contentsOf: bytes)
        return bytes.count
    }

    /// Whether there is room for so many bytes more.
    private func keep(_ count: Int) -> Bool {
        room -= count
        isTooLarge = isTooLarge || room < 0
        return !isTooLarge
    }

    /// What has come of it.
    func finding(_ result: CURLcode) -> Finding {
        if result == CURLE_OK {
            return .http(HTTPAnswer(status: UInt16(clamping: ccurl_status(easy)), headers: headers, body: body))
        }
        let name = task.source.name
        // libcurl has no memory for a line of more than 100 kB.
        if isTooLarge || result == CURLE_OUT_OF_MEMORY {
            return .failed(
                LookUpFailure(.tooLarge, "the answer of \(name) has more than \(Finding.byteCountMax) bytes"))
        }
        let words = cause[0] == 0 ? String(cString: curl_easy_strerror(result)) : String(cString: cause)
        if result == CURLE_OPERATION_TIMEDOUT {
            return .failed(LookUpFailure(.timedOut, "\(name) has not answered in time (\(words))"))
        }
        return .failed(LookUpFailure(.unreachable, "\(name) can't be asked (\(words))"))
    }
}
