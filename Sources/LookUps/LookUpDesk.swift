import Dispatch
import ShardLoop
import Synchronization
public import TandemKit
public import Timing

/// Does look-ups, away from the shards' threads.
///
/// Each source has so many under way, so many that wait, and no more. A source that hangs costs its own look-ups alone: who
/// asks waits no longer than it has said, whatever becomes of the connection. From any thread.
public final class LookUpDesk: Sendable {
    private enum Place {
        case http(HTTPSource, HTTPLoop)
        case sqlite(SQLiteSource)
    }

    private let places: [String: Place]
    private let names: [String]

    /// Makes a desk; nothing is opened before it is needed.
    public init(_ sources: [LookUpSource] = []) {
        var places: [String: Place] = [:]
        for source in sources {
            switch source.kind {
            case .http(let address, let headers):
                // libcurl waits for a resolver that hangs, whatever else its thread has to do.
                places[source.name] = .http(HTTPSource(source, address: address, headers: headers), HTTPLoop())
            case .sqlite(let path, let isWritable):
                places[source.name] = .sqlite(SQLiteSource(source, path: path, isWritable: isWritable))
            }
        }
        self.places = places
        names = sources.map(\.name)
    }

    deinit {
        for case .http(_, let loop) in places.values { loop.stop() }
    }

    /// Looks something up. Returns the finding when it is known at once; otherwise `done` gets it later, once, on any thread.
    ///
    /// - Parameter time: How long the asker waits; a little less is left for the look-up, so that its own reason for failing
    ///   is there in time.
    public func find(
        _ lookUp: LookUp, within time: TimeInterval, _ done: @escaping @Sendable (Finding) -> Void
    ) -> Finding? {
        if let fault = lookUp.fault { return .failed(fault) }
        guard let place = places[lookUp.source] else { return .failed(unknown(lookUp.source)) }
        let margin = min(time.nanoseconds / 10, 10_000_000)
        let deadline = MonotonicClock.now() + TimeInterval(nanoseconds: time.nanoseconds - margin)
        switch (place, lookUp.question) {
        case (.http(let source, let loop), .http(let question)):
            return loop.take(HTTPTask(source, question, until: deadline, done))
        case (.sqlite(let source), .sql(let question)):
            return source.take(SQLiteTask(question: question, deadline: deadline, done: done))
        case (.http, _): return .failed(mismatch(lookUp.source, "an HTTP server, which takes no statement"))
        case (.sqlite, _): return .failed(mismatch(lookUp.source, "an SQLite database, which takes no HTTP request"))
        }
    }

    /// How much longer than its time a look-up is waited for, so that its own reason for failing is heard, in milliseconds.
    private static let grace = 1_000

    /// Looks something up, and waits. Not on a shard's thread.
    public func findAndWait(_ lookUp: LookUp, within time: TimeInterval) -> Finding {
        let box = Mutex<Finding?>(nil)
        let ready = DispatchSemaphore(value: 0)
        let known = find(lookUp, within: time) { finding in
            box.withLock { $0 = finding }
            ready.signal()
        }
        if let known { return known }
        let milliseconds = Int(time.nanoseconds / 1_000_000)
        guard ready.wait(timeout: .now() + .milliseconds(milliseconds + Self.grace)) == .success else {
            return .failed(LookUpFailure(.timedOut, "\(lookUp.source) has not answered within \(milliseconds) ms"))
        }
        return box.withLock { $0 } ?? .failed(LookUpFailure(.timedOut, "\(lookUp.source) has not answered"))
    }

    /// Why a source can't be used as it is; nil when it can, as far as can be known without asking it.
    public static func problem(of source: LookUpSource) -> String? {
        guard case .sqlite(let path, let isWritable) = source.kind else { return nil }
        do throws(LookUpFailure) {
            try SQLiteConnection(path: path, isWritable: isWritable).checkSchema()
            return nil
        } catch {
            return error.sentence
        }
    }

    private func unknown(_ name: String) -> LookUpFailure {
        let known = names.isEmpty ? "the configuration has none" : "there are \(names.joined(separator: ", "))"
        return LookUpFailure(.noSuchSource, "there is no source \"\(name.prefix(64))\" in lookups: \(known)")
    }

    private func mismatch(_ name: String, _ words: String) -> LookUpFailure {
        LookUpFailure(.noSuchSource, "the source \(name) is \(words)")
    }
}
