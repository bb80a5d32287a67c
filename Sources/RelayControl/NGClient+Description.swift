import TandemKit

extension NGClient.Outcome {
    /// The description that came for an offer or an answer; nil when there is none that a party could be given: one that
    /// can't be read, or that has fewer or more media than what was asked about.
    public func description(media count: Int) -> [UInt8]? {
        guard case .answered(let answer) = self, case .string(let bytes)? = answer["sdp"],
            let description = try? SessionDescription(bytes), description.media.count == count
        else { return nil }
        return bytes
    }
}
