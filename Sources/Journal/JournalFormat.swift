/// How a segment's file is laid out.
///
/// A header of `headerByteCount`: the magic, the epoch and the shard. Then records: the number of bytes behind it (4), a
/// checksum of those (4), the change (1), the key (8) and its payload. Numbers are in network order.
enum JournalFormat {
    static let magic: UInt64 = 0x5441_4E44_4A4E_0004  // TANDJN, version 4
    static let headerByteCount = 24
    static let recordByteCount = 17
    /// The largest payload, in bytes.
    static let payloadByteLimit = 1 << 20
    /// A segment is closed when it is larger.
    static let segmentByteCount = 8 << 20
    /// The largest file that is read: a segment with the largest batch behind its end.
    static let fileByteLimit = 128 << 20

    static func header(epoch: UInt64, shard: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        for word in [magic, epoch, UInt64(shard)] { append(word, to: &bytes) }
        return bytes
    }

    static func append(
        _ change: JournalChange, _ key: UInt64, _ payload: UnsafeRawBufferPointer, to bytes: inout [UInt8]
    ) {
        withUnsafeTemporaryAllocation(byteCount: recordByteCount + payload.count, alignment: 8) { record in
            record.storeBytes(of: UInt32(payload.count + 9).bigEndian, as: UInt32.self)
            record.storeBytes(of: change.rawValue, toByteOffset: 8, as: UInt8.self)
            record.storeBytes(of: key.bigEndian, toByteOffset: 9, as: UInt64.self)
            UnsafeMutableRawBufferPointer(rebasing: record[recordByteCount...]).copyMemory(from: payload)
            let sum = checksum(UnsafeRawBufferPointer(rebasing: record[8...]))
            record.storeBytes(of: sum.bigEndian, toByteOffset: 4, as: UInt32.self)
            bytes.append(contentsOf: UnsafeRawBufferPointer(record))
        }
    }

    /// Tells bytes that were written whole from others. Nobody is kept from making it right: the file is the daemon's own.
    static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        var sum = 0x9E37_79B9_7F4A_7C15 ^ UInt64(bytes.count)
        var place = 0
        while place + 8 <= bytes.count {
            let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
            sum = (sum ^ word) &* 0xFF51_AFD7_ED55_8CCD
            sum ^= sum >> 32
            place += 8
        }
        while place < bytes.count {
            sum = (sum ^ UInt64(bytes[place])) &* 0xC4CE_B9FE_1A85_EC53
            place += 1
        }
        sum ^= sum >> 33
        return UInt32(truncatingIfNeeded: sum ^ sum >> 32)
    }

    private static func append<Number: FixedWidthInteger>(_ number: Number, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
    }
}
