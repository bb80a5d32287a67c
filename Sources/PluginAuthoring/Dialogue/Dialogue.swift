/// Who sends what and what must arrive at the other side, as a file `*.dialogue` says it.
struct Dialogue {
    /// The party behind the trunk that has the adapter.
    static let gateway = "gateway"
    /// The party behind the trunk that speaks the canonical dialect.
    static let other = "other"

    /// One thing that happens.
    struct Step {
        enum Action: Equatable {
            /// A party sends a request or a response: `INVITE`, `re-INVITE`, `200`. `rest` is a Request-URI or a phrase.
            case sends(String, what: String, rest: String)
            /// A message has to arrive at a party.
            case receives(String, what: String, rest: String)
            /// Look-ups that read like the pattern are answered so from here on: by a status, `rows` or `failed KIND`.
            case answers(pattern: String, what: String)
            /// Time passes.
            case waits(milliseconds: UInt64)
        }

        /// The line in the file, from 1.
        let line: Int
        let action: Action
        var details: [Detail] = []

        var isExpectation: Bool {
            if case .receives = action { true } else { false }
        }
    }

    /// An indented line below a step.
    struct Detail {
        enum Kind: Equatable {
            /// `Name: value`: the header field is set, or must be there.
            case field(String, String)
            /// `+Name: value`: one more header field.
            case further(String, String)
            /// `-Name`: the header field is removed, or must not be there.
            case absent(String)
            /// `| text`: a line of the body.
            case body(String)
            /// `-| text`: no line of the body.
            case absentBody(String)
        }

        let line: Int
        let kind: Kind
    }

    /// Which plugin of the file it is for; nil when there is only one.
    var plugin: String?
    /// The settings as YAML, and the line before the first of them.
    var settings: (text: String, line: Int)?
    var steps: [Step] = []

    /// The parties in a fixed order: the two that are always there, then those that the steps name.
    var parties: [String] {
        var names = [Self.gateway, Self.other]
        for step in steps {
            switch step.action {
            case .sends(let party, _, _), .receives(let party, _, _):
                if !names.contains(party) { names.append(party) }
            case .waits, .answers: continue
            }
        }
        return names
    }
}

/// What is wrong with the text of a dialogue.
struct DialogueError: Error, Hashable {
    let line: Int
    let message: String
    let remedy: String
}
