import CallControl
import SIPTransaction
import SIPTransport

/// What one shard counts, under the names that `tandem status` shows.
struct ShardCount: Sendable {
    let calls: Int
    let isDraining: Bool
    let counters: [String: Int]

    init(of shard: SignallingShard) {
        let engine = shard.engine.counters
        let transport = shard.transport.counters
        calls = shard.engine.callCount
        isDraining = shard.engine.isDraining
        counters = [
            "calls-begun": Int(engine.calls), "calls-answered": Int(engine.answeredCalls),
            "calls-failed": Int(engine.failedCalls), "calls-refused": Int(engine.refusedCalls),
            "calls-refused-draining": Int(engine.drainedCalls),
            "calls-refused-overload": Int(engine.overloadedCalls), "calls-refused-trunk": Int(engine.trunkRefusals),
            "transfers": Int(engine.transfers), "transfers-failed": Int(engine.failedTransfers),
            "subscriptions-refused": Int(engine.refusedSubscriptions),
            "transfers-refused": Int(engine.refusedTransfers),
            "redirections-refused": Int(engine.refusedRedirections),
            "requests-proxied": Int(engine.proxiedRequests), "unknown-sources": Int(engine.unknownSources),
            "unknown-sources-unanswered": Int(engine.silencedSources), "requests-too-fast": Int(engine.hastyRequests),
            "challenges-answered": Int(engine.answeredChallenges),
            "challenges-refused": Int(engine.refusedCredentials), "challenges-sent": Int(engine.sentChallenges),
            "credentials-refused": Int(engine.refusedUsers),
            "unknown-dialogs": Int(engine.unknownDialogs), "late-answers": Int(engine.lateAnswers),
            "lost-acknowledgements": Int(engine.lostAcknowledgements), "plugin-refusals": Int(engine.pluginRefusals),
            "requests-unsent": Int(engine.unsentRequests), "dialogs": shard.engine.dialogCount,
            "timers": shard.engine.timerCount, "transactions": shard.engine.layer.count,
            "relay-connections": shard.media?.isConnected == true ? 1 : 0,
            "look-ups": Int(engine.lookUps), "look-ups-failed": Int(engine.failedLookUps),
            "look-ups-refused": Int(engine.refusedLookUps), "calls-restored": Int(engine.restoredCalls),
            "calls-lost": Int(engine.lostCalls),
            "journal-bytes": Int(shard.journal?.byteCount ?? 0),
            "journal-behind": shard.journal?.isBehind == true ? 1 : 0,
            "malformed": Int(shard.counters.malformed), "handed-over": Int(shard.counters.handedOver),
            "hand-overs-refused": Int(shard.counters.handOversRefused), "not-sent": Int(shard.counters.notSent),
            "datagrams-received": Int(transport.datagramsReceived), "datagrams-sent": Int(transport.datagramsSent),
            "datagrams-dropped": Int(transport.datagramsDropped), "connections": shard.transport.connectionCount,
            "connections-refused": Int(transport.connectionsRefused),
            "tls-handshakes": Int(transport.handshakesDone), "tls-handshakes-resumed": Int(transport.handshakesResumed),
            "tls-handshakes-failed": Int(transport.handshakesFailed),
            "tls-handshakes-refused": Int(transport.handshakesRefused),
        ]
    }
}
