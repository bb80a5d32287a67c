/// A statement for an SQLite database whose file the operator has given.
public struct SQLQuestion: Hashable, Sendable, Codable {
    /// One statement, with `?` for each value.
    public let statement: String
    /// The values.
    public let arguments: [SQLValue]

    /// Joins the parts.
    public init(statement: String, arguments: [SQLValue] = []) {
        self.statement = statement
        self.arguments = arguments
    }

    var byteCount: Int { arguments.reduce(16 + statement.utf8.count) { $0 + $1.byteCount } }

    var problem: String? {
        if statement.utf8.contains(0) { return "the statement holds a zero byte" }
        return statement.utf8.allSatisfy { $0 <= 0x20 } ? "the statement is empty" : nil
    }
}

/// A value of SQLite: one of its five storage classes.
public enum SQLValue: Hashable, Sendable, Codable {
    /// NULL.
    case null
    /// INTEGER.
    case integer(Int64)
    /// REAL.
    case real(Double)
    /// TEXT.
    case text(String)
    /// BLOB.
    case blob([UInt8])

    /// The text, or a number as text; nil for NULL and BLOB.
    public var text: String? {
        switch self {
        case .text(let text): text
        case .integer(let number): "\(number)"
        case .real(let number): "\(number)"
        case .null, .blob: nil
        }
    }

    /// The whole number, or one that is written as text; nil for all else.
    public var integer: Int64? {
        switch self {
        case .integer(let number): number
        case .text(let text): Int64(text)
        case .null, .real, .blob: nil
        }
    }

    var byteCount: Int {
        switch self {
        case .null: 8
        case .integer, .real: 16
        case .text(let text): 8 + text.utf8.count
        case .blob(let bytes): 8 + bytes.count
        }
    }
}

/// A row that an SQLite database has found.
public struct SQLRow: Hashable, Sendable, Codable {
    /// The names of the columns, in their order.
    public let columns: [String]
    /// The values, in the order of the columns.
    public let values: [SQLValue]

    /// Joins names and values: as many of one as of the other.
    public init(columns: [String], values: [SQLValue]) {
        self.columns = columns
        self.values = values
    }

    /// The value of a column; nil when there is none of that name.
    public subscript(column: String) -> SQLValue? {
        guard let place = columns.firstIndex(of: column), place < values.count else { return nil }
        return values[place]
    }

    /// The text of a column: nil when it is missing, NULL or a BLOB.
    public func text(_ column: String) -> String? { self[column]?.text }

    /// The whole number of a column: nil when it is missing or none.
    public func integer(_ column: String) -> Int64? { self[column]?.integer }
}
