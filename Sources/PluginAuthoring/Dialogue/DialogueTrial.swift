import PluginHost
import TandemKit

/// Plays a dialogue with an instance in the call engine, in the child process.
struct DialogueTrial {
    let plugin: String
    let instance: PluginInstance
    let center: ServiceCenter
    let watch: CallWatch

    /// Plays it, and says what differs from its text, or what was seen.
    func run(_ text: String, named name: String, records: Bool) -> CheckAnswer {
        let dialogue: Dialogue
        do throws(DialogueError) { dialogue = try Dialogue(text) } catch {
            return CheckAnswer(findings: [finding(name, error.line, error.message, remedy: error.remedy)])
        }
        let stage = DialogueStage(parties: dialogue.parties, instance: instance, services: center)
        var record = DialogueRecord(text)
        for (index, step) in dialogue.steps.enumerated() {
            switch step.action {
            case .sends(let party, let what, let rest):
                let problem = watch.call(step.line) { send(party, what, rest, step.details, on: stage) }
                if let problem {
                    return CheckAnswer(findings: [finding(name, step.line, problem, remedy: "change the dialogue")])
                }
            case .answers(let pattern, let what): stage.answer(CannedFinding(pattern, what, step.details))
            case .waits(let milliseconds): watch.call(step.line) { stage.wait(milliseconds: milliseconds) }
            case .receives(let party, let what, let rest):
                if records { continue }
                let differences = DialogueComparison(
                    party: stage.party(party), what: what, rest: rest, details: step.details
                )
                .differences()
                if !differences.isEmpty {
                    let heading = "\(party) receives \(what) differs"
                    return CheckAnswer(findings: [
                        finding(
                            name, step.line, ([heading] + differences).joined(separator: "\n"),
                            remedy: "mend the plugin, or take what was seen with --record")
                    ])
                }
                continue
            }
            if records {
                let followers = dialogue.steps[(index + 1)...].prefix { $0.isExpectation }
                record.add(step, seen: stage.takeArrivals(), expected: followers)
            }
        }
        if records { return CheckAnswer(recorded: record.text) }
        return CheckAnswer(findings: leftovers(dialogue, stage, name))
    }

    /// What has arrived without a step that asks for it.
    private func leftovers(_ dialogue: Dialogue, _ stage: DialogueStage, _ name: String) -> [CheckFinding] {
        let last = dialogue.steps.last?.line ?? 1
        return dialogue.parties.compactMap { party in
            guard let arrival = stage.party(party).inbox.first(where: { !$0.isOptional }) else { return nil }
            return finding(
                name, last, "\(party) also receives '\(arrival.message.startLine)'",
                remedy: "add '\(party) receives \(arrival.message.what)', or mend the plugin")
        }
    }

    /// Sends a message with the edits of its step; nil, or why not.
    private func send(
        _ name: String, _ what: String, _ rest: String, _ details: [Dialogue.Detail], on stage: DialogueStage
    ) -> String? {
        let party = stage.party(name)
        var message: WireText
        if let status = Int(what) {
            guard let response = party.response(status, phrase: rest) else {
                return "\(name) has received no request that it could answer"
            }
            message = response
        } else {
            guard let request = party.request(what, uri: rest) else { return "\(name) has no call for \(what)" }
            message = request
        }
        edit(&message, details)
        if message.isRequest { party.sent(message) }
        return stage.send(message, from: name).map { "what \(name) sends is no message (\($0))" }
    }

    private func edit(_ message: inout WireText, _ details: [Dialogue.Detail]) {
        var body: [String]?
        for detail in details {
            switch detail.kind {
            case .field(let name, let value): message.set(name, value)
            case .further(let name, let value): message.fields.append((name, value))
            case .absent(let name): message.remove(name)
            case .body(let line): body = (body ?? []) + [line]
            case .absentBody(let line):
                let lines = message.body.split(separator: "\r\n").map(String.init).filter { $0 != line }
                message.body = DialogueParty.body(lines)
            }
        }
        guard let body else { return }
        // One empty line stands for no body.
        message.body = body == [""] ? "" : DialogueParty.body(body)
        if message.body.isEmpty {
            message.remove("Content-Type")
        } else if message.value("Content-Type") == nil {
            message.set("Content-Type", "application/sdp")
        }
    }

    private func finding(_ file: String, _ line: Int, _ text: String, remedy: String) -> CheckFinding {
        CheckFinding(.dialogue, plugin: plugin, at: "\(file):\(line)", text, remedy: remedy)
    }
}
