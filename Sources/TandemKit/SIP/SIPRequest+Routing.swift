/// Route and Record-Route of a request (RFC 3261 §16.4, §16.6, §20.30, §20.34).
extension SIPRequest {
    /// The first Route value; nil when there is none or it is malformed.
    public var topRoute: NameAddrView? {
        let value = headers.firstValue(of: .route)
        return value.isEmpty ? nil : NameAddrView(value)
    }

    /// Takes the first Route value away: the whole field, or its first value when it holds several.
    public mutating func removeTopRoute() {
        headers.removeFirstValue(of: .route)
    }

    /// Puts a Route before all others. `uri` is written into angle brackets.
    public mutating func pushRoute(_ uri: Bytes) { pushAddress(.route, uri) }

    /// Puts a Record-Route before all others. `uri` is written into angle brackets; a loose router adds `;lr` to it.
    public mutating func pushRecordRoute(_ uri: Bytes) { pushAddress(.recordRoute, uri) }

    private mutating func pushAddress(_ id: HeaderID, _ uri: Bytes) {
        headers.edit { $0.pushAddress(id, uri) }
    }
}

extension HeaderFields {
    /// Takes the first value of the first field of a kind away: the whole field, or its first value when it holds
    /// several.
    public mutating func removeFirstValue(of id: HeaderID) {
        guard storage.firstIndex(of: id) >= 0 else { return }
        edit { storage in
            storage.removeFirstValue(of: id, end: storage.value(at: storage.firstIndex(of: id)).endOfValue(from: 0))
        }
    }

    /// Adds a field of another message at the end as it stands there, name, folding and all.
    public mutating func append(copying other: HeaderFields, at index: Int) {
        other.check(index)
        edit { $0.append(copying: other.storage, index) }
    }

    /// Adds all fields of a kind of another message at the end as they stand there.
    public mutating func appendAll(_ id: HeaderID, of other: HeaderFields) {
        var index = other.firstIndex(of: id)
        guard index >= 0 else { return }
        edit { storage in
            while index >= 0 {
                storage.append(copying: other.storage, index)
                index = other.nextIndex(of: id, after: index)
            }
        }
    }
}

extension MessageStorage {
    /// Puts `name: <uri>` before the other fields of its kind, or behind the last Via.
    func pushAddress(_ id: HeaderID, _ uri: Bytes) {
        let name = names.name(of: id)
        guard uri.count <= MessageLimits.headerFieldBytes - 64, reserve(name.count + uri.count + 8) else {
            hasRefusedEdit = true
            return
        }
        let start = used
        put(name)
        put(": <")
        put(value: uri)
        put(">\r\n")
        let line = entry(from: start, id: id, nameLength: name.count, valueOffset: name.count + 2)
        insert(line, at: firstIndex(of: id) >= 0 ? firstIndex(of: id) : indexBehindVia)
        releaseRetired()
    }

    private var indexBehindVia: Int {
        var index = firstIndex(of: .via)
        while index >= 0, index < count, entries[index].id == HeaderID.via.raw { index += 1 }
        return max(index, 0)
    }
}
