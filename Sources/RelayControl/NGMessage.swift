/// A message of the NG protocol as it was received: a cookie, a space and a bencoded dictionary.
public struct NGMessage: Sendable {
    /// The longest cookie, in bytes.
    public static let cookieByteLimit = 64

    /// What the answer begins with.
    let cookie: [UInt8]
    /// The dictionary, or what is wrong with it.
    let content: Result<Bencode, BencodeError>

    /// Reads a datagram; nil when it has no cookie to answer by.
    public init?(_ datagram: UnsafeRawBufferPointer) {
        let space = datagram.prefix(Self.cookieByteLimit + 1).firstIndex(of: UInt8(ascii: " "))
        guard let space, space > 0 else { return nil }
        cookie = Array(datagram[..<space])
        let bytes = Array(datagram[(space + 1)...])
        content = Result { () throws(BencodeError) in try Bencode(bytes[...]) }
    }

    /// The call that the message is about; nil when it names none. The threads of a relay share the calls by it.
    public var call: String? { (try? content.get())?["call-id"]?.text }
}
