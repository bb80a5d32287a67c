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
    }
#endif
