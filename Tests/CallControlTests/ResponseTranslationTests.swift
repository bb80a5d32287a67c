import CallControl
import Testing

@Suite struct ResponseTranslationTests {
    let rules = ResponseTranslation([
        .init(status: 486, cause: 34, translated: 503),
        .init(status: 0, cause: 1, translated: 404),
        .init(status: 603, cause: -1, translated: 486),
        .init(status: 603, cause: 21, translated: 403),
    ])

    @Test(
        "F15: the first rule whose status and cause match replaces the status; 0 and -1 match all",
        arguments: [
            (486, 34, 503), (486, 17, 486), (486, -1, 486), (500, 1, 404), (603, 21, 486), (603, -1, 486),
            (503, 41, 503),
        ] as [(UInt16, Int16, UInt16)])
    func translates(status: UInt16, cause: Int16, expected: UInt16) {
        #expect(rules.translate(status, cause: cause) == expected)
    }
}
