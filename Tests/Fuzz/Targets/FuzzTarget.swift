/// What bytes of a fuzzer are tried on.
public enum FuzzTarget: String, CaseIterable, Sendable {
    /// One message: parsed, read, edited, written.
    case message
    /// One session description.
    case description
    /// What comes over a connection, TCP or what TLS decrypts, in pieces of any size.
    case stream
    /// A sequence of messages, failures and timers into the transaction layer.
    case transactions
    /// A dialog made of any messages, and a sequence of requests in it.
    case dialog
    /// A sequence of messages, failures, timers and deaths into the call engine.
    case calls

    /// What is wrong; nil when all is well. What must not happen at all traps.
    public func check(_ bytes: UnsafeRawBufferPointer) -> String? {
        switch self {
        case .message: MessageFuzz.check(bytes)
        case .description: DescriptionFuzz.check(bytes)
        case .stream: StreamFuzz.check(bytes)
        case .transactions: TransactionFuzz.check(bytes)
        case .dialog: DialogFuzz.check(bytes)
        case .calls: CallFuzz.check(bytes)
        }
    }
}
