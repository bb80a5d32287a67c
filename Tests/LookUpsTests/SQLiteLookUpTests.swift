import CSQLite
import Foundation
import LookUps
import TandemKit
import Testing
import Timing

/// A database file of its own for each test.
final class DatabaseFile {
    let path: String
    private var connection: OpaquePointer?

    init(_ statements: String...) {
        path = FileManager.default.temporaryDirectory.appending(path: "tandem-\(UUID().uuidString).db").path
        sqlite3_open(path, &connection)
        for statement in statements { run(statement) }
    }

    deinit {
        sqlite3_close(connection)
        try? FileManager.default.removeItem(atPath: path)
    }

    func run(_ statement: String) {
        let code = sqlite3_exec(connection, statement, nil, nil, nil)
        if code != SQLITE_OK { Issue.record("\(statement): \(String(cString: sqlite3_errmsg(connection)))") }
    }

    func desk(isWritable: Bool = false, time: Timing.TimeInterval = .seconds(10), limit: Int = 4) -> LookUpDesk {
        LookUpDesk([
            LookUpSource(
                name: "customers", kind: .sqlite(path: path, isWritable: isWritable), time: time, limit: limit)
        ])
    }
}

extension LookUpDesk {
    /// What is found within two seconds.
    func find(_ lookUp: LookUp) -> Finding { findAndWait(lookUp, within: .seconds(2)) }

    func sql(_ statement: String, _ arguments: [SQLValue] = []) -> Finding {
        find(.sql("customers", statement, arguments))
    }
}

@Suite struct SQLiteLookUpTests {
    let file = DatabaseFile(
        "CREATE TABLE customers (number TEXT PRIMARY KEY, trunk TEXT, priority INTEGER, rate REAL, key BLOB)",
        "INSERT INTO customers VALUES ('+4930', 'berlin', 3, 0.5, x'00ff'), ('+4940', NULL, -1, 2, x'')")

    @Test("Rows come with the names of their columns and the five kinds of values")
    func rows() throws {
        let found = file.desk().sql("SELECT * FROM customers ORDER BY number")
        let rows = try #require(found.rows)
        #expect(rows[0].columns == ["number", "trunk", "priority", "rate", "key"])
        #expect(rows[0].values == [.text("+4930"), .text("berlin"), .integer(3), .real(0.5), .blob([0, 255])])
        #expect(rows[1].values == [.text("+4940"), .null, .integer(-1), .real(2), .blob([])])
        #expect(rows[0].integer("priority") == 3)
    }

    @Test(
        "Values go in as they are, and change no statement",
        arguments: [.null, .integer(.min), .real(1.5), .text("' OR 1=1 --"), .text("a\0b"), .blob([1, 0]), .blob([])]
            as [SQLValue])
    func arguments(value: SQLValue) {
        #expect(file.desk().sql("SELECT ? AS v", [value]).rows?.first?["v"] == value)
    }

    @Test(
        "What a look-up must not do is refused with the reason",
        arguments: [
            ("DELETE FROM customers", "read only"), ("CREATE TABLE t (a)", "read only"),
            ("ATTACH '/tmp/x' AS x", "must not do"), ("PRAGMA journal_mode", "must not do"), ("BEGIN", "must not do"),
            ("SELECT 1; SELECT 2", "one statement"), ("SELECT ?", "1 question marks for 0 values"),
            ("SELEC 1", "syntax error"), ("SELECT load_extension('x')", "refuse"),
        ])
    func refused(statement: String, reason: String) {
        let failure = file.desk().sql(statement).failure
        #expect(failure?.kind == .refused)
        #expect(failure?.sentence.contains(reason) == true, "\(String(describing: failure))")
    }

