/// The keys about who we are to a trunk's peer, and about our registration there.
enum CredentialKeys {
    static let trunk = [
        ConfigurationKey(
            path: "trunks.*.credentials.user", form: .text("a user's name"), standard: nil,
            help: "The user by whom Tandem answers the peer's challenges (digest, RFC 7616 and RFC 8760)."),
        ConfigurationKey(
            path: "trunks.*.credentials.password", form: .secret, standard: nil,
            help: "The user's password, best in a file of its own or in the environment."),
        ConfigurationKey(
            path: "trunks.*.credentials.realm", form: .text("a realm"), standard: "any realm",
            help: "The only realm whose challenges are answered."),
        ConfigurationKey(
            path: "trunks.*.registration.address", form: .text("an address like sip:user@provider.example"),
            standard: "the user at the peer's host",
            help:
                "The address under which Tandem registers at the peer (REGISTER, RFC 3261 §10.2). A trunk with a section "
                + "`registration` registers at the start, refreshes in time, and takes the registration back at the end."
        ),
        ConfigurationKey(
            path: "trunks.*.registration.contact-user", form: .text("a user's name"),
            standard: "the user of the address",
            help: "The user part of the Contact that is registered, by which requests to it are known."),
        ConfigurationKey(
            path: "trunks.*.registration.expires", form: .duration("1m", "24h"), standard: "1h",
            help: "For how long a registration is asked for; the registrar may grant another time."),
        ConfigurationKey(
            path: "trunks.*.registration.required", form: .flag, standard: "true",
            help: "Whether calls are sent to the trunk only while it is registered."),
        ConfigurationKey(
            path: "trunks.*.users", form: .settings, standard: "nobody is asked",
            help:
                "Who may send requests on the trunk: names with their passwords, each best a secret like `{ file: PATH }` or "
                + "`{ environment: NAME }`. What comes without right credentials (SHA-256 or MD5) is challenged; OPTIONS is free."
        ),
        ConfigurationKey(
            path: "trunks.*.realm", form: .text("a realm"), standard: "tandem",
            help: "What the trunk's challenges name as that which the users belong to."),
        ConfigurationKey(
            path: "trunks.*.algorithms", form: .choice(DigestOffer.allCases.map(\.rawValue)), standard: "all",
            help:
                "What the trunk's challenges offer: all is SHA-256 and MD5, each in a challenge of its own (RFC 8760); md5 is for "
                + "old devices that read the first challenge alone."),
    ]
}
