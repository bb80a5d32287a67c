/// A coding key for array indices and for the conventional `super`.
struct JSONKey: CodingKey {
    let stringValue: String
    let intValue: Int?

    init(stringValue: String) {
        self.stringValue = stringValue
        intValue = nil
    }

    init(intValue: Int) {
        stringValue = String(intValue)
        self.intValue = intValue
    }

    /// The key under which a class stores its superclass.
    static var superclass: JSONKey { JSONKey(stringValue: "super") }
}
