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
    ]
}
