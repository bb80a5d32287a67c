import CSQLite
import Glibc
import ShardLoop
import TandemKit
import Timing

/// One connection to a database. Confined to one thread at a time.
///
/// SQLite's own interface, and no library over it: a look-up has a deadline while it waits for a lock and while it runs, a
/// bound for what it returns, and things that it must not do (another file, a transaction that stays open).
final class SQLiteConnection {
    /// The most statements that stay compiled.
    private static let statementLimit = 32
    /// How many steps of SQLite's machine pass between two looks at the clock.
    private static let stepsPerLook: Int32 = 2_000

    /// Most bytes of one value, and of a row in the file.
    private static let valueLimit: Int32 = 1 << 20
    /// Most bytes of memory for all databases together: one row may have a thousand such values.
    private static let memoryLimit: Int64 = 512 << 20
    private static let isBounded: Bool = sqlite3_hard_heap_limit64(memoryLimit) >= 0

    private let path: String
    private let isWritable: Bool
    private var database: OpaquePointer?
    private var statements: [String: OpaquePointer] = [:]
    /// Which file it is: the operator may put another in its place.
    private let file: FileIdentity
    private var deadline = Timestamp(nanoseconds: 0)

    /// Opens the file, which has to be there.
    init(path: String, isWritable: Bool) throws(LookUpFailure) {
        self.path = path
        self.isWritable = isWritable
        file = try FileIdentity(of: path)
        _ = Self.isBounded
        let access = isWritable ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY
        let code = sqlite3_open_v2(path, &database, access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nil)
        guard code == SQLITE_OK, let database else {
            let cause = database.map { String(cString: sqlite3_errmsg($0)) } ?? "no memory"
            sqlite3_close_v2(database)
            throw LookUpFailure(.unreachable, "the database \(path) can't be opened: \(cause)")
        }
        sqlite3_limit(database, SQLITE_LIMIT_ATTACHED, 0)
        sqlite3_limit(database, SQLITE_LIMIT_LENGTH, Self.valueLimit)
        // Who has written the file may have put into its views and triggers what he likes.
        csqlite_set_flag(database, SQLITE_DBCONFIG_DEFENSIVE, 1)
        csqlite_set_flag(database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0)
        sqlite3_set_authorizer(database, { _, action, _, _, _, _ in SQLiteConnection.isAllowed(action) }, nil)
        let context = Unmanaged.passUnretained(self).toOpaque()
        sqlite3_progress_handler(
            database, Self.stepsPerLook,
            { context in
                guard let context else { return 1 }
                let connection = Unmanaged<SQLiteConnection>.fromOpaque(context).takeUnretainedValue()
                return MonotonicClock.now() < connection.deadline ? 0 : 1
            }, context)
    }

    deinit {
        for statement in statements.values { sqlite3_finalize(statement) }
        sqlite3_close_v2(database)
    }

    /// A look-up reads one database, and leaves nothing behind that the next would find.
    private static func isAllowed(_ action: Int32) -> Int32 {
        switch action {
        case SQLITE_ATTACH, SQLITE_DETACH, SQLITE_PRAGMA, SQLITE_TRANSACTION, SQLITE_SAVEPOINT,
            SQLITE_CREATE_TEMP_TABLE, SQLITE_CREATE_TEMP_INDEX, SQLITE_CREATE_TEMP_VIEW, SQLITE_CREATE_TEMP_TRIGGER:
            SQLITE_DENY
        default: SQLITE_OK
        }
    }

    /// Whether the path still leads to the file that was opened.
    var isCurrent: Bool { (try? FileIdentity(of: path)) == file }

    /// Reads what every database has.
    func checkSchema() throws(LookUpFailure) {
        _ = try run(
            SQLQuestion(statement: "SELECT count(*) FROM sqlite_schema"), until: MonotonicClock.now() + .seconds(1))
    }

    /// Runs a statement.
    func run(_ question: SQLQuestion, until deadline: Timestamp) throws(LookUpFailure) -> [SQLRow] {
        self.deadline = deadline
        let now = MonotonicClock.now()
        guard now < deadline else { throw LookUpFailure(.timedOut, "the look-up's time was over before its turn came") }
        sqlite3_busy_timeout(database, Int32((deadline.nanoseconds - now.nanoseconds) / 1_000_000))
        let statement = try compiled(question.statement)
        defer {
            sqlite3_reset(statement)
            sqlite3_clear_bindings(statement)
        }
        try bind(question.arguments, to: statement)
        return try rows(of: statement)
    }

    private func compiled(_ text: String) throws(LookUpFailure) -> OpaquePointer {
        if let statement = statements[text] { return statement }
        var statement: OpaquePointer?
        var rest = ""
        let code = text.withCString { start in
            var tail: UnsafePointer<CChar>?
            let code = sqlite3_prepare_v3(
                database, start, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, &tail)
            rest = tail.map { String(cString: $0) } ?? ""
            return code
        }
        guard code == SQLITE_OK, let statement else { throw failure(code) }
        if !rest.allSatisfy({ $0.isWhitespace || $0 == ";" }) {
            sqlite3_finalize(statement)
            throw LookUpFailure(.refused, "a look-up is one statement, and this is more")
        }
        if !isWritable, sqlite3_stmt_readonly(statement) == 0 {
            sqlite3_finalize(statement)
            throw LookUpFailure(.refused, "the statement would change the database, which is read only")
        }
        if statements.count >= Self.statementLimit {
            for old in statements.values { sqlite3_finalize(old) }
            statements = [:]
        }
        statements[text] = statement
        return statement
    }

