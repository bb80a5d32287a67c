import PlainText

/// Rows of cells in aligned columns, no wider than the terminal: the widest columns give way first, but for those that stay
/// whole.
struct TextTable {
    /// A column's heading and where its cells stand.
    struct Column {
        let title: String
        var isNumber = false
        /// Whether a long cell goes on in the next line instead of being cut: for the last column.
        var wraps = false
        /// Whether cells stay whole however wide: for names that have to be typed again.
        var staysWhole = false
    }

    private static let gap = "  "
    /// A column isn't made narrower than this.
    private static let leastWidth = 8

    private let columns: [Column]
    private var rows: [[String]] = []

    init(_ columns: [Column]) { self.columns = columns }

    /// Adds a row with one cell for each column.
    mutating func add(_ cells: [String]) { rows.append(cells.map { PlainText.clean($0.isEmpty ? "-" : $0) }) }

    /// The lines of the table with its heading.
    func lines() -> [String] {
        let all = [columns.map(\.title)] + rows
        let widths = fit(columns.indices.map { column in all.map { $0[column].count }.max() ?? 0 })
        return all.flatMap { row in lines(of: row, widths) }
    }

    private func lines(of row: [String], _ widths: [Int]) -> [String] {
        let texts = columns.indices.map { index in
            columns[index].wraps
                ? ConsoleText.wrap(row[index], to: widths[index], indent: "")
                : [ConsoleText.cut(row[index], to: widths[index])]
        }
        return (0..<(texts.map(\.count).max() ?? 0)).map { line in
            let cells = columns.indices.map { index -> String in
                let cell = line < texts[index].count ? texts[index][line] : ""
                return columns[index].isNumber
                    ? ConsoleText.padLeft(cell, to: widths[index]) : ConsoleText.pad(cell, to: widths[index])
            }
            return trimmed(cells.joined(separator: Self.gap))
        }
    }

    private func fit(_ widths: [Int]) -> [Int] {
        var widths = widths
        let room = ConsoleText.width - Self.gap.count * (columns.count - 1)
        while widths.reduce(0, +) > room {
            let narrowable = widths.indices.filter { !columns[$0].staysWhole }
            guard let widest = narrowable.max(by: { widths[$0] < widths[$1] }), widths[widest] > Self.leastWidth
            else { break }
            widths[widest] -= 1
        }
        return widths
    }

    private func trimmed(_ line: String) -> String {
        var line = line
        while line.last == " " { line.removeLast() }
        return line
    }
}
