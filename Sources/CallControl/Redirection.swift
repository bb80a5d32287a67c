import TandemKit

/// A redirection under way: what a gateway has named in place of the number called.
final class Redirection {
    /// Most numbers of one response that are tried.
    static let targetsMost = 5

    /// Whose gateway redirects.
    let trunk: TrunkContext
    /// What the caller hears when it leads nowhere.
    let failure: Failure
    /// The numbers that have no plan yet, the next one last.
    var targets: [PhoneNumber]
    /// The plan of the number whose turn it is.
    var plan: CallPlan

    init(from trunk: TrunkContext, _ failure: Failure, targets: [PhoneNumber], plan: CallPlan) {
        self.trunk = trunk
        self.failure = failure
        self.targets = targets.reversed()
        self.plan = plan
    }

    /// The numbers that a 3xx names, the most wanted first (RFC 3261 §20.10: `q`), each once.
    static func targets(of response: SIPResponse) -> [PhoneNumber] {
        let contacts = response.headers.contacts.enumerated().sorted {
            let (left, right) = (weight($0.element), weight($1.element))
            return left == right ? $0.offset < $1.offset : left > right
        }
        var numbers: [PhoneNumber] = []
        for (_, contact) in contacts {
            let text = Array("\(contact.uri)".utf8)
            guard let number = text.withUnsafeBytes({ PhoneNumber(uri: Bytes($0)) }), numbers.count < targetsMost,
                !numbers.contains(where: { $0.text == number.text })
            else { continue }
            numbers.append(number)
        }
        return numbers
    }

    private static func weight(_ contact: NameAddr) -> Double { contact.parameters["q"].flatMap { Double($0) } ?? 1 }
}
