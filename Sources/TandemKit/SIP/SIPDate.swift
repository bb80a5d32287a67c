/// The value of Date (RFC 3261 §20.17): `Sat, 13 Nov 2010 23:29:00 GMT`, always GMT.
@frozen public struct SIPDate: Hashable, Sendable, CustomStringConvertible {
    /// Seconds since 1970-01-01 00:00:00 GMT.
    public let secondsSince1970: Int64

    /// A date from seconds since 1970.
    @inlinable public init(secondsSince1970: Int64) { self.secondsSince1970 = secondsSince1970 }

    private static var months: StaticString { "JanFebMarAprMayJunJulAugSepOctNovDec" }
    private static var weekdays: StaticString { "ThuFriSatSunMonTueWed" }

    /// Reads the value of a Date header field; the weekday is not checked.
    public init(parsing value: Bytes) throws(SIPParseError) {
        var scanner = ByteScanner(value)
        let failure = SIPParseError(offset: 0, field: .date, expected: "a date as in Sat, 13 Nov 2010 23:29:00 GMT")
        guard scanner.token().count == 3, scanner.skip(0x2C) else { throw failure }
        scanner.skipWhitespace()
        let day = scanner.number()
        scanner.skipWhitespace()
        let month = SIPDate.position(of: scanner.token(), in: SIPDate.months)
        scanner.skipWhitespace()
        let year = scanner.number()
        scanner.skipWhitespace()
        let hour = scanner.number()
        let hasColons = scanner.skip(0x3A)
        let minute = scanner.number()
        let hasBothColons = scanner.skip(0x3A) && hasColons
        let second = scanner.number()
        scanner.skipWhitespace()
        guard let day, let month, let year, let hour, let minute, let second, hasBothColons,
            scanner.token().equalsIgnoringCase("GMT"), scanner.isAtEnd, day >= 1, day <= 31, year >= 1970,
            year < 10_000,
            hour < 24, minute < 60, second <= 60
        else { throw failure }
        let days = SIPDate.days(year: Int64(year), month: Int64(month) + 1, day: Int64(day))
        secondsSince1970 = days * 86_400 + Int64(hour) * 3600 + Int64(minute) * 60 + Int64(second)
    }

    /// The value as it is written.
    public var description: String {
        var (days, rest) = secondsSince1970.quotientAndRemainder(dividingBy: 86_400)
        if rest < 0 {
            days -= 1
            rest += 86_400
        }
        let (year, month, day) = SIPDate.civil(days)
        let weekday = SIPDate.name(Int(((days % 7) + 7) % 7), of: SIPDate.weekdays)
        let clock = [rest / 3600, rest / 60 % 60, rest % 60].map { SIPDate.twoDigits($0) }.joined(separator: ":")
        let name = SIPDate.name(Int(month) - 1, of: SIPDate.months)
        return "\(weekday), \(SIPDate.twoDigits(day)) \(name) \(year) \(clock) GMT"
    }

    private static func twoDigits(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }

    private static func name(_ index: Int, of names: StaticString) -> String {
        Bytes(names).slice(from: index * 3, count: 3).string
    }

    private static func position(of name: Bytes, in names: StaticString) -> Int? {
        guard name.count == 3 else { return nil }
        let list = Bytes(names)
        return (0..<list.count / 3).first { list.slice(from: $0 * 3, count: 3).equalsIgnoringCase(name) }
    }

    /// Days since 1970-01-01 in the Gregorian calendar; years are counted from March, so that leap days come last.
    private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let years = month <= 2 ? year - 1 : year
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let yearOfEra = years % 400
        return years / 400 * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func civil(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }
}
