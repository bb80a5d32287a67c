import CSQLite
import Foundation
import Glibc
import LookUps
import TandemKit
import Testing
import Timing

extension HostileSourceTests {
    /// Databases that are something else, and statements that want more than an answer.
    @Suite struct HostileDatabaseTests {
        private let file = DatabaseFile(
            "CREATE TABLE customers (number TEXT)", "INSERT INTO customers VALUES ('+4930')")

        private func source(_ path: String, limit: Int = 4) -> LookUpSource {
            LookUpSource(
                name: "customers", kind: .sqlite(path: path, isWritable: false), time: .seconds(10), limit: limit)
        }

        @Test("What is no file is refused at once: a pipe that nobody writes into would hold its reader for ever")
        func noFile() throws {
            let place = FileManager.default.temporaryDirectory.appending(path: "tandem-\(UUID().uuidString)").path
            defer { try? FileManager.default.removeItem(atPath: place) }
            try #require(mkfifo(place, 0o600) == 0)
            #expect(LookUpDesk.problem(of: source(place)) == "the database \(place) can't be opened: it is no file")
            #expect(LookUpDesk([source(place)]).sql("SELECT 1").failure?.kind == .unreachable)
            unlink(place)
            try #require(mkdir(place, 0o700) == 0)
            #expect(LookUpDesk.problem(of: source(place)) == "the database \(place) can't be opened: it is no file")
        }

        @Test("A database that is locked for ever holds up its own look-ups alone")
        func others() {
            let other = DatabaseFile("CREATE TABLE t (n)")
            let desk = LookUpDesk([
                source(file.path, limit: 64),
                LookUpSource(
                    name: "other", kind: .sqlite(path: other.path, isWritable: false), time: .seconds(1), limit: 4),
            ])
            file.run("BEGIN EXCLUSIVE")
            for _ in 0..<64 {
                _ = desk.find(.sql("customers", "SELECT * FROM customers"), within: .seconds(10)) { _ in }
            }
            let found = desk.findAndWait(.sql("other", "SELECT count(*) FROM t"), within: .seconds(1))
            #expect(found.rows?.count == 1, "\(found)")
            file.run("COMMIT")
        }

        @Test("A row with many large values costs no more memory than a look-up may have")
        func wideRow() {
            let desk = file.desk()
            _ = desk.sql("SELECT 1")
            let before = Self.peak()
            let blobs = Array(repeating: "zeroblob(1e6)", count: 1_000).joined(separator: ",")
            let texts = Array(repeating: "hex(zeroblob(4e5))", count: 800).joined(separator: ",")
            for (statement, bound) in [("SELECT \(blobs)", 600), ("SELECT \(texts)", 600)] {
                let failure = desk.findAndWait(
                    .sql("customers", statement, deadline: .seconds(10)), within: .seconds(10)
                ).failure
                #expect(failure?.kind == .tooLarge, "\(String(describing: failure))")
                #expect(Self.peak() - before < bound << 20, "\((Self.peak() - before) >> 20) MiB")
            }
            #expect(desk.sql("SELECT 1").rows?.count == 1)
        }

        @Test("A writable database gets no temporary tables, views and triggers, which the next look-up would find")
        func temporary() {
            let desk = file.desk(isWritable: true, limit: 1)
            for statement in [
                "CREATE TEMP TABLE customers (number TEXT)", "CREATE TEMP VIEW customers AS SELECT 'x' AS number",
                "CREATE TEMP TRIGGER t AFTER INSERT ON main.customers BEGIN DELETE FROM main.customers; END",
            ] {
                let failure = desk.sql(statement).failure
                #expect(failure?.kind == .refused, "\(statement): \(String(describing: failure))")
            }
            #expect(desk.sql("SELECT number FROM customers").rows?.first?.text("number") == "+4930")
        }

        @Test(
            "No statement reaches another file or the schema's own table",
            arguments: [
                "VACUUM", "VACUUM INTO '/tmp/tandem-stolen.db'", "PRAGMA writable_schema = 1",
                "SELECT * FROM pragma_journal_mode", "UPDATE sqlite_schema SET sql = 'x'", "SELECT load_extension(?)",
                "SELECT writefile('/tmp/x', 'y')", "SELECT readfile('/etc/passwd')",
                "ATTACH ? AS x", "DETACH main", "SAVEPOINT s",
            ], [false, true])
        func forbidden(statement: String, isWritable: Bool) {
            let arguments: [SQLValue] = statement.contains("?") ? [.text("/etc/passwd")] : []
            let failure = file.desk(isWritable: isWritable).sql(statement, arguments).failure
            #expect(failure?.kind == .refused, "\(statement): \(String(describing: failure))")
            #expect(access("/tmp/tandem-stolen.db", F_OK) != 0)
        }

        @Test(
            "A schema of views upon views, as deep as it may be, is refused and ends nothing", arguments: [500, 2_000])
        func deepViews(depth: Int) {
            file.run("BEGIN")
            file.run("CREATE VIEW v0 AS SELECT number FROM customers")
            for number in 1...depth { file.run("CREATE VIEW v\(number) AS SELECT number FROM v\(number - 1)") }
            file.run("COMMIT")
            let found = file.desk().sql("SELECT * FROM v\(depth)")
            #expect(found.failure != nil || found.rows?.count == 1, "\(found)")
        }

        @Test(
            "A statement of brackets within brackets, or of many parts, is answered or refused",
            arguments: [
                String(repeating: "(", count: 8_000) + "1" + String(repeating: ")", count: 8_000),
                Array(repeating: "NOT ", count: 4_000).joined() + "1",
                String(repeating: "-", count: 1) + Array(repeating: "+", count: 15_000).joined() + "1",
                String(repeating: "(SELECT ", count: 1_700) + "1" + String(repeating: ")", count: 1_700),
                Array(repeating: "1 UNION SELECT", count: 1_000).joined(separator: " ") + " 1",
                Array(repeating: "1", count: 8_000).joined(separator: "+"),
                String(repeating: "abs(", count: 3_000) + "1" + String(repeating: ")", count: 3_000),
            ])
        func nested(expression: String) {
            let found = file.desk().sql("SELECT \(expression)")
            #expect(found.failure?.kind == .refused || found.rows != nil, "\(found)")
        }

        @Test("A file that is cut, spoiled or emptied while it is in use is a failure, and read again when it is whole")
        func spoiled() throws {
            file.run(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) "
                    + "INSERT INTO customers SELECT i FROM n")
            let whole = try Data(contentsOf: URL(fileURLWithPath: file.path))
            let desk = file.desk(limit: 1)
            let wanted = "SELECT count(DISTINCT number || 'x') AS n FROM customers"
            #expect(desk.sql(wanted).rows?.first?.integer("n") == 2_001)
            for bytes in [whole.prefix(5_000), whole.prefix(100) + Data(repeating: 0xFF, count: 40_000), Data()] {
                try (bytes as Data).write(to: URL(fileURLWithPath: file.path))
                let found = desk.sql(wanted)
                #expect(found.failure != nil, "\(bytes.count): \(found)")
            }
            try whole.write(to: URL(fileURLWithPath: file.path))
            #expect(desk.sql(wanted).rows?.first?.integer("n") == 2_001)
        }

        /// The most bytes of memory that this process ever had.
        private static func peak() -> Int {
            var usage = rusage()
            getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
            return usage.ru_maxrss * 1024
        }
    }
}
