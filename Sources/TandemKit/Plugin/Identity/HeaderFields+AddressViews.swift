extension HeaderFields {
    /// Calls `body` for every address in the fields of a kind, in order, over commas and lines. What can't be read is
    /// left out. Nothing is copied; do not change the message meanwhile.
    func forEachAddress(_ id: HeaderID, _ body: (NameAddrView) -> Void) {
        var cursor = HeaderValueCursor(id)
        while cursor.next(in: self) {
            if let view = NameAddrView(cursor.value) { body(view) }
        }
    }
}
