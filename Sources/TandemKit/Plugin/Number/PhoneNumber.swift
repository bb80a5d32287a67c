/// A telephone number, or whatever stood where one was expected: lossless and typed.
///
/// A number keeps the form that was received, its current form, and every step between the two with the rule and
/// the plugin that made it. Nothing is ever removed from it without a step, so a pattern never matches a value from
/// which something was silently stripped, and the call record can show the wire form beside the canonical one.
///
/// A handle of one word with copy-on-write behind it: a call passes its numbers through many hands.
@frozen public struct PhoneNumber: Sendable {
    @usableFromInline var storage: PhoneNumberStorage

    /// The form on the wire: the user part of a SIP URI or the subscriber of a `tel` URI, with its parameters and
    /// escapes.
    public var received: String { storage.received }
    /// The current form, which patterns match: `0100`, `+14255550100;ext=7123`, `alice`.
    public var text: String { storage.text }
    /// What the current form is.
    public var kind: NumberKind { storage.kind }
    /// Every change, in order.
    public var steps: [NumberStep] { storage.steps }
    /// Whose name new steps carry. The core sets it around each hook.
    var author: String {
        get { storage.author }
        set { edit { $0.author = newValue } }
    }

    /// The author of a step that the core made.
    static var coreAuthor: String { "tandem" }

    /// A number as received and with the kind its form suggests.
    ///
    /// Use this for a number that a plugin or a configuration names; `init(userPart:isPhone:)` reads one from a URI.
    public init(_ received: String) {
        self.init(received: received, kind: NumberForm(received).kind)
    }

    /// A number as received, with a kind that the caller knows.
    public init(received: String, kind: NumberKind) {
        storage = PhoneNumberStorage(
            received: received, text: received, kind: kind, steps: [], author: PhoneNumber.coreAuthor)
    }

    /// A number with its past, as another process has told it: the history is believed.
    public init(received: String, text: String, kind: NumberKind, steps: [NumberStep]) {
        storage = PhoneNumberStorage(
            received: received, text: text, kind: kind, steps: steps, author: PhoneNumber.coreAuthor)
    }

    /// Changes what only this handle leads to.
    private mutating func edit(_ change: (PhoneNumberStorage) -> Void) {
        if !isKnownUniquelyReferenced(&storage) { storage = storage.copy() }
        change(storage)
    }

    /// The same number with another kind.
    init(copying number: PhoneNumber, kind: NumberKind) {
        self = number
        edit { $0.kind = kind }
    }

    /// The same number, knowing that its adapter made it out of what stood on the wire.
    ///
    /// When both differ, the wire's form becomes the received one, and the adapter's change the first step.
    ///
    /// - Parameters:
    ///   - uri: The URI as it came.
    ///   - adapter: The name of the adapter's instance.
    public func received(as uri: Bytes, through adapter: String) -> PhoneNumber {
        guard let view = URIView(uri), !isReceived(as: view) else { return self }
        guard let wire = PhoneNumber(uri: view), wire.received != received else { return self }
        let step = NumberStep(rule: "ingress", plugin: adapter, before: wire.received, after: received)
        var number = self
        number.edit { storage in
            storage.received = wire.received
            storage.steps.insert(step, at: 0)
        }
        return number
    }

    /// Whether this is the user of a SIP URI as it came: what nearly every number is.
    private func isReceived(as uri: URIView) -> Bool {
        (uri.isSIP || uri.isSIPS) && storage.received.withTextBytes { $0 == uri.user }
    }

    /// Changes the number and records the step.
    ///
    /// - Parameters:
    ///   - text: The new form. When it equals the present one the step is recorded all the same: the rule matched.
    ///   - kind: What the new form is; found from the form when nil.
    ///   - rule: The name by which the operator knows the rule.
    public mutating func rewrite(to text: String, kind: NumberKind? = nil, rule: String) {
        let kind = kind ?? NumberForm(text).kind
        edit { storage in
            storage.steps.append(
                NumberStep(rule: rule, plugin: storage.author, before: storage.text, after: text))
            storage.text = text
            storage.kind = kind
        }
    }

    /// Says what the number is without changing its form, and records that.
    public mutating func mark(as kind: NumberKind, rule: String) {
        rewrite(to: text, kind: kind, rule: rule)
    }

    /// Whether `self` is `earlier` or `earlier` with further steps: nothing of its past was lost.
    public func descends(from earlier: PhoneNumber) -> Bool {
        descends(received: earlier.received, text: earlier.text, steps: earlier.steps)
    }

    /// The same, for whoever must not hold a second handle meanwhile.
    func descends(received: String, text: String, steps: [NumberStep]) -> Bool {
        self.received == received && self.steps.count >= steps.count
            && self.steps.prefix(steps.count).elementsEqual(steps)
            && (self.steps.count > steps.count || self.text == text)
    }

    /// The current form without its parameters: `+14255550100` of `+14255550100;ext=7123`.
    public var subscriber: String {
        guard let end = text.utf8.firstIndex(of: UInt8(ascii: ";")) else { return text }
        return String(text[..<end])
    }

    /// The extension behind a number (RFC 3966 §5.1.2, `;ext=`); nil when none.
    public var ext: String? { parameter("ext") }

    /// The plan in which a local number is unique (RFC 3966 §5.1.4, `;phone-context=`); nil when none.
    public var phoneContext: String? { parameter("phone-context") }

    /// The value of a parameter of the current form, its name compared without case; nil when absent, "" without value.
    public func parameter(_ name: String) -> String? {
        guard text.withTextBytes({ $0.firstIndex(of: UInt8(ascii: ";")) }) != nil else { return nil }
        for piece in text.utf8.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false).dropFirst() {
            let parts = piece.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let first = parts.first, String(Substring(first)).lowercased() == name else { continue }
            return parts.count > 1 ? String(Substring(parts[1])) : ""
        }
        return nil
    }

    /// Whether a person could dial it: everything but an opaque user.
    public var isDialable: Bool { kind != .opaque }
}

extension PhoneNumber: CustomStringConvertible {
    /// The current form.
    public var description: String { text }
}

extension PhoneNumber: Hashable {
    /// Whether both have the same forms, kind and steps.
    public static func == (left: PhoneNumber, right: PhoneNumber) -> Bool {
        left.storage === right.storage
            || left.text == right.text && left.received == right.received && left.kind == right.kind
                && left.steps == right.steps
    }

    /// Hashes both forms.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(received)
        hasher.combine(text)
    }
}

extension PhoneNumber: Codable {
    private enum CodingKeys: String, CodingKey { case received, text, kind, steps }

    /// Reads a number with its past.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        storage = PhoneNumberStorage(
            received: try container.decode(String.self, forKey: .received),
            text: try container.decode(String.self, forKey: .text),
            kind: try container.decode(NumberKind.self, forKey: .kind),
            steps: try container.decode([NumberStep].self, forKey: .steps), author: PhoneNumber.coreAuthor)
    }

    /// Writes a number with its past.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(received, forKey: .received)
        try container.encode(text, forKey: .text)
        try container.encode(kind, forKey: .kind)
        try container.encode(steps, forKey: .steps)
    }
}
