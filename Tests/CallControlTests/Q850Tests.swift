import CallControl
import Testing

@Suite struct Q850Tests {
    @Test(
        "F16: a Q.850 cause becomes the SIP status that gateways agree on",
        arguments: [
            (1, 404), (2, 404), (3, 404), (17, 486), (18, 408), (19, 480), (20, 480), (21, 403), (22, 410), (26, 404),
            (27, 502), (28, 484), (29, 501), (31, 480), (34, 503), (38, 503), (41, 503), (42, 503), (47, 503),
            (55, 403), (57, 403), (87, 403), (58, 503), (65, 488), (70, 488), (79, 501), (88, 503), (102, 504),
            (111, 500), (127, 500),
        ] as [(UInt8, UInt16)])
    func causeToStatus(cause: UInt8, status: UInt16) {
        #expect(Q850.status(of: cause) == status)
    }

    @Test(
        "F16: a SIP failure status becomes the Q.850 cause that carriers expect",
        arguments: [
            (408, 102), (504, 102), (486, 17), (600, 17), (488, 65), (503, 41), (480, 20), (484, 28), (404, 1),
            (403, 21), (603, 21), (410, 22), (502, 27), (501, 79), (500, 127), (499, 127), (401, 0), (302, 0), (200, 0),
        ] as [(UInt16, UInt8)])
    func statusToCause(status: UInt16, cause: UInt8) {
        #expect(Q850.cause(of: status) == cause)
    }
}
