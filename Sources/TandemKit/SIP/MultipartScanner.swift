/// Finds the parts of a multipart body (RFC 2046 §5.1) without copying.
struct MultipartScanner {
    let body: Bytes
    let boundary: Bytes
    /// Behind the delimiter line that was read last; -1 at the end.
    private(set) var position: Int

    /// Stands before the first part; nil when the boundary is none or the body holds no delimiter.
    init?(_ body: Bytes, boundary: Bytes) {
        guard !boundary.isEmpty, boundary.count <= 70 else { return nil }
        self.body = body
        self.boundary = boundary
        position = 0
        guard let first = delimiter(from: 0) else { return nil }
        position = first.isLast ? -1 : first.next
    }

    /// The next part with its header fields; nil at the end. A part without a closing delimiter goes to the end.
    mutating func next() -> Bytes? {
        guard position >= 0 else { return nil }
        let start = position
        guard let found = delimiter(from: start) else {
            position = -1
            return body.suffix(from: start)
        }
        position = found.isLast ? -1 : found.next
        return body.slice(from: start, count: found.start - start)
    }

    /// The next delimiter line: where the line end before it begins and where the line after it begins.
    private func delimiter(from start: Int) -> (start: Int, next: Int, isLast: Bool)? {
        var index = start
        while let dash = body.firstIndex(of: 0x2D, from: index) {
            index = dash + 1
            let isAtLineStart = dash == start || dash > 1 && body[dash - 1] == 0x0A && body[dash - 2] == 0x0D
            guard isAtLineStart, dash + 2 + boundary.count <= body.count, body[dash + 1] == 0x2D,
                body.slice(from: dash + 2, count: boundary.count) == boundary
            else { continue }
            var end = dash + 2 + boundary.count
            let isLast = end + 1 < body.count && body[end] == 0x2D && body[end + 1] == 0x2D
            if isLast { end += 2 }
            while end < body.count, ByteClass.isBlank(body[end]) { end += 1 }
            let hasLineEnd = end + 1 < body.count && body[end] == 0x0D && body[end + 1] == 0x0A
            guard hasLineEnd || end == body.count else { continue }
            return (dash == start ? dash : max(dash - 2, start), hasLineEnd ? end + 2 : end, isLast)
        }
        return nil
    }
}

extension MultipartScanner {
    /// The parts of a body of this content type; nil when the type is no multipart type with a boundary.
    init?(_ body: Bytes, contentType: Bytes) {
        guard contentType.count > 10, contentType.prefix(10).equalsIgnoringCase("multipart/") else { return nil }
        let start = contentType.firstIndex(of: 0x3B) ?? contentType.count
        var walk = ParameterScanner(ByteScanner(contentType, from: start))
        while let found = try? walk.next(), found {
            guard walk.name.equalsIgnoringCase("boundary"), let value = walk.value else { continue }
            let isQuoted = value.count >= 2 && value[0] == 0x22
            self.init(body, boundary: isQuoted ? value.slice(from: 1, count: value.count - 2) : value)
            return
        }
        return nil
    }
}
