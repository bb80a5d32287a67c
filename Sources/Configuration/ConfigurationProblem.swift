import PlainText

/// One error of a configuration file: where it is, what is wrong and what to write instead.
public struct ConfigurationProblem: Hashable, Sendable, CustomStringConvertible {
    /// Where the offending text begins; nil when the file as a whole is meant (missing, unreadable, too large).
    public let position: SourcePosition?
    /// The key in dotted form, like `trunks.uc.peer`; empty for the file as a whole.
    public let path: String
    /// What is wrong, one sentence without a full stop.
    public let message: String
    /// What to do about it, one sentence without a full stop.
    public let remedy: String

    /// Joins the parts of a problem. Whatever they quote of the file, each stays on its line.
    public init(at position: SourcePosition?, path: String, message: String, remedy: String) {
        self.position = position
        self.path = PlainText.excerpt(path, limit: Self.pathLength)
        self.message = PlainText.clean(message)
        self.remedy = PlainText.clean(remedy)
    }

    /// The most characters of a path.
    private static let pathLength = 160

    /// `line 12, column 5: trunks.uc.peer: the port 99999 is out of range; write a port from 1 to 65535`.
    public var description: String {
        let place = position.map { "line \($0.line), column \($0.column): " } ?? ""
        let subject = path.isEmpty ? "" : path + ": "
        return "\(place)\(subject)\(message); \(remedy)"
    }
}

/// Every error of a configuration file at once, in the order of their lines.
public struct ConfigurationErrors: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file as the operator named it.
    public let file: String
    /// The problems, at least one, by line.
    public let problems: [ConfigurationProblem]

    /// Sorts the problems of a file by their place.
    public init(file: String, problems: [ConfigurationProblem]) {
        self.file = file
        self.problems = problems.sorted {
            ($0.position ?? SourcePosition(line: 0, column: 0)) < ($1.position ?? SourcePosition(line: 0, column: 0))
        }
    }

    /// One line a problem, each in the `file:line:column: text` form that editors can jump to.
    public var description: String {
        problems.map { problem in
            let place = problem.position.map { ":\($0.line):\($0.column)" } ?? ""
            let subject = problem.path.isEmpty ? "" : problem.path + ": "
            return "\(file)\(place): \(subject)\(problem.message); \(problem.remedy)"
        }.joined(separator: "\n")
    }
}

/// Collects the problems of one file while it is read. Confined to the thread that reads it.
final class ProblemList {
    /// At most this many problems are kept; the rest of a hopeless file helps nobody.
    static let limit = 200

    private(set) var problems: [ConfigurationProblem] = []

    var isEmpty: Bool { problems.isEmpty }

    func add(at position: SourcePosition?, path: String, _ message: String, remedy: String) {
        guard problems.count < Self.limit else { return }
        problems.append(ConfigurationProblem(at: position, path: path, message: message, remedy: remedy))
    }
}
