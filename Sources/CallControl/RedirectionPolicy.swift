/// What becomes of a 3xx of a trunk's peer (RFC 3261 §8.1.3.4, §21.3). A gateway that may redirect may have calls sent anywhere
/// its route leads, so a trunk has to be told that it may.
public enum RedirectionPolicy: UInt8, Hashable, Sendable {
    /// The caller gets 480.
    case refuse
    /// We call the numbers that the response names, in its order, by the route of the trunk that it comes from.
    case follow
    /// The caller gets the response, each number at our own address.
    case pass
}
