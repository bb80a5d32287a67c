/// The keys about TLS: what a listener shows and asks for, and what a trunk does.
enum TLSKeys {
    static let listener = [
        ConfigurationKey(
            path: "listeners.*.tls.certificate", form: .text("a path"), standard: nil,
            help: "The PEM file with the listener's certificate, those of its issuers behind it."),
        ConfigurationKey(
            path: "listeners.*.tls.key", form: .text("a path"), standard: "the certificate's file",
            help: "The PEM file with its private key, unencrypted."),
        ConfigurationKey(
            path: "listeners.*.tls.client-certificates",
            form: .choice(ClientCertificateDemand.allCases.map(\.rawValue)),
            standard: "none",
            help:
                "Whether peers that connect have to show a certificate: ask takes them without one, but none that is bad; "
                + "require is mutual TLS."),
        ConfigurationKey(
            path: "listeners.*.tls.authorities", form: .either(["system"], .text("a path")), standard: "system",
            help: "The PEM file of those whose signatures count on such certificates; system is what this host trusts."),
        ConfigurationKey(
            path: "listeners.*.tls.min-version", form: .choice(LeastTLSVersion.allCases.map(\.rawValue)),
            standard: "tls1.2",
            help: "The oldest version of TLS that is spoken, also with peers that this listener's trunks connect to."),
    ]

    static let trunk = [
        ConfigurationKey(
            path: "trunks.*.tls.certificate", form: .text("a path"), standard: "the listener's",
            help: "The PEM file with the certificate that Tandem shows this peer when it connects to it."),
        ConfigurationKey(
            path: "trunks.*.tls.key", form: .text("a path"), standard: "the certificate's file",
            help: "The PEM file with its private key, unencrypted."),
        ConfigurationKey(
            path: "trunks.*.tls.authorities", form: .either(["system"], .text("a path")), standard: "system",
            help:
                "The PEM file of those whose signatures count on the peer's certificate; system is what this host trusts."
        ),
        ConfigurationKey(
            path: "trunks.*.tls.identity", form: .text("a host name or address"), standard: "the peer's host",
            help: "Whom the peer's certificate has to name (RFC 5922)."),
        ConfigurationKey(
            path: "trunks.*.tls.match", form: .either(["auto"], .choice(TrunkMatch.allCases.map(\.rawValue))),
            standard: "auto",
            help:
                "By what a request is known as this trunk's: its source, the certificate of the peer that has connected, or "
                + "both; auto is both where the listener requires certificates, else the source."),
    ]
}
