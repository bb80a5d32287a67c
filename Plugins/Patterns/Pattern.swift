import CPCRE2

/// A regular expression over numbers, compiled once: Perl's syntax, which is .NET's for what administrators write in
/// dial plans, with bounds on what one match may cost.
///
/// `\d` and `\w` mean ASCII; `$` means the very end, never the place before a line feed. Every other letter has its
/// usual meaning, lookahead and (of a fixed length) lookbehind included. Any number of threads may match at once.
public final class Pattern: @unchecked Sendable {  // immutable; PCRE2 code is made to be shared
    /// Bounds on patterns and on single matches.
    public enum Limit {
        /// Bytes of a pattern.
        public static let source = 1000
        /// Groups of a pattern.
        public static let groups = 31
        /// Bytes of a number that is matched, and of one that a translation makes.
        public static let text = 512
        /// Steps of one match.
        static let steps: UInt32 = 50_000
        /// Nested steps of one match without machine code.
        static let depth: UInt32 = 5000
        /// KiB that one match without machine code may take.
        static let heap: UInt32 = 1024
    }

    /// The pattern as written.
    public let source: String
    /// How many groups it has.
    public let groupCount: Int
    /// The numbers of the named groups.
    public let groupNames: [String: Int]
    /// Whether it can match only from the first character on.
    public let isAnchoredAtStart: Bool
    let matcher: Matcher

    /// Compiles a pattern.
    public init(_ source: String) throws(PatternError) {
        guard source.utf8.count <= Limit.source else {
            throw PatternError("the pattern is longer than \(Limit.source) bytes", in: source, at: Limit.source)
        }
        var number: Int32 = 0
        var offset = 0
        let options = UInt32(PCRE2_UTF) | UInt32(PCRE2_DOLLAR_ENDONLY) | UInt32(PCRE2_NEVER_BACKSLASH_C)
        var text = source
        let compiled = text.withUTF8 { bytes in
            pcre2_compile_8(bytes.baseAddress, bytes.count, options, &number, &offset, nil)
        }
        guard let compiled else { throw PatternError(Self.message(of: number), in: source, at: offset) }
        // Where no machine code may be made, or a pattern forbids it, the interpreter matches the same, more slowly.
        pcre2_jit_compile_8(compiled, UInt32(PCRE2_JIT_COMPLETE))
        var machineCodeSize = 0
        pcre2_pattern_info_8(compiled, UInt32(PCRE2_INFO_JITSIZE), &machineCodeSize)
        matcher = Matcher(code: compiled, isMachineCode: machineCodeSize > 0)
        self.source = source
        groupCount = Int(Self.information(PCRE2_INFO_CAPTURECOUNT, of: compiled))
        groupNames = Self.names(of: compiled)
        isAnchoredAtStart = Self.information(PCRE2_INFO_ALLOPTIONS, of: compiled) & UInt32(PCRE2_ANCHORED) != 0
        guard groupCount <= Limit.groups else {
            throw PatternError("the pattern has more than \(Limit.groups) groups", in: source, at: 0)
        }
    }

    deinit { pcre2_code_free_8(matcher.code) }

    /// What is wrong with a text as a pattern, and where; nil when nothing is.
    public static func complaint(about source: String) -> String? {
        do throws(PatternError) { _ = try Pattern(source) } catch { return error.description }
        return nil
    }

    /// What PCRE2 says to one of its error numbers.
    static func message(of number: Int32) -> String {
        var buffer = [UInt8](repeating: 0, count: 256)
        let count = pcre2_get_error_message_8(number, &buffer, buffer.count)
        return count > 0 ? String(decoding: buffer.prefix(Int(count)), as: UTF8.self) : "PCRE2 error \(number)"
    }

    private static func information(_ what: Int32, of code: OpaquePointer) -> UInt32 {
        var value: UInt32 = 0
        pcre2_pattern_info_8(code, UInt32(what), &value)
        return value
    }

    /// Reads the table of named groups: entries of one size, each the number (high byte first), the name and a zero.
    private static func names(of code: OpaquePointer) -> [String: Int] {
        var table: UnsafePointer<UInt8>?
        pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_NAMETABLE), &table)
        let size = Int(information(PCRE2_INFO_NAMEENTRYSIZE, of: code))
        var names: [String: Int] = [:]
        for index in 0..<Int(information(PCRE2_INFO_NAMECOUNT, of: code)) {
            guard let entry = table.map({ $0 + index * size }) else { break }
            let name = UnsafeBufferPointer(start: entry + 2, count: size - 2).prefix { $0 != 0 }
            names[String(decoding: name, as: UTF8.self)] = Int(entry[0]) << 8 | Int(entry[1])
        }
        return names
    }
}
