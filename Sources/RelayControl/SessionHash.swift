/// Splits a long list of sessions into parts that stay the same whatever comes and goes.
enum SessionHash {
    /// The part of a list that names a session, of so many.
    static func part(of name: String, among parts: Int) -> Int {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        // FNV-1a leaves the upper bits alone when only the last characters differ, as in names that are counted up.
        hash = (hash ^ (hash >> 33)) &* 0xFF51_AFD7_ED55_8CCD
        hash = (hash ^ (hash >> 33)) &* 0xC4CE_B9FE_1A85_EC53
        return Int((hash ^ (hash >> 33)) & 0xFFFF_FFFF) % parts
    }
}
