import TandemKit
import Testing

@Suite struct CompactJSONTests {
    struct Inner: Codable, Equatable {
        var name: String
        var values: [Int?]
    }

    enum Shape: Codable, Equatable {
        case empty
        case circle(radius: Double)
    }

    struct Outer: Codable, Equatable {
        var flag = true
        var small: Int8 = -128
        var large = UInt64.max
        var negative = Int64.min
        var ratio = 0.1
        var single: Float = 1.5
        var text = "quote \" slash \\ line\n tab\t ☎ 😀 \u{1}"
        var missing: String?
        var inner = Inner(name: "", values: [1, nil, 3])
        var table = ["a": [Shape.empty], "b": [.circle(radius: -2.5e10)]]
    }

    @Test("A value that was written reads back the same")
    func roundTrip() throws {
        let value = Outer()
        #expect(try CompactJSON.decode(Outer.self, from: CompactJSON.encode(value)) == value)
    }

    @Test("The text is compact JSON, members in order")
    func form() throws {
        let bytes = try CompactJSON.encode(Inner(name: "a/b", values: [1, nil]))
        #expect(String(decoding: bytes, as: UTF8.self) == #"{"name":"a/b","values":[1,null]}"#)
    }

    @Test("Plain values stand alone")
    func topLevel() throws {
        #expect(try CompactJSON.encode("x") == Array("\"x\"".utf8))
        #expect(try CompactJSON.decode([Int].self, from: Array(" [ 1 , 2 ] ".utf8)) == [1, 2])
        #expect(try CompactJSON.decode(Double?.self, from: Array("null".utf8)) == nil)
    }

    @Test("A newer type with added optional members reads an older value")
    func addedMember() throws {
        struct Old: Codable { var a = 1 }
        struct New: Codable {
            var a: Int
            var b: String?
        }
        let read = try CompactJSON.decode(New.self, from: CompactJSON.encode(Old()))
        #expect(read.a == 1)
        #expect(read.b == nil)
    }

    @Test("A member that is missing, or has the wrong type, is named by its path")
    func paths() {
        let missing = #expect(throws: CompactJSONError.self) {
            try CompactJSON.decode([Inner].self, from: Array(#"[{"values":[]}]"#.utf8))
        }
        #expect(missing?.description == "0: `name` is missing")
        let wrong = #expect(throws: CompactJSONError.self) {
            try CompactJSON.decode([Inner].self, from: Array(#"[{"name":"","values":[1,"x"]}]"#.utf8))
        }
        #expect(wrong?.path == "0.values.1")
    }

    @Test("Numbers out of range are errors, not wrapped")
    func range() {
        #expect(throws: CompactJSONError.self) { try CompactJSON.decode(UInt8.self, from: Array("256".utf8)) }
        #expect(throws: CompactJSONError.self) { try CompactJSON.decode(Int.self, from: Array("1.5".utf8)) }
        #expect(throws: CompactJSONError.self) { try CompactJSON.encode(Double.infinity) }
    }

    @Test(
        "What is no JSON is refused",
        arguments: [
            "", "{", "[1,]", "[1 2]", "{\"a\"}", "{\"a\":1,}", "{1:2}", "\"abc", "\"\\x\"", "\"\\u12\"", "\"\\ud800\"",
            "\"\\ud800\\u0041\"", "tru", "1 1", "\u{FEFF}1", String(repeating: "[", count: 100_000),
        ])
    func malformed(text: String) {
        #expect(throws: CompactJSONError.self) { try CompactJSON.decode([Int].self, from: Array(text.utf8)) }
    }

    @Test("Escapes and pairs of surrogates are read")
    func escapes() throws {
        let text = #""\u0041\ud83d\ude00\/\b\f\n\r\t""#
        #expect(try CompactJSON.decode(String.self, from: Array(text.utf8)) == "A😀/\u{8}\u{C}\n\r\t")
    }

    @Test("Bytes that are no UTF-8 are refused")
    func notUTF8() {
        #expect(throws: CompactJSONError.self) { try CompactJSON.decode(String.self, from: [0x22, 0xFF, 0x22]) }
    }

    @Test("A value that nests without end is refused, not followed until the stack is full")
    func depth() {
        final class Node: Encodable {
            func encode(to encoder: any Encoder) throws {
                var container = encoder.unkeyedContainer()
                try container.encode(self)
            }
        }
        #expect(throws: CompactJSONError.self) { try CompactJSON.encode(Node()) }
    }
}
