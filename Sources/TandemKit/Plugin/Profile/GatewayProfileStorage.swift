/// What a `GatewayProfile` leads to. Written only while one handle alone leads here, so handles on several threads may
/// share it for reading.
@usableFromInline final class GatewayProfileStorage: @unchecked Sendable {
    var fields: GatewayProfileFields

    init(_ fields: GatewayProfileFields) { self.fields = fields }
}

/// The fields of a `GatewayProfile`, with their defaults; documented there.
struct GatewayProfileFields: Hashable, Sendable, Codable {
    var acceptsREFER = false
    var acceptsPRACK = true
    var acceptsUPDATE = true
    var acceptsDelayedOffer = true
    var acceptsReplaces = true
    var sessionTimer = SessionTimerUse.answerOnly
    var sessionExpires = 1800
    var minSE = 90
    var holdStyle = HoldStyle.asIs
    var srtp = SRTPForm.asIs
    var acceptsMKI = true
    var keyLifetime = KeyLifetime.asIs
    var acceptsMultipart = true
    var identity = IdentityStyle.pAssertedIdentity
    var relaysIdentity = true
    var relaysAnonymousIdentity = false
    var diversion = DiversionStyle.historyInfo
    var relaysDiversions = true
    var showsDiverterInFrom = false
    var removesPlus = false
    var addsUserPhone = false
    var needsFQDNContact = false
    var userAgent: String?
    var collapsesEarlyDialogs = false
    var maxEarlyDialogs = 20
    var strippedHeaders: [HeaderName] = []
    var strippedPrefixes: [String] = []
}
