extension TransactionLayer {
    /// Sets what comes back with the events of a server transaction. Returns false when it has ended.
    @discardableResult
    public func setOwner(_ owner: OwnerToken, of id: ServerTransactionID) -> Bool {
        guard let entry = tables.pointee.store.find(id.raw) else { return false }
        entry.pointee.owner = owner
        return true
    }

    /// What the user set for a server transaction; none when it has ended.
    public func owner(of id: ServerTransactionID) -> OwnerToken {
        tables.pointee.store.find(id.raw)?.pointee.owner ?? .none
    }

    /// The owner of the transaction that a `TransmitRecord` names; none when it has ended.
    public func owner(ofRecord transaction: UInt64) -> OwnerToken {
        tables.pointee.store.find(transaction)?.pointee.owner ?? .none
    }

    /// Where the responses of a server transaction go; nil when it has ended.
    public func flow(of id: ServerTransactionID) -> Flow? { tables.pointee.store.find(id.raw)?.pointee.flow }

    /// Where the request of a client transaction went; nil when it has ended.
    public func flow(of id: ClientTransactionID) -> Flow? { tables.pointee.store.find(id.raw)?.pointee.flow }

    /// Whether a server transaction waits for its final response.
    public func isUnanswered(_ id: ServerTransactionID) -> Bool {
        switch tables.pointee.store.find(id.raw)?.pointee.machine {
        case .inviteServer(let machine): machine.state == .proceeding
        case .nonInviteServer(let machine): machine.state == .trying || machine.state == .proceeding
        case .inviteClient, .nonInviteClient, nil: false
        }
    }

    /// Forgets a server transaction without a response, as a server that drops the request does.
    public func abandon(_ id: ServerTransactionID) {
        if tables.pointee.store.find(id.raw) != nil { terminate(UInt32(truncatingIfNeeded: id.raw)) }
    }

    /// Forgets a client transaction; its responses become stray.
    public func abandon(_ id: ClientTransactionID) {
        if tables.pointee.store.find(id.raw) != nil { terminate(UInt32(truncatingIfNeeded: id.raw)) }
    }
}
