import FuzzTargets
import Glibc

/// What libFuzzer calls for each input. TANDEM_FUZZ_TARGET names the target.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
    if let fault = target.check(UnsafeRawBufferPointer(start: start, count: count)) { fatalError(fault) }
    return 0
}

private let target: FuzzTarget = {
    guard let name = getenv("TANDEM_FUZZ_TARGET"), let target = FuzzTarget(rawValue: String(cString: name)) else {
        fatalError("TANDEM_FUZZ_TARGET names no target of \(FuzzTarget.allCases.map(\.rawValue))")
    }
    return target
}()
