import TandemKit

/// `ms-diagnostics: 12004;source="fe.contoso.com";reason="No route";component="MediationServer"`: the number and
/// sentence that Lync's reports show for a failed call.
enum MicrosoftDiagnostics {
    private static let field: HeaderName = "ms-diagnostics"
    private static let publicField: HeaderName = "ms-diagnostics-public"

    /// Makes the canonical form of what Lync says about a failure: a Reason with the code and Lync's own words.
    static func makeCanonical(_ response: inout SIPResponse) {
        guard let value = response.headers[field] ?? response.headers[publicField] else { return }
        let parts = DiagnosticText.split(value)
        guard let id = parts.first.flatMap({ UInt32($0) }) else { return }
        let reason = DiagnosticText.parameter("reason", of: parts) ?? "no reason given"
        var failure = Failure(reading: response)
        failure.diagnostic = known.contains(id) ? DiagnosticCode(raw: id) : .peerRefused
        failure.detail = "Lync \(id): \(reason)"
        if failure.cause != nil { response.headers.remove(.reason) }
        failure.write(to: &response.headers, showsDetail: true)
    }

    /// Tells Lync why a call failed, in its own form.
    static func write(to response: inout SIPResponse, _ leg: IngressLeg) {
        guard !response.headers.contains(field) else { return }
        let failure = Failure(reading: response)
        let reason = DiagnosticText.quoted(failure.diagnostic.sentence)
        let source = DiagnosticText.quoted(leg.trunk.domain)
        let text = DiagnosticText.quoted(response.reasonBytes.string)
        let tail = "component=\"Tandem\";SipResponseCode=\(response.status);SipResponseText=\(text)"
        response.headers.append(field, "\(failure.diagnostic);source=\(source);reason=\(reason);\(tail)")
        response.headers.append(publicField, "\(failure.diagnostic);reason=\(reason);\(tail)")
    }

    /// The numbers that mean the same there and here.
    private static let known: Set<UInt32> = [12000, 12001, 12002, 12004, 12006]
}

/// `number;name="value";name=value`, with semicolons in quotes.
enum DiagnosticText {
    /// The parts between semicolons that stand in no quotes.
    static func split(_ text: String) -> [String] {
        var parts = [""]
        var isQuoted = false
        var isEscaped = false
        for character in text {
            if !isQuoted, character == ";" {
                parts.append("")
                continue
            }
            if isEscaped {
                isEscaped = false
            } else if character == "\\" {
                isEscaped = isQuoted
            } else if character == "\"" {
                isQuoted.toggle()
            }
            parts[parts.count - 1].append(character)
        }
        return parts.map { part in
            String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }
    }

    /// The value of a parameter without its quotes; nil when absent.
    static func parameter(_ name: String, of parts: [String]) -> String? {
        for part in parts.dropFirst() {
            let halves = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard halves.count == 2, halves[0].lowercased() == name else { continue }
            let value = halves[1]
            return value.hasPrefix("\"") && value.hasSuffix("\"") && value.count >= 2
                ? String(value.dropFirst().dropLast()) : String(value)
        }
        return nil
    }

    /// The text in quotes, without characters that would end them or the field.
    static func quoted(_ text: String) -> String {
        let plain = text.unicodeScalars.filter { $0 != "\"" && $0 != "\\" && $0.value >= 0x20 && $0.value != 0x7F }
        return "\"\(String(String.UnicodeScalarView(plain)))\""
    }
}
