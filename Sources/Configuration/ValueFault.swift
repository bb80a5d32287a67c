/// Why a text is not the value that a key needs, and what to write instead.
struct ValueFault: Error {
    let message: String
    let remedy: String
}
