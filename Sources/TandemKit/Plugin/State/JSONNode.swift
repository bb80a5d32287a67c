/// A JSON document that was read.
indirect enum JSONNode {
    case null
    case bool(Bool)
    /// A number as it was spelled, so that no digit is lost.
    case number(String)
    case string(String)
    case array([JSONNode])
    case object([(key: String, value: JSONNode)])

    /// What it is, for an error.
    var kindName: String {
        switch self {
        case .null: "null"
        case .bool(let value): String(value)
        case .number(let text): text
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}
