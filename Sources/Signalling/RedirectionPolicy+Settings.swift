import CallControl
import Configuration

extension RedirectionPolicy {
    /// What the configuration says.
    init(_ choice: RedirectionChoice) {
        self =
            switch choice {
            case .refuse: .refuse
            case .follow: .follow
            case .pass: .pass
            }
    }
}
