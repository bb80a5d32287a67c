/// What a call keeps of its dealings with the media relay.
struct CallMedia {
    /// Bit N: attempt N has a session at the relay.
    var sessions: UInt32 = 0
    /// The message that waits for the relay's reply.
    var step: MediaStep?
    /// What came after it.
    var parked: [ParkedInput] = []
    /// Who is silent, and whether that matters.
    var watch = MediaWatch()

    /// Whether nothing waits.
    var isIdle: Bool { step == nil && parked.isEmpty }
}
