/// The parts of a Via value that an element adds (RFC 3261 §18.1.1, RFC 3581).
struct NewVia {
    let transport: TransportProtocol
    let host: Bytes
    let port: UInt16
    let branch: Bytes
    let hasRport: Bool
}

extension MessageStorage {
    /// Puts a Via field before all others.
    func pushVia(_ via: NewVia) {
        guard reserve(via.host.count + via.branch.count + 64) else { return }
        let start = used
        put("Via: SIP/2.0/")
        put(via.transport.viaToken)
        put(byte: 0x20)
        put(via.host)
        if via.port != 0 {
            put(byte: 0x3A)
            put(decimal: UInt64(via.port))
        }
        put(";branch=")
        put(via.branch)
        if via.hasRport { put(";rport") }
        put("\r\n")
        let line = entry(from: start, id: .via, nameLength: 3, valueOffset: 5)
        insert(line, at: max(firstIndex(of: .via), 0))
        releaseRetired()
    }

    /// Takes the topmost Via value away: the whole field, or its first value when it holds several.
    func removeTopVia() {
        removeFirstValue(of: .via, end: topVia.end)
    }

    /// Takes the first value of the first field with a number away; `end` is where that value ends, -1 when unknown.
    func removeFirstValue(of id: HeaderID, end: Int) {
        let index = firstIndex(of: id)
        guard index >= 0 else { return }
        let value = value(at: index)
        let rest = value.suffix(from: end + 1).trimmed
        if end < 0 || end >= value.count || rest.isEmpty {
            remove(at: index)
        } else {
            replaceValue(at: index, with: rest)
        }
    }

    /// Writes into the topmost Via where the message came from (RFC 3261 §18.2.1, RFC 3581 §4).
    func setTopViaReceived(_ source: Endpoint) {
        let (via, end) = topVia
        let index = firstIndex(of: .via)
        guard index >= 0, end >= 0 else { return }
        let isSame = IPAddress(via.host) == source.address
        if isSame, via.rport < 0, via.received.isEmpty { return }
        let value = value(at: index)
        guard reserve(value.count + 128) else { return }
        let start = used
        let name = name(at: index)
        put(name)
        put(": ")
        let valueStart = used
        putWithoutReceived(value.prefix(end))
        if !isSame || via.rport >= 0 {
            put(";received=")
            put(address: source.address)
        }
        if via.rport >= 0 {
            put(";rport=")
            put(decimal: UInt64(source.port))
        }
        put(value: value.suffix(from: end))
        put("\r\n")
        let line = entry(from: start, id: .via, nameLength: name.count, valueOffset: valueStart - start)
        replace(at: index, with: line)
        releaseRetired()
    }

    /// Copies a Via value without its `received` and `rport` parameters.
    private func putWithoutReceived(_ value: Bytes) {
        var walk = ParameterScanner(ByteScanner(value, from: value.firstIndex(of: 0x3B) ?? value.count))
        var copied = 0
        var position = walk.scanner.index
        while let found = try? walk.next(), found {
            let isReceived = walk.name.equalsIgnoringCase("received") || walk.name.equalsIgnoringCase("rport")
            if isReceived {
                put(value: value.slice(from: copied, count: position - copied))
                copied = walk.scanner.index
            }
            position = walk.scanner.index
        }
        put(value: value.suffix(from: copied).trimmed)
    }

    /// Adds an address without brackets, as `received` wants it.
    func put(address: IPAddress) {
        used += address.write(to: UnsafeMutableRawBufferPointer(start: bytes + used, count: 48))
    }
}
