#if DEBUG
    /// Bugs that the simulation must find: a canary for its invariants. Only debug builds have them.
    package enum EngineFault: String, CaseIterable, Sendable {
        /// None: the engine as it is.
        case none
        /// When one party hangs up the other is not told.
        case forgetsPeer
        /// A refused call gets a second final response.
        case answersTwice
        /// A 2xx that crosses a CANCEL is ignored.
        case ignoresLateAnswer
        /// Calls that were refused are never freed.
        case leaksCalls
        /// The callee's leg has the caller's Call-ID.
        case showsCallID
        /// Of the forks of one INVITE only the last is known: a bug we had, and the simulation found.
        case forgetsForks
        /// The description of a response passes the relay by.
        case skipsRelay
        /// The media of a failed attempt are never ended.
        case keepsMedia
        /// What comes while a description is at the relay overtakes it.
        case overtakesRelay
        /// What a request inside a dialog changes is not written down.
        case forgetsSequence
        /// A call that is taken up knows nothing of its media.
        case forgetsMedia
        /// A call that was ending is reported again.
        case reportsEndTwice
        /// A 2xx without its ACK is not written down.
        case forgetsAnswer

        /// Whether only a node that dies can show it.
        package var needsCrash: Bool {
            self == .forgetsSequence || self == .forgetsMedia || self == .reportsEndTwice || self == .forgetsAnswer
        }
    }
#endif
