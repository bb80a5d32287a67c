import TandemKit

/// One media of a session: a pair of ports towards each of its two parties.
struct RelayStream {
    /// The pair towards each party; nil when the media was refused.
    var pairs: (MediaPortPair?, MediaPortPair?) = (nil, nil)
    /// What each party's last description said.
    var expectations: (MediaExpectation?, MediaExpectation?) = (nil, nil)
    /// What events have told of each party: whether it was heard, is silent, is silent by RTCP.
    var told: (Told, Told) = (Told(), Told())

    struct Told {
        var isHeard = false
        var isSilent = false
        var isControlSilent = false
    }

    func pair(_ party: Int) -> MediaPortPair? { party == 0 ? pairs.0 : pairs.1 }

    mutating func setPair(_ party: Int, _ pair: MediaPortPair?) {
        if party == 0 { pairs.0 = pair } else { pairs.1 = pair }
    }

    func expectation(_ party: Int) -> MediaExpectation? { party == 0 ? expectations.0 : expectations.1 }

    mutating func setExpectation(_ party: Int, _ expectation: MediaExpectation?) {
        if party == 0 { expectations.0 = expectation } else { expectations.1 = expectation }
    }
}
