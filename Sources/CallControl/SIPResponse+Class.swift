import TandemKit

extension SIPResponse {
    /// Whether it is a 2xx.
    var isSuccess: Bool { status / 100 == 2 }
}
