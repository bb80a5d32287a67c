/// Encodes one value into one slot.
struct JSONSlotEncoder: Encoder, SingleValueEncodingContainer {
    let slot: JSONSlot
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        if case .object = slot.content {} else { slot.content = .object([]) }
        return KeyedEncodingContainer(JSONKeyedEncoder<Key>(slot: slot, codingPath: codingPath))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        if case .array = slot.content {} else { slot.content = .array([]) }
        return JSONUnkeyedEncoder(slot: slot, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { self }

    /// Encodes any value, refusing documents that nest too deep.
    func write<Value: Encodable>(_ value: Value) throws {
        guard codingPath.count < CompactJSON.depthMax else {
            throw EncodingError.invalidValue(
                value,
                EncodingError.Context(
                    codingPath: codingPath, debugDescription: "nested deeper than \(CompactJSON.depthMax)"))
        }
        try value.encode(to: self)
    }

    private func writeNumber<Value: BinaryFloatingPoint & LosslessStringConvertible>(_ value: Value) throws {
        guard value.isFinite else {
            throw EncodingError.invalidValue(
                value,
                EncodingError.Context(codingPath: codingPath, debugDescription: "\(value) is no finite number"))
        }
        slot.content = .literal(value.description)
    }

    func encodeNil() { slot.content = .null }
    func encode(_ value: Bool) { slot.content = .literal(value ? "true" : "false") }
    func encode(_ value: String) { slot.content = .string(value) }
    func encode(_ value: Double) throws { try writeNumber(value) }
    func encode(_ value: Float) throws { try writeNumber(value) }
    func encode(_ value: Int) { slot.content = .literal(String(value)) }
    func encode(_ value: Int8) { slot.content = .literal(String(value)) }
    func encode(_ value: Int16) { slot.content = .literal(String(value)) }
    func encode(_ value: Int32) { slot.content = .literal(String(value)) }
    func encode(_ value: Int64) { slot.content = .literal(String(value)) }
    func encode(_ value: UInt) { slot.content = .literal(String(value)) }
    func encode(_ value: UInt8) { slot.content = .literal(String(value)) }
    func encode(_ value: UInt16) { slot.content = .literal(String(value)) }
    func encode(_ value: UInt32) { slot.content = .literal(String(value)) }
    func encode(_ value: UInt64) { slot.content = .literal(String(value)) }
    func encode<Value: Encodable>(_ value: Value) throws { try write(value) }
}
