import TandemKit

@c(tandem_plugin) public func tandemPlugin(_ host: UnsafeMutableRawPointer) {}
