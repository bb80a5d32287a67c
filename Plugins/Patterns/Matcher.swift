import CPCRE2

/// A compiled pattern as PCRE2 holds it, without ownership: plain bits, so that a list of them is run through without
/// counting references.
struct Matcher {
    let code: OpaquePointer
    /// Whether PCRE2 made machine code of it.
    let isMachineCode: Bool

    /// Matches UTF-8 of at least one byte's room and at most `Pattern.Limit.text` bytes.
    ///
    /// - Returns: Positive when it matched, `PCRE2_ERROR_NOMATCH`, or another of PCRE2's error numbers.
    @inline(__always)
    func match(_ start: UnsafePointer<UInt8>, _ count: Int, in scratch: MatchScratch) -> Int32 {
        // The text comes from a String, so that its UTF-8 needs no check.
        isMachineCode
            ? pcre2_jit_match_8(code, start, count, 0, UInt32(PCRE2_NO_UTF_CHECK), scratch.groups, scratch.limits)
            : pcre2_match_8(code, start, count, 0, UInt32(PCRE2_NO_UTF_CHECK), scratch.groups, scratch.limits)
    }

    /// Why a match ended with an error number, as a clause.
    static func cause(of number: Int32) -> String {
        switch number {
        case PCRE2_ERROR_MATCHLIMIT, PCRE2_ERROR_DEPTHLIMIT, PCRE2_ERROR_HEAPLIMIT, PCRE2_ERROR_JIT_STACKLIMIT:
            "the match took more steps than it may; write the pattern so that it has fewer ways to match"
        default: Pattern.message(of: number)
        }
    }
}
