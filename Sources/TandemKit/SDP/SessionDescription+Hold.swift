extension SessionDescription {
    /// The direction of a media: its own, else the session's, else `sendrecv` (RFC 8866 §6.7).
    public func direction(of description: MediaDescription) -> SDPDirection {
        description.direction ?? session.direction ?? .sendrecv
    }

    /// The address of a media: its own, else the session's.
    public func connection(of description: MediaDescription) -> SDPConnection? {
        description.connection ?? session.connection
    }

    /// Whether the writer holds a media: it does not want to receive, in whatever style that is written.
    public func isHeld(_ description: MediaDescription) -> Bool {
        guard !description.isRejected else { return false }
        return !direction(of: description).receives || connection(of: description)?.isUnspecified ?? false
    }

    /// Whether the writer holds the call: every audio that is not refused is held.
    public var isHold: Bool {
        let audio = media.filter { $0.kind == "audio" && !$0.isRejected }
        return !audio.isEmpty && audio.allSatisfy(isHeld)
    }

    /// States the direction of every media that is not refused.
    public mutating func setDirection(_ direction: SDPDirection) {
        for index in media.indices where !media[index].isRejected { media[index].direction = direction }
        if session.direction != nil { session.direction = direction }
    }

    /// Sends media to another address: the session's and each media's own `c=` line.
    public mutating func setConnection(_ connection: SDPConnection) {
        if session.connection != nil || media.contains(where: { $0.connection == nil }) {
            session.connection = connection
        }
        for index in media.indices where media[index].connection != nil { media[index].connection = connection }
    }

    /// Turns `c=0.0.0.0` (RFC 2543) into `a=inactive`, which the canonical dialect uses. The address becomes that of the
    /// `o=` line when its type fits, since many a peer refuses 0.0.0.0.
    public mutating func makeHoldCanonical() {
        for index in media.indices {
            guard !media[index].isRejected, connection(of: media[index])?.isUnspecified ?? false else { continue }
            let sends = direction(of: media[index]) == .sendonly
            media[index].direction = sends ? .sendonly : .inactive
        }
        let owner = origin.connection
        func repaired(_ connection: SDPConnection?) -> SDPConnection? {
            guard let connection, connection.isUnspecified, !owner.isUnspecified,
                connection.addressType == owner.addressType
            else { return connection }
            return owner
        }
        if let connection = session.connection, connection.isUnspecified { session.connection = repaired(connection) }
        for index in media.indices where media[index].connection?.isUnspecified ?? false {
            media[index].connection = repaired(media[index].connection)
        }
    }

    /// Restricts the directions of an answer to what `offer` allows, media by media (RFC 3264 §6.1): needed when the
    /// peer answered an offer whose hold style was changed on its way.
    public mutating func constrainDirections(toAnswer offer: SessionDescription) {
        for (index, offered) in zip(media.indices, offer.media) where !media[index].isRejected {
            let present = direction(of: media[index])
            let allowed = present.constrained(toAnswer: offer.direction(of: offered))
            if allowed != present { media[index].direction = allowed }
        }
    }
}
