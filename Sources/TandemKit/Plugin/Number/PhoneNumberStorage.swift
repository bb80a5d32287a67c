/// What a `PhoneNumber` leads to. Written only while one handle alone leads here, so handles on several threads may share
/// it for reading.
@usableFromInline final class PhoneNumberStorage: @unchecked Sendable {
    var received: String
    var text: String
    var kind: NumberKind
    var steps: [NumberStep]
    var author: String

    init(received: String, text: String, kind: NumberKind, steps: [NumberStep], author: String) {
        self.received = received
        self.text = text
        self.kind = kind
        self.steps = steps
        self.author = author
    }

    func copy() -> PhoneNumberStorage {
        PhoneNumberStorage(received: received, text: text, kind: kind, steps: steps, author: author)
    }
}
