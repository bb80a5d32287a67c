import Testing

@testable import SIPDialog

@Suite struct OfferAnswerTests {
    static let rows: [(OfferAnswer.State, OfferAnswer.Event, OfferAnswer.Verdict, OfferAnswer.State)] = [
        (.idle, .sentOffer, .accepted, .localOffer), (.idle, .receivedOffer, .accepted, .remoteOffer),
        (.localOffer, .receivedAnswer, .accepted, .idle), (.localOffer, .offerRefused, .accepted, .idle),
        (.remoteOffer, .sentAnswer, .accepted, .idle), (.remoteOffer, .refusedOffer, .accepted, .idle),
        (.localOffer, .receivedOffer, .crossing, .localOffer),
        (.remoteOffer, .receivedOffer, .overlapping, .remoteOffer),
    ]

    @Test("offers and answers alternate; a crossing offer gets 491, an overlapping one 500 (RFC 3264 4)")
    func table() {
        for state in OfferAnswer.State.allCases {
            for event in OfferAnswer.Event.allCases {
                let row = Self.rows.first { $0.0 == state && $0.1 == event }
                var exchange = OfferAnswer()
                if state == .localOffer { _ = exchange.handle(.sentOffer) }
                if state == .remoteOffer { _ = exchange.handle(.receivedOffer) }
                let verdict = exchange.handle(event)
                #expect(verdict == row?.2 ?? .outOfPlace, "\(state) \(event)")
                #expect(exchange.state == row?.3 ?? state, "\(state) \(event)")
            }
        }
    }
}
