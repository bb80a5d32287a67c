import Admin
import Configuration
import Foundation
import Logging
import SIPTransport

/// Says which of our certificates end soon: once a day. At the start `tandem check`'s warnings do.
final class CertificateWatch {
    private let timer: any DispatchSourceTimer

    /// Begins to watch what `shown` names then.
    init(log: Logger, shown: @escaping @Sendable () -> [TLSMaterial.Shown]) {
        timer = DispatchSource.makeTimerSource(queue: .global(qos: .utility))
        timer.schedule(deadline: .now() + .seconds(86_400), repeating: .seconds(86_400), leeway: .seconds(60))
        timer.setEventHandler {
            let now = Int(Date().timeIntervalSince1970)
            for one in shown() {
                guard let trouble = one.trouble(at: now) else { continue }
                log.warning("\(trouble)", metadata: ["owner": "\(one.owner)", "file": "\(one.file)"])
            }
        }
        timer.resume()
    }

    /// Ends the watch.
    func stop() { timer.cancel() }
}

extension TLSMaterial.Shown {
    /// From how many days before its end on a certificate is spoken of.
    static let noticeDays = 30

    /// Whole days until the certificate counts no more; negative once it doesn't.
    func daysLeft(at now: Int) -> Int {
        Int((Double(certificate.validUntil - now) / 86_400).rounded(.down))
    }

    /// What is wrong with it, or will be soon; nil when all is well.
    func trouble(at now: Int) -> String? {
        let (until, days) = (Certificate.day(certificate.validUntil), daysLeft(at: now))
        if certificate.validUntil < now { return "the certificate of \(certificate.names) has expired on \(until)" }
        if certificate.validFrom > now {
            return
                "the certificate of \(certificate.names) is not valid before \(Certificate.day(certificate.validFrom))"
        }
        guard days < Self.noticeDays else { return nil }
        return "the certificate of \(certificate.names) expires on \(until), in \(days) days"
    }
}

extension TLSMaterial {
    /// What `tandem status` shows.
    func reports(at now: Int) -> [CertificateReport] {
        shown.map {
            CertificateReport(
                owner: $0.owner, names: "\($0.certificate.names)", until: Certificate.day($0.certificate.validUntil),
                daysLeft: $0.daysLeft(at: now))
        }
    }

    /// What `tandem check` and the log say at the start.
    func warnings(at now: Int) -> [ConfigurationProblem] {
        openKeys.map {
            ConfigurationProblem(
                at: $0.file.position, path: $0.key, message: "every user of this host can read the key \($0.file.path)",
                remedy: "chmod o= \($0.file.path)")
        }
            + shown.compactMap { one in
                one.trouble(at: now).map {
                    ConfigurationProblem(
                        at: one.position, path: one.key, message: $0,
                        remedy: "put a new one into \(one.file) and run `tandem reload`")
                }
            }
    }
}
