/// Header fields whose values are addresses, as typed values.
extension HeaderFields {
    /// The addresses of all fields of a kind in order, over commas and lines; values that are malformed are left out.
    public func addresses(_ id: HeaderID) -> [NameAddr] {
        var list: [NameAddr] = []
        var cursor = HeaderValueCursor(id)
        while list.count < MessageLimits.listValues, cursor.next(in: self) {
            if let address = try? NameAddr(parsing: cursor.value) { list.append(address) }
        }
        return list
    }

    /// Replaces all fields of a kind by one for each address, where the first one stood or at the end.
    public mutating func setAddresses(_ id: HeaderID, _ addresses: [NameAddr]) {
        setTexts(id, addresses.map(\.description))
    }

    /// Replaces all fields of a kind by one for each value, where the first one stood or at the end.
    mutating func setTexts(_ id: HeaderID, _ values: [String]) {
        let first = firstIndex(of: id)
        removeAll(id)
        var index = first < 0 ? storage.appendIndex : first
        for value in values {
            value.withBytes { insert(id, $0, at: index) }
            index += 1
        }
    }

    /// The only address of a kind; an unreadable URI with the text when it is malformed or absent.
    func address(_ id: HeaderID) -> NameAddr { NameAddr(lenient: firstValue(of: id)) }

    /// Sets the only address of a kind where it differs.
    mutating func setAddress(_ id: HeaderID, _ address: NameAddr) {
        let index = firstIndex(of: id)
        if index < 0 { return address.description.withBytes { append(id, $0) } }
        let text = address.description
        if text == self.address(id).description { return }
        text.withBytes { replaceValue(at: index, $0) }
    }

    /// Contact (RFC 3261 §20.10); empty when there is none or when it is `*`.
    public var contacts: [NameAddr] {
        get { addresses(.contact) }
        set { setAddresses(.contact, newValue) }
    }

    /// Whether Contact is `*`, which removes all bindings (RFC 3261 §10.2.2).
    public var hasWildcardContact: Bool { firstValue(of: .contact).equals("*") }

    /// Route (RFC 3261 §20.34).
    public var routes: [NameAddr] {
        get { addresses(.route) }
        set { setAddresses(.route, newValue) }
    }

    /// Record-Route (RFC 3261 §20.30).
    public var recordRoutes: [NameAddr] {
        get { addresses(.recordRoute) }
        set { setAddresses(.recordRoute, newValue) }
    }

    /// P-Asserted-Identity (RFC 3325 §9.1).
    public var assertedIdentities: [NameAddr] {
        get { addresses(.pAssertedIdentity) }
        set { setAddresses(.pAssertedIdentity, newValue) }
    }

    /// P-Preferred-Identity (RFC 3325 §9.2).
    public var preferredIdentities: [NameAddr] {
        get { addresses(.pPreferredIdentity) }
        set { setAddresses(.pPreferredIdentity, newValue) }
    }

    /// Path (RFC 3327).
    public var paths: [NameAddr] {
        get { addresses(.path) }
        set { setAddresses(.path, newValue) }
    }

    /// Refer-To (RFC 3515 §2.1); nil when absent or malformed.
    public var referTo: NameAddr? {
        get { addresses(.referTo).first }
        set { setAddresses(.referTo, newValue.map { [$0] } ?? []) }
    }

    /// Referred-By (RFC 3892); nil when absent or malformed.
    public var referredBy: NameAddr? {
        get { addresses(.referredBy).first }
        set { setAddresses(.referredBy, newValue.map { [$0] } ?? []) }
    }
}