    private func bind(_ arguments: [SQLValue], to statement: OpaquePointer) throws(LookUpFailure) {
        let count = sqlite3_bind_parameter_count(statement)
        guard Int(count) == arguments.count else {
            throw LookUpFailure(.refused, "the statement has \(count) question marks for \(arguments.count) values")
        }
        for (index, argument) in arguments.enumerated() {
            let place = Int32(index + 1)
            let code =
                switch argument {
                case .integer(let number): sqlite3_bind_int64(statement, place, number)
                case .real(let number): sqlite3_bind_double(statement, place, number)
                case .text(let text):
                    text.withCString { csqlite_bind_text(statement, place, $0, Int32(text.utf8.count)) }
                case .blob(let bytes):
                    bytes.isEmpty
                        ? sqlite3_bind_zeroblob(statement, place, 0)
                        : csqlite_bind_blob(statement, place, bytes, Int32(bytes.count))
                case .null: sqlite3_bind_null(statement, place)
                @unknown default: sqlite3_bind_null(statement, place)
                }
            guard code == SQLITE_OK else { throw failure(code) }
        }
    }

    private func rows(of statement: OpaquePointer) throws(LookUpFailure) -> [SQLRow] {
        let columns = (0..<sqlite3_column_count(statement)).map { place in
            sqlite3_column_name(statement, place).map { String(cString: $0) } ?? ""
        }
        var rows: [SQLRow] = []
        var room = Finding.byteCountMax
        while true {
            let code = sqlite3_step(statement)
            if code == SQLITE_DONE { return rows }
            guard code == SQLITE_ROW else { throw failure(code) }
            var values: [SQLValue] = []
            var bytes = room
            for place in columns.indices { values.append(try value(statement, Int32(place), &bytes)) }
            let row = SQLRow(columns: columns, values: values)
            rows.append(row)
            room -= Finding.rows([row]).byteCount
            guard room >= 0, rows.count <= Finding.rowCountMax else { throw Self.excess }
        }
    }

    private static var excess: LookUpFailure {
        LookUpFailure(
            .tooLarge, "more than \(Finding.rowCountMax) rows or \(Finding.byteCountMax) bytes were found; ask for less"
        )
    }

    /// A value of the row.
    ///
    /// - Parameter room: Bytes that may still be copied: a row may have thousands of values of a mebibyte.
    private func value(
        _ statement: OpaquePointer, _ place: Int32, _ room: inout Int
    ) throws(LookUpFailure) -> SQLValue {
        switch sqlite3_column_type(statement, place) {
        case SQLITE_INTEGER: return .integer(sqlite3_column_int64(statement, place))
        case SQLITE_FLOAT: return .real(sqlite3_column_double(statement, place))
        case SQLITE_TEXT:
            guard let text = sqlite3_column_text(statement, place) else { throw failure(sqlite3_errcode(database)) }
            let count = try self.count(statement, place, &room)
            return .text(String(decoding: UnsafeBufferPointer(start: text, count: count), as: UTF8.self))
        case SQLITE_BLOB:
            // Zeros have no bytes before they are asked for.
            let count = try self.count(statement, place, &room)
            guard let bytes = sqlite3_column_blob(statement, place) else { return .blob([]) }
            return .blob(Array(UnsafeRawBufferPointer(start: bytes, count: count)))
        default: return .null
        }
    }

    private func count(
        _ statement: OpaquePointer, _ place: Int32, _ room: inout Int
    ) throws(LookUpFailure) -> Int {
        let count = Int(sqlite3_column_bytes(statement, place))
        room -= count
        guard room >= 0 else { throw Self.excess }
        return count
    }

    private func failure(_ code: Int32) -> LookUpFailure {
        let words = database.map { String(cString: sqlite3_errmsg($0)) } ?? "no connection"
        switch code & 0xFF {
        case SQLITE_BUSY, SQLITE_LOCKED:
            return LookUpFailure(.timedOut, "the database \(path) was locked all the time (\(words))")
        case SQLITE_INTERRUPT: return LookUpFailure(.timedOut, "the statement took too long")
        case SQLITE_AUTH:
            return LookUpFailure(.refused, "the statement wants what a look-up must not do (\(words))")
        case SQLITE_ERROR, SQLITE_MISMATCH, SQLITE_CONSTRAINT, SQLITE_READONLY, SQLITE_RANGE, SQLITE_SCHEMA:
            return LookUpFailure(.refused, "the database refuses the statement: \(words)")
        case SQLITE_TOOBIG, SQLITE_NOMEM:
            return LookUpFailure(.tooLarge, "the statement wants more memory than a look-up may have (\(words))")
        default: return LookUpFailure(.unreachable, "the database \(path) can't be read: \(words)")
        }
    }
}

/// What tells one file from another that has its name.
private struct FileIdentity: Equatable {
    let device: UInt64
    let inode: UInt64

    init(of path: String) throws(LookUpFailure) {
        var facts = stat()
        let code = stat(path, &facts) == 0 ? 0 : errno
        // Whoever opens a pipe waits for somebody who writes into it.
        guard code == 0, facts.st_mode & S_IFMT == S_IFREG else {
            let cause = code == 0 ? "it is no file" : String(cString: strerror(code))
            throw LookUpFailure(.unreachable, "the database \(path) can't be opened: \(cause)")
        }
        device = UInt64(facts.st_dev)
        inode = UInt64(facts.st_ino)
    }
}
