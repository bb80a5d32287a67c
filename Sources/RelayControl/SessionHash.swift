/// A session's place by its name alone: whoever reads a command finds the thread that has the session without
/// asking, and long lists come in parts that stay the same whatever comes and goes.
public enum SessionHash {
    /// The thread of a session, of so many.
    public static func thread(of name: String, among threads: Int) -> Int { Int(hash(name) >> 32) % threads }

    /// The part of a list that names a session, of so many. Independent of its thread.
    static func part(of name: String, among parts: Int) -> Int { Int(hash(name) & 0xFFFF_FFFF) % parts }

    private static func hash(_ name: String) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        // FNV-1a leaves the upper bits alone when only the last characters differ, as in names that are counted up.
        hash = (hash ^ (hash >> 33)) &* 0xFF51_AFD7_ED55_8CCD
        hash = (hash ^ (hash >> 33)) &* 0xC4CE_B9FE_1A85_EC53
        return hash ^ (hash >> 33)
    }
}
