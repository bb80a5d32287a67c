import TandemKit

extension SIPMessage {
    /// Takes a message from bytes of an array.
    mutating func receiveCopy(_ bytes: [UInt8]) throws(SIPParseError) {
        let result = bytes.withUnsafeBytes { bytes in
            Result { () throws(SIPParseError) in try receive(bytes) }
        }
        try result.get()
    }
}
