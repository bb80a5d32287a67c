import Configuration
import LookUps
import TandemKit

extension LookUpSource {
    /// A source as the configuration has it.
    init(_ settings: LookUpSettings) {
        let kind: Kind =
            switch settings.place {
            case .sqlite(let path, let isWritable): .sqlite(path: path, isWritable: isWritable)
            case .http(let address, let headers):
                .http(address: address, headers: headers.map { HTTPField($0.name, $0.value.reveal()) })
            }
        self.init(name: settings.name, kind: kind, time: settings.timeout, limit: settings.connections)
    }

    /// What can't be used as it is: probably not meant, since calls that need it will hear so.
    static func warnings(of settings: [LookUpSettings]) -> [ConfigurationProblem] {
        settings.compactMap { one in
            LookUpDesk.problem(of: LookUpSource(one)).map {
                ConfigurationProblem(
                    at: one.position, path: "lookups.\(one.name)", message: $0,
                    remedy: "put it there, readable for the user who runs Tandem, or correct the path")
            }
        }
    }
}
