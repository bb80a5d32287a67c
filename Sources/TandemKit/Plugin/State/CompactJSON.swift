/// Writes `Codable` values as compact JSON and reads them back, with nothing but the standard library.
///
/// Members are found by name, so a newer type whose added properties are optional reads what an older one wrote.
/// Numbers outside the range of the type read are errors; floating-point values must be finite.
public enum CompactJSON {
    /// The deepest nesting that is read or written.
    public static var depthMax: Int { 64 }

    /// The value as JSON in UTF-8.
    public static func encode<Value: Encodable>(_ value: Value) throws(CompactJSONError) -> [UInt8] {
        let slot = JSONSlot()
        do { try JSONSlotEncoder(slot: slot, codingPath: []).write(value) } catch {
            throw CompactJSONError(wrapping: error)
        }
        var bytes: [UInt8] = []
        slot.write(to: &bytes)
        return bytes
    }

    /// Reads a value from JSON in UTF-8.
    public static func decode<Value: Decodable>(
        _ type: Value.Type, from bytes: [UInt8]
    ) throws(CompactJSONError) -> Value {
        var parser = JSONParser(bytes)
        let node = try parser.parse()
        do { return try JSONNodeDecoder(node: node, codingPath: []).read(type) } catch {
            throw CompactJSONError(wrapping: error)
        }
    }
}
