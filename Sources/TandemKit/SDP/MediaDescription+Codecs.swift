extension MediaDescription {
    /// What the formats mean, in order of preference. Formats that neither `a=rtpmap` nor RFC 3551 explains are left out.
    public var codecs: [RTPMap] { formats.compactMap { rtpMap(for: $0) } }

    /// What a format means; nil when nothing says it.
    public func rtpMap(for format: String) -> RTPMap? {
        let prefix = Array("rtpmap:\(format) ".utf8)
        if let line = section.lines.first(where: { $0.type == UInt8(ascii: "a") && $0.bytes.starts(with: prefix) }),
            let map = RTPMap(line.attributeValue)
        {
            return map
        }
        return UInt8(format).flatMap(RTPMap.assigned)
    }

    /// The parameters of a format (`a=fmtp`, RFC 8866 §6.15); nil when there are none.
    public func formatParameters(of format: String) -> String? {
        for value in section.attributes("fmtp") {
            let parts = value.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
            if parts.count == 2, parts[0] == format { return String(parts[1]) }
        }
        return nil
    }

    /// Keeps the formats of which `test` says so, with their attributes. An unexplained format gives a nil codec.
    ///
    /// When none is left, nothing is changed and false comes back: an `m=` line can't be without formats.
    @discardableResult
    public mutating func keepFormats(where test: (_ format: String, _ codec: RTPMap?) -> Bool) -> Bool {
        let kept = formats.filter { test($0, rtpMap(for: $0)) }
        guard !kept.isEmpty else { return false }
        guard kept.count < formats.count else { return true }
        let removed = formats.filter { !kept.contains($0) }
        formats = kept
        for name in ["rtpmap", "fmtp", "rtcp-fb"] {
            section.removeAttributes { attribute, value in
                attribute == name && removed.contains { value == $0 || value.hasPrefix("\($0) ") }
            }
        }
        return true
    }

    /// Puts the codecs with these encoding names in front, in this order; the others follow as they were.
    public mutating func preferCodecs(_ encodings: [String]) {
        let wanted = encodings.map { $0.lowercased() }
        let ranked = formats.enumerated().map { index, format -> (rank: Int, index: Int, format: String) in
            let name = rtpMap(for: format)?.encoding.lowercased()
            return (name.flatMap { wanted.firstIndex(of: $0) } ?? wanted.count, index, format)
        }
        let ordered = ranked.sorted { ($0.rank, $0.index) < ($1.rank, $1.index) }.map(\.format)
        if ordered != formats { formats = ordered }
    }
}
