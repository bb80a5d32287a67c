/// `"Ann" <sip:+14255550100@host;user=phone>`: a party as an address field shows it, without header parameters.
struct AddressText {
    let displayName: String?
    let number: PhoneNumber
    let host: String
    /// What follows the number inside the angle brackets.
    var uriParameters = ""
    let profile: GatewayProfile

    /// The bytes that `write` writes at most.
    var sizeMax: Int {
        let name = displayName.map { DisplayName.quotedSizeMax($0) + 1 } ?? 0
        return name + number.sipURISizeMax(at: host) + uriParameters.utf8.count + 2
    }

    func write(to writer: inout TextWriter) {
        if let displayName {
            DisplayName.writeQuoted(displayName, to: &writer)
            writer.put(byte: 0x20)
        }
        writer.put(byte: UInt8(ascii: "<"))
        number.writeSIPURI(at: host, profile: profile, to: &writer)
        writer.put(uriParameters)
        writer.put(byte: UInt8(ascii: ">"))
    }

    /// The address as text.
    var string: String { String(atMost: sizeMax) { write(to: &$0) } }
}
