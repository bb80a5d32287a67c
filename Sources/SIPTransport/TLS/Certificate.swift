import COpenSSL
import Glibc
import TandemKit

/// What a certificate says of itself.
public struct Certificate: Hashable, Sendable {
    /// Whom it names.
    public let names: CertificateNames
    /// Its subject in one line, for people.
    public let subject: String
    /// Who has signed it, in one line, for people.
    public let issuer: String
    /// The first second at which it counts, in seconds of Unix time.
    public let validFrom: Int
    /// The last second at which it counts, in seconds of Unix time.
    public let validUntil: Int

    /// Most entries of a subjectAltName that are read.
    static let nameLimit = 256
    /// Longest name that is read; a DNS name has 253 bytes at most.
    private static let textLimit = 512

    /// Reads a certificate of OpenSSL's, which stays its owner's.
    init(_ certificate: OpaquePointer) {
        var names = CertificateNames()
        names.commonName = Self.commonName(of: certificate)
        Self.readAlternatives(of: certificate, into: &names)
        self.names = names
        subject = Self.line(X509_get_subject_name(certificate))
        issuer = Self.line(X509_get_issuer_name(certificate))
        validFrom = Self.seconds(X509_get0_notBefore(certificate))
        validUntil = Self.seconds(X509_get0_notAfter(certificate))
    }

    /// What the certificate is called in messages: the first of its names, else its subject.
    var title: String { names.hosts.first ?? names.domains.first ?? names.commonName ?? subject }

    private static func readAlternatives(of certificate: OpaquePointer, into names: inout CertificateNames) {
        guard let found = X509_get_ext_d2i(certificate, NID_subject_alt_name, nil, nil) else { return }
        let list = OpaquePointer(found)
        defer { GENERAL_NAMES_free(list) }
        names.hasAlternatives = true
        for index in 0..<min(Int(tandem_names_count(list)), nameLimit) {
            guard let name = tandem_name(list, Int32(index)), let text = tandem_name_text(name) else { continue }
            let bytes = UnsafeBufferPointer(start: ASN1_STRING_get0_data(text), count: Int(ASN1_STRING_length(text)))
            switch name.pointee.type {
            case GEN_DNS: if let host = Self.text(bytes) { names.hosts.append(PeerIdentity.canonical(host)) }
            case GEN_URI: if let uri = Self.text(bytes) { names.add(uri: uri) }
            default: if let address = address(bytes) { names.addresses.append(address) }
            }
        }
    }

    /// Text without anything that could end it early or hide a part of it; nil when there is such a thing.
    private static func text(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
        guard (1...textLimit).contains(bytes.count), bytes.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            return nil
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func address(_ bytes: UnsafeBufferPointer<UInt8>) -> IPAddress? {
        let number = { (part: Slice<UnsafeBufferPointer<UInt8>>) in part.reduce(UInt64(0)) { $0 << 8 | UInt64($1) } }
        switch bytes.count {
        case 4: return IPAddress(ipv4: UInt32(number(bytes[0..<4])))
        case 16: return IPAddress(ipv6High: number(bytes[0..<8]), low: number(bytes[8..<16]))
        default: return nil
        }
    }

    private static func commonName(of certificate: OpaquePointer) -> String? {
        let subject = X509_get_subject_name(certificate)
        var (last, next) = (Int32(-1), X509_NAME_get_index_by_NID(subject, NID_commonName, -1))
        while next >= 0 { (last, next) = (next, X509_NAME_get_index_by_NID(subject, NID_commonName, next)) }
        guard last >= 0, let value = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, last)) else { return nil }
        return text(UnsafeBufferPointer(start: ASN1_STRING_get0_data(value), count: Int(ASN1_STRING_length(value))))
    }

    private static func line(_ name: OpaquePointer?) -> String {
        guard let bio = BIO_new(BIO_s_mem()) else { return "" }
        defer { BIO_free(bio) }
        tandem_print_name(bio, name)
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = BIO_read(bio, &bytes, Int32(bytes.count))
        return count > 0 ? String(decoding: bytes.prefix(Int(count)), as: UTF8.self) : ""
    }

    private static func seconds(_ time: UnsafePointer<ASN1_TIME>?) -> Int {
        var parts = tm()
        return ASN1_TIME_to_tm(time, &parts) == 1 ? timegm(&parts) : 0
    }

    /// `2026-11-23` of a second of Unix time.
    public static func day(_ seconds: Int) -> String {
        var (time, parts) = (time_t(seconds), tm())
        gmtime_r(&time, &parts)
        let two = { (number: Int32) in number < 10 ? "0\(number)" : "\(number)" }
        return "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
    }
}
