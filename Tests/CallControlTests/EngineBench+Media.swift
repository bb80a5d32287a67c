import CallControl

/// The media relay's part, played by the test.
extension EngineBench {
    /// The relay has a description for whatever was asked last.
    @discardableResult
    func reply(_ description: String) -> [Sent] { fail(.description(Array(description.utf8))) }

    /// Whatever was asked last comes to this.
    @discardableResult
    func fail(_ outcome: MediaOutcome) -> [Sent] {
        engine.receive(outcome, for: media.last!.session, at: now)
        return drain()
    }

    /// Something happens to the media of the last session.
    @discardableResult
    func tell(_ event: MediaEvent) -> [Sent] {
        engine.receive(event, of: media.last!.session, at: now)
        return drain()
    }

    /// Whether the last command ends the media.
    var lastIsDelete: Bool {
        if case .delete? = media.last?.action { true } else { false }
    }
}

extension String {
    func replacing(_ part: String, by other: String) -> String {
        guard let place = range(of: part) else { return self }
        return String(self[..<place.lowerBound]) + other + String(self[place.upperBound...])
    }
}
