// Yams' own composer stops at the first repeated key, and hashes whole subtrees to find it, which takes exponential
// time over nested aliases. Its event parser (libyaml) has neither fault, so the tree is composed from that here.
internal import CYaml
import PlainText
import TandemKit

/// Makes a tree from the text of a YAML file, within bounds that hold whatever the file says.
struct YAMLComposer: ~Copyable {
    /// The largest file that is read.
    static let byteLimit = 1 << 20
    /// How deep lists and maps may lie in each other.
    static let depthLimit = 32
    /// How many values a file may have after its aliases are put in: an alias counts as all that it stands for.
    static let nodeLimit = 50_000

    /// Thrown when no further event can be had; the problem is in the list already.
    private struct Unreadable: Error {}

    private struct Anchored {
        let node: SettingsValue
        let count: Int
    }

    private var parser = yaml_parser_t()
    private var anchors: [String: Anchored] = [:]
    private var nodeCount = 0
    private let text: [UInt8]
    private let problems: ProblemList

    private init(_ text: [UInt8], problems: ProblemList) {
        self.text = text
        self.problems = problems
        yaml_parser_initialize(&parser)
        yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING)
    }

    deinit {
        var parser = parser
        yaml_parser_delete(&parser)
    }

    /// The root of the only document in `text`, which is valid UTF-8; nil when the file is empty or unreadable. What
    /// is wrong goes to `problems`.
    static func compose(_ text: [UInt8], problems: ProblemList) -> SettingsValue? {
        text.withUnsafeBufferPointer { bytes in
            var composer = YAMLComposer(text, problems: problems)
            yaml_parser_set_input_string(&composer.parser, bytes.baseAddress, bytes.count)
            return try? composer.document()
        }
    }

    private mutating func document() throws(Unreadable) -> SettingsValue? {
        try expect(YAML_STREAM_START_EVENT)
        guard try next().type == YAML_DOCUMENT_START_EVENT else { return nil }
        let root = try node(from: try next(), depth: 0)
        try expect(YAML_DOCUMENT_END_EVENT)
        let last = try next()
        if last.type != YAML_STREAM_END_EVENT {
            problems.add(
                at: last.position, path: "", "the file holds a second document",
                remedy: "remove the --- line and what follows it")
        }
        return root
    }

    private mutating func node(from event: borrowing Event, depth: Int) throws(Unreadable) -> SettingsValue {
        if depth > Self.depthLimit { throw refuseDepth(event.position) }
        nodeCount += 1
        let before = nodeCount
        if let tag = event.tag {
            throw refuse(event.position, "the tag \(tag.quoted) has no meaning here", "remove the tag")
        }
        let made: SettingsValue
        switch event.type {
        case YAML_ALIAS_EVENT: made = try alias(event)
        case YAML_SCALAR_EVENT: made = SettingsValue(event.scalar, at: event.position)
        case YAML_SEQUENCE_START_EVENT: made = try list(from: event, depth: depth)
        default: made = try map(from: event, depth: depth)
        }
        if let anchor = event.anchor { anchors[anchor] = Anchored(node: made, count: nodeCount - before + 1) }
        if nodeCount > Self.nodeLimit {
            throw refuse(
                event.position, "the file has more than \(Self.nodeLimit) values, aliases put in", "shorten it")
        }
        return made
    }

    private mutating func alias(_ event: borrowing Event) throws(Unreadable) -> SettingsValue {
        guard let anchored = anchors[event.alias] else {
            let name = PlainText.excerpt(event.alias)
            throw refuse(
                event.position, "the alias *\(name) stands for nothing",
                "write &\(name) before the value that it is to repeat, further up")
        }
        nodeCount += anchored.count
        return SettingsValue(anchored.node.content, at: event.position)
    }

    private mutating func list(from start: borrowing Event, depth: Int) throws(Unreadable) -> SettingsValue {
        var elements: [SettingsValue] = []
        while true {
            let event = try next()
            if event.type == YAML_SEQUENCE_END_EVENT { break }
            elements.append(try node(from: event, depth: depth + 1))
        }
        return SettingsValue(.list(elements), at: start.position)
    }

    private mutating func map(from start: borrowing Event, depth: Int) throws(Unreadable) -> SettingsValue {
        var map = MapBuilder(problems: problems)
        while true {
            let event = try next()
            if event.type == YAML_MAPPING_END_EVENT { break }
            let key = try node(from: event, depth: depth + 1)
            let value = try node(from: try next(), depth: depth + 1)
            guard case .scalar(let text) = key.content else {
                throw refuse(key.position, "a key is \(key.words)", "write a name as the key")
            }
            map.add(key: text, at: key.position, value: value)
        }
        return SettingsValue(.map(map.finish()), at: start.position)
    }

    private mutating func expect(_ type: yaml_event_type_t) throws(Unreadable) {
        let event = try next()
        precondition(event.type == type, "libyaml's event grammar fixes the order of these events")
    }

    private mutating func next() throws(Unreadable) -> Event {
        var event = yaml_event_t()
        guard yaml_parser_parse(&parser, &event) == 1 else { throw refuseSyntax() }
        return Event(event)
    }

    private func refuse(_ position: SourcePosition, _ message: String, _ remedy: String) -> Unreadable {
        problems.add(at: position, path: "", message, remedy: remedy)
        return Unreadable()
    }

    private func refuseDepth(_ position: SourcePosition) -> Unreadable {
        refuse(position, "lists and maps lie deeper than \(Self.depthLimit) levels", "flatten the file")
    }

    private func refuseSyntax() -> Unreadable {
        let problem = parser.problem.map { String(cString: $0) } ?? "not YAML"
        // libyaml's own limit, which it meets first where it looks far ahead, and names by a function of its own.
        if problem.hasPrefix("Maximum nesting level") { return refuseDepth(SourcePosition(parser.problem_mark)) }
        let context = parser.context.map { " \(String(cString: $0))" } ?? ""
        // The reader looks ahead, so its mark is not where its problem is.
        let position =
            parser.error == YAML_READER_ERROR
            ? SourcePosition(offset: Int(parser.problem_offset), in: text) : SourcePosition(parser.problem_mark)
        return refuse(
            position, "this is not YAML: \(problem)\(context)",
            "check indentation, quotes and brackets at this line and the one before")
    }
}

