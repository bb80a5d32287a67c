// MessageCost COUNT: prints the bytes in and out and the nanoseconds per message. Rounds are short (2,000 messages), so
// that the best one is undisturbed even on a busy machine; the median tells how busy it was.
import TandemKit

let messages = Traffic.invites()
let total = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 1_000_000
let roundSize = min(total, 2000)
let rounds = total / roundSize

func measure() throws {
    let copies = messages.map { message in
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: message.count, alignment: 16)
        copy.copyBytes(from: message)
        return UnsafeRawBufferPointer(copy)
    }
    var pipeline = Pipeline()
    var written = 0
    var times: [Double] = []
    for _ in 0..<rounds {
        let time = try ContinuousClock().measure {
            for index in 0..<roundSize { written = try pipeline.handle(copies[index & 63]) }
        }
        times.append(Double(time.components.attoseconds) / 1e9 / Double(roundSize))
    }
    times.sort()
    let (best, median) = (Int(times[0]), Int(times[times.count / 2]))
    print(
        "bytes in \(copies[0].count) out \(written); ns a message: best \(best), median \(median); sum \(pipeline.checksum)"
    )
}

try measure()
