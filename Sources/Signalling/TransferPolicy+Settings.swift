import CallControl
import Configuration

extension TransferPolicy {
    /// What the configuration says.
    init(_ choice: TransferChoice) {
        self =
            switch choice {
            case .off: .off
            case .execute: .execute
            case .pass: .pass
            }
    }
}
