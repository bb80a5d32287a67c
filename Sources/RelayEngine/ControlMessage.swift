import TandemKit

/// A message of the NG protocol on its way to the thread that has its call.
struct ControlMessage: Sendable {
    let bytes: [UInt8]
    let client: Endpoint
}
