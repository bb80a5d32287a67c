import Testing

/// Free ports for the listeners `uc` and `pstn`, with which most tests of a daemon begin.
struct TwoListeners {
    let uc: UInt16
    let pstn: UInt16

    init() throws {
        uc = try Command.freePort()
        pstn = try Command.freePort()
    }

    /// A command in a folder whose configuration has these listeners, one shard and `rest`.
    func command(_ rest: String) throws -> Command {
        try Command(
            """
            signalling: { control-socket: t.sock, shards: 1 }
            listeners:
              uc:   { transport: udp, address: 127.0.0.1, port: \(uc) }
              pstn: { transport: udp, address: 127.0.0.1, port: \(pstn) }

            """ + rest)
    }

    /// An instance `routes` that sends every call to these trunks in turn.
    static func routes(to trunks: String) -> String {
        """
        plugins:
          folder: plugins
          instances:
            routes: { plugin: VoiceRoutes, settings: { routes: [{ name: all, pattern: '.', trunks: [\(trunks)] }] } }

        """
    }
}
