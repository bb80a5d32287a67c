extension SessionDescription {
    /// Writes hold in an offer the way a vendor expects it. Media that are not held stay as they are.
    ///
    /// An answer to such an offer must go through `constrainDirections(toAnswer:)` with the offer as it was before.
    public mutating func writeHold(as style: HoldStyle) {
        for index in media.indices where isHeld(media[index]) {
            switch style {
            case .asIs: break
            case .sendonly: setDirection(.sendonly, ofMedia: index)
            case .inactive: setDirection(.inactive, ofMedia: index)
            case .zeroAddress:
                let isIPv6 = connection(of: media[index])?.addressType == "IP6"
                media[index].connection = SDPConnection(address: isIPv6 ? "::" : "0.0.0.0")
            }
        }
    }

    private mutating func setDirection(_ direction: SDPDirection, ofMedia index: Int) {
        if self.direction(of: media[index]) != direction { media[index].direction = direction }
    }
}
