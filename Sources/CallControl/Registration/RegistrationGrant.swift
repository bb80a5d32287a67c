import SIPDialog
import SIPTransaction
import TandemKit

/// What a response to a REGISTER of ours says.
struct RegistrationGrant {
    /// For how many seconds our Contact is bound.
    let expires: UInt32
    /// Min-Expires; 0 for none.
    let least: UInt32
    /// Retry-After in seconds; 0 for none.
    let pause: UInt64
    /// The values of Service-Route (RFC 3608 §5).
    let routes: [[UInt8]]

    /// Most Service-Routes that are kept.
    static let routesMax = 8

    /// Reads a response.
    ///
    /// - Parameters:
    ///   - contact: Our Contact, in angle brackets.
    ///   - asked: The seconds that were asked for: what counts where the response says nothing.
    init(_ response: SIPResponse, contact: Bytes, asked: UInt32) {
        let headers = response.headers
        let general = Self.seconds(headers.firstValue(of: .expires)) ?? asked
        expires = Self.ofContact(headers, contact).map { $0 ?? general } ?? general
        least = Self.seconds(headers.firstValue(of: .minExpires)) ?? 0
        pause = Self.seconds(headers.firstValue(of: .retryAfter)).map(UInt64.init) ?? 0
        var routes: [[UInt8]] = []
        var index = headers.firstIndex(of: HeaderID.serviceRoute)
        while index >= 0, routes.count < Self.routesMax {
            routes.append(headers.valueBytes(at: index).array)
            index = headers.nextIndex(of: HeaderID.serviceRoute, after: index)
        }
        self.routes = routes
    }

    /// The number at the beginning of a value.
    private static func seconds(_ value: Bytes) -> UInt32? {
        var count = 0
        while count < value.count, 0x30...0x39 ~= value[count] { count += 1 }
        return value.prefix(count).decimal.map { UInt32(min($0, UInt64(UInt32.max))) }
    }

    /// The `expires` of our Contact among those that are bound: nil inside where it has none, nil when it is not there.
    private static func ofContact(_ headers: HeaderFields, _ contact: Bytes) -> UInt32?? {
        guard let own = NameAddrView(contact).flatMap({ URIView($0.uri) }) else { return nil }
        let instance = own.parameter(named: "rinstance")
        var index = headers.firstIndex(of: HeaderID.contact)
        while index >= 0 {
            var list = AddressList(headers.valueBytes(at: index))
            while let value = list.next() {
                guard let address = NameAddrView(value), let uri = URIView(address.uri) else { continue }
                let isOurs =
                    if let instance, let theirs = uri.parameter(named: "rinstance") {
                        theirs == instance
                    } else {
                        uri.user == own.user && uri.host.equalsIgnoringCase(own.host) && uri.port == own.port
                    }
                if isOurs { return .some(address.parameter(named: "expires").flatMap(seconds)) }
            }
            index = headers.nextIndex(of: HeaderID.contact, after: index)
        }
        return nil
    }
}