/// One event of libyaml, freed with its owner.
private struct Event: ~Copyable {
    private var event: yaml_event_t

    init(_ event: yaml_event_t) { self.event = event }

    deinit {
        var event = event
        yaml_event_delete(&event)
    }

    var type: yaml_event_type_t { event.type }
    var position: SourcePosition { SourcePosition(event.start_mark) }
    var alias: String { Self.text(event.data.alias.anchor) ?? "" }

    var anchor: String? {
        switch event.type {
        case YAML_SCALAR_EVENT: Self.text(event.data.scalar.anchor)
        case YAML_SEQUENCE_START_EVENT: Self.text(event.data.sequence_start.anchor)
        case YAML_MAPPING_START_EVENT: Self.text(event.data.mapping_start.anchor)
        default: nil
        }
    }

    var tag: String? {
        switch event.type {
        case YAML_SCALAR_EVENT: Self.text(event.data.scalar.tag)
        case YAML_SEQUENCE_START_EVENT: Self.text(event.data.sequence_start.tag)
        case YAML_MAPPING_START_EVENT: Self.text(event.data.mapping_start.tag)
        default: nil
        }
    }

    var scalar: SettingsValue.Content {
        let scalar = event.data.scalar
        let text = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
        let isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE
        return isPlain && ["", "~", "null"].contains(text) ? .null : .scalar(text)
    }

    private static func text(_ bytes: UnsafeMutablePointer<UInt8>?) -> String? {
        bytes.map { String(cString: $0) }
    }
}

extension SourcePosition {
    fileprivate init(_ mark: yaml_mark_t) { self.init(line: Int(mark.line) + 1, column: Int(mark.column) + 1) }
}
