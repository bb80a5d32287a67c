/// The lines of the session or of one media, with what both have in common.
///
/// Every edit touches the lines it names; all others stay byte for byte where they were.
public struct SDPSection: Hashable, Sendable {
    /// The lines in order.
    public internal(set) var lines: [SDPLine]

    init(lines: [SDPLine] = []) { self.lines = lines }

    /// The value of the first line with this letter; nil when there is none.
    public func value(of type: Character) -> String? {
        firstIndex(of: type).map { lines[$0].value }
    }

    /// The value of the first attribute with this name: what follows the colon, "" for a flag; nil when absent.
    public func attribute(_ name: String) -> String? {
        lines.first { $0.isAttribute(name) }?.attributeValue
    }

    /// The values of all attributes with this name, in order.
    public func attributes(_ name: String) -> [String] {
        lines.compactMap { $0.isAttribute(name) ? $0.attributeValue : nil }
    }

    /// Sets the first attribute with this name where it stands, or adds one at the end. `""` makes a flag.
    public mutating func setAttribute(_ name: String, to value: String) {
        let text = value.isEmpty ? name : "\(name):\(value)"
        if let index = lines.firstIndex(where: { $0.isAttribute(name) }) {
            lines[index].set(text)
        } else {
            append(SDPLine("a", text))
        }
    }

    /// Adds an attribute at the end, even when one with this name exists. `""` makes a flag.
    public mutating func addAttribute(_ name: String, _ value: String = "") {
        append(SDPLine("a", value.isEmpty ? name : "\(name):\(value)"))
    }

    /// Removes all attributes with this name; gives their number.
    @discardableResult
    public mutating func removeAttributes(_ name: String) -> Int {
        removeLines { $0.isAttribute(name) }
    }

    /// Removes all attributes of which `test` says so, given name and value; gives their number.
    @discardableResult
    public mutating func removeAttributes(where test: (_ name: String, _ value: String) -> Bool) -> Int {
        removeLines { line in
            guard line.type == UInt8(ascii: "a") else { return false }
            let text = line.bytes.prefix { $0 != UInt8(ascii: ":") }
            return test(String(decoding: text, as: UTF8.self), line.attributeValue)
        }
    }

    /// The address that media go to, if this section has a `c=` line that can be read.
    public var connection: SDPConnection? {
        get { value(of: "c").flatMap(SDPConnection.init) }
        set {
            let index = firstIndex(of: "c")
            if let newValue {
                if let index {
                    lines[index].set(newValue.text)
                } else {
                    insert(SDPLine("c", newValue.text), behind: ["v", "o", "s", "i", "u", "e", "p", "m"])
                }
            } else if let index {
                lines.remove(at: index)
            }
        }
    }

    /// The direction that this section itself states; nil when it states none.
    public var direction: SDPDirection? {
        get {
            for line in lines {
                if line.isAttribute("sendrecv" as StaticString) { return .sendrecv }
                if line.isAttribute("sendonly" as StaticString) { return .sendonly }
                if line.isAttribute("recvonly" as StaticString) { return .recvonly }
                if line.isAttribute("inactive" as StaticString) { return .inactive }
            }
            return nil
        }
        set {
            let index = lines.firstIndex { line in
                line.type == UInt8(ascii: "a") && SDPDirection(rawValue: line.value) != nil
            }
            switch (index, newValue) {
            case (let index?, let direction?): lines[index].set(direction.rawValue)
            case (let index?, nil): lines.remove(at: index)
            case (nil, let direction?): append(SDPLine("a", direction.rawValue))
            case (nil, nil): break
            }
        }
    }

    func firstIndex(of type: Character) -> Int? {
        lines.firstIndex { $0.type == type.asciiValue }
    }

    mutating func removeLines(where test: (SDPLine) -> Bool) -> Int {
        let before = lines.count
        lines.removeAll(where: test)
        return before - lines.count
    }

    /// Appends a line. When the last line lacks its ending it gets one, since it is the last no more.
    mutating func append(_ line: SDPLine) { insert(line, at: lines.count) }

    /// Inserts a line with the line ending that its neighbours have.
    mutating func insert(_ line: SDPLine, at index: Int) {
        var line = line
        if let neighbour = lines.first, neighbour.ending == .lf { line.ending = .lf }
        if index > 0, lines[index - 1].ending == .none { lines[index - 1].ending = line.ending }
        lines.insert(line, at: index)
    }

    private mutating func insert(_ line: SDPLine, behind types: [Character]) {
        let last = lines.lastIndex { existing in types.contains { $0.asciiValue == existing.type } }
        insert(line, at: last.map { $0 + 1 } ?? lines.count)
    }
}