    @Test("A database that the operator has made writable can be written")
    func writable() {
        let desk = file.desk(isWritable: true)
        #expect(
            desk.sql("UPDATE customers SET trunk = 'hamburg' WHERE number = '+4940' RETURNING trunk").rows?.count == 1)
        #expect(
            desk.sql("SELECT trunk FROM customers WHERE number = ?", [.text("+4940")]).rows?[0].text("trunk")
                == "hamburg")
    }

    @Test("Too many rows and too many bytes have failed")
    func bounds() {
        let count = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1001) SELECT i FROM n"
        #expect(file.desk().sql(count).failure?.kind == .tooLarge)
        #expect(file.desk().sql("SELECT zeroblob(70000)").failure?.kind == .tooLarge)
    }

    @Test("A statement that takes too long ends at its deadline, and so does one that waits for a lock")
    func deadlines() {
        let desk = file.desk(time: .milliseconds(100))
        let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
        let clock = ContinuousClock()
        var found: Finding?
        let time = clock.measure { found = desk.findAndWait(.sql("customers", endless), within: .seconds(10)) }
        #expect(found?.failure?.sentence == "the statement took too long")
        #expect(time < .seconds(5))
        file.run("BEGIN EXCLUSIVE")
        let locked = desk.findAndWait(.sql("customers", "SELECT * FROM customers"), within: .seconds(10))
        #expect(locked.failure?.sentence.contains("was locked all the time") == true)
        file.run("COMMIT")
        #expect(desk.sql("SELECT 1").rows?.count == 1)
    }

    @Test("The operator's time for a source is kept when the plugin would wait longer")
    func operatorsTime() {
        let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
        let time = ContinuousClock().measure {
            #expect(
                file.desk(time: .milliseconds(50)).findAndWait(.sql("customers", endless), within: .seconds(10))
                    .failure?.kind
                    == .timedOut)
        }
        #expect(time < .seconds(5))
    }

    @Test("A database that is missing or none is said with its path, also before it is needed")
    func missing() throws {
        let source = LookUpSource(
            name: "customers", kind: .sqlite(path: "/nowhere/c.db", isWritable: false), time: .seconds(1), limit: 1)
        let sentence = "the database /nowhere/c.db can't be opened: No such file or directory"
        #expect(LookUpDesk.problem(of: source) == sentence)
        #expect(LookUpDesk([source]).sql("SELECT 1").failure == LookUpFailure(.unreachable, sentence))
        let text = FileManager.default.temporaryDirectory.appending(path: "tandem-\(UUID().uuidString).db")
        try Data("this is no database, though it is long enough to have been one of them".utf8).write(to: text)
        defer { try? FileManager.default.removeItem(at: text) }
        let other = LookUpSource(
            name: "customers", kind: .sqlite(path: text.path, isWritable: false), time: .seconds(1), limit: 1)
        #expect(LookUpDesk.problem(of: other)?.contains("file is not a database") == true)
    }

    @Test("A file that is put in the place of the database is read from then on")
    func replaced() throws {
        let desk = file.desk()
        #expect(desk.sql("SELECT count(*) AS n FROM customers").rows?[0].integer("n") == 2)
        let other = DatabaseFile("CREATE TABLE customers (number TEXT)")
        try FileManager.default.removeItem(atPath: file.path)
        try FileManager.default.copyItem(atPath: other.path, toPath: file.path)
        #expect(desk.sql("SELECT count(*) AS n FROM customers").rows?[0].integer("n") == 0)
    }

    @Test("More look-ups than connections wait for their turn, and each is answered once")
    func turns() async {
        let desk = file.desk(limit: 2)
        let found = await withTaskGroup(of: Finding.self) { group in
            for number in 0..<200 {
                group.addTask {
                    await withCheckedContinuation { continuation in
                        let known = desk.find(
                            .sql("customers", "SELECT ? AS n", [.integer(Int64(number))]), within: .seconds(10)
                        ) { continuation.resume(returning: $0) }
                        if let known { continuation.resume(returning: known) }
                    }
                }
            }
            var sum: Int64 = 0
            for await finding in group { sum += finding.rows?.first?.integer("n") ?? -100_000 }
            return sum
        }
        #expect(found == 199 * 200 / 2)
    }

    @Test("A source that the configuration lacks is named, with those that it has; so is one of the other kind")
    func unknown() {
        let desk = file.desk()
        #expect(
            desk.find(.http("lcr", path: "/")).failure?.sentence
                == "there is no source \"lcr\" in lookups: there are customers")
        #expect(
            desk.find(.http("customers", path: "/")).failure?.sentence
                == "the source customers is an SQLite database, which takes no HTTP request")
        #expect(LookUpDesk().sql("SELECT 1").failure?.sentence.hasSuffix("the configuration has none") == true)
    }
}
