/// A session's place by its name alone (FNV-1a): whoever reads a command finds the thread that has the session without
/// asking, and long lists come in parts that stay the same whatever comes and goes.
public enum SessionHash {
    /// The thread of a session, of so many.
    public static func thread(of name: String, among threads: Int) -> Int { Int(hash(name) >> 32) % threads }

    /// The part of a list that names a session, of so many. Independent of its thread.
    static func part(of name: String, among parts: Int) -> Int { Int(hash(name) & 0xFFFF_FFFF) % parts }

    private static func hash(_ name: String) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return hash
    }
}
