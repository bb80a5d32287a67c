/// Values under keys that outlive the instance: a newer build, a crash and a restart find them again. They belong to the
/// instance's name in the configuration. On disk they are up to a second later.
///
/// A key has 1 to 256 bytes, a value at most 4,096 once written as JSON; 10,000 keys and 4 MiB are the most for an instance.
/// What doesn't fit is an error, and nothing is thrown out to make room but what has expired. An operation takes a
/// microsecond or so in the daemon, and some tens where the plugin has a process of its own.
public struct KeyValueStore: Sendable {
    let host: any ServiceHost

    /// The value under a key; nil when there is none, or it has expired.
    ///
    /// - Throws: `.otherKind` when what is there is no such value.
    public func value<Value: Codable>(
        for key: String, as type: Value.Type = Value.self
    ) throws(ServiceError) -> Value? {
        guard let bytes = try host.value(for: key) else { return nil }
        do { return try CompactJSON.decode(type, from: bytes) } catch {
            throw ServiceError(.otherKind, "the value under '\(key)' can't be read as \(type): \(error)")
        }
    }

    /// Keeps a value under a key, in place of any other, for ever or for so long.
    public func set<Value: Codable>(
        _ value: Value, for key: String, expiresAfter duration: Duration? = nil
    ) throws(ServiceError) {
        let bytes: [UInt8]
        do { bytes = try CompactJSON.encode(value) } catch {
            throw ServiceError(.otherKind, "the value for '\(key)' can't be written: \(error)")
        }
        try host.set(bytes, for: key, expiresAfter: duration)
    }

    /// Adds to the whole number under a key and gives the sum, whatever others add at the same time. There is 0 when there is
    /// nothing. `expiresAfter` counts from the first addition, so that this is a rate limit:
    ///
    /// ```swift
    /// let calls = try services.store.add(1, to: "calls \(caller)", expiresAfter: .seconds(60))
    /// ```
    @discardableResult
    public func add(_ amount: Int, to key: String, expiresAfter duration: Duration? = nil) throws(ServiceError) -> Int {
        try host.add(amount, to: key, expiresAfter: duration)
    }

    /// Forgets a key; false when there was nothing.
    @discardableResult
    public func remove(_ key: String) throws(ServiceError) -> Bool { try host.remove(key) }
}
