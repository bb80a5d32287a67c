import TandemKit

/// A description leaves as it came, whatever it holds; what was changed of it reads as it was written.
enum DescriptionFuzz {
    static func check(_ bytes: UnsafeRawBufferPointer) -> String? {
        var input = FuzzInput(bytes)
        let choice = Int(input.byte())
        let text = input.rest()
        let description: SessionDescription
        do throws(SDPError) {
            description = try SessionDescription(text)
        } catch {
            return error.line >= 0 && error.line <= SessionDescription.lineCountMax + 1 ? nil : "line \(error.line)"
        }
        guard description.bytes.prefix(text.count) == text[...] || isCompleted(description.bytes, text) else {
            return "it does not leave as it came"
        }
        readEverything(description)
        return checkEdited(description, choice)
    }

    /// The last line may lack its end.
    private static func isCompleted(_ written: [UInt8], _ text: [UInt8]) -> Bool {
        written == text || written == text + [13, 10] || written == text + [10]
    }

    private static func readEverything(_ description: SessionDescription) {
        _ = (description.origin, description.name, description.isHold)
        for media in description.media {
            _ = (media.codecs, media.crypto, media.ptime, media.direction, media.connection, description.isHeld(media))
        }
    }

    private static func checkEdited(_ description: SessionDescription, _ choice: Int) -> String? {
        var changed = description
        for index in changed.media.indices where choice & (1 << (index & 7)) != 0 {
            changed.media[index].port = 40_000
            changed.media[index].direction = .inactive
        }
        do throws(SDPError) {
            let again = try SessionDescription(changed.bytes)
            return again.media.map(\.port) == changed.media.map(\.port) ? nil : "a changed port reads differently"
        } catch {
            if changed.bytes.count > SessionDescription.byteCountMax { return nil }
            return "what was changed is refused: \(error)"
        }
    }
}
