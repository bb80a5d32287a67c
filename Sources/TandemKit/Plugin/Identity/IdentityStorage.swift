/// What an `Identity` leads to. Written only while one handle alone leads here, so handles on several threads may share it
/// for reading.
@usableFromInline final class IdentityStorage: @unchecked Sendable {
    var fields: IdentityFields

    init(_ fields: IdentityFields) { self.fields = fields }
}

/// The fields of an `Identity`; documented there.
struct IdentityFields: Hashable, Sendable, Codable {
    var asserted: PhoneNumber?
    var assertedHost = ""
    var presented: PhoneNumber?
    var presentedHost = ""
    var displayName: String?
    var privacy: Privacy = []
    var diversions: [DiversionEntry] = []
}
