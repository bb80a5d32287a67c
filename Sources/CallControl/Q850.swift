/// The causes of ITU-T Q.850 and what they mean in SIP, both ways (RFC 3398 §7.2.4.1 and §8.2.6.1).
///
/// The table from cause to status is what gateways agree on. Back, a status gets the cause that carriers expect.
public enum Q850 {
    /// The SIP status that stands for a Q.850 cause; 500 for a cause without a meaning of its own.
    public static func status(of cause: UInt8) -> UInt16 {
        switch cause {
        case 1, 2, 3, 26: 404
        case 17: 486
        case 18: 408
        case 19, 20, 31: 480
        case 21, 55, 57, 87: 403
        case 22: 410
        case 27: 502
        case 28: 484
        case 29, 79: 501
        case 34, 38, 41, 42, 47, 58, 88: 503
        case 65, 70: 488
        case 102: 504
        default: 500
        }
    }

    /// The Q.850 cause of a final SIP failure status; 0 when the status says nothing about a call (a challenge, a
    /// redirection).
    public static func cause(of status: UInt16) -> UInt8 {
        switch status {
        case 404, 485, 604: 1
        case 486, 600: 17
        case 408: 102
        case 480: 20
        case 403, 603: 21
        case 410: 22
        case 484: 28
        case 488, 606: 65
        case 501: 79
        case 502: 27
        case 503: 41
        case 504: 102
        case 487: 31
        case 400, 405, 406, 413, 414, 415, 416, 420, 421, 423, 481, 482, 483, 493, 500, 505, 513: 127
        case 300..<400, 401, 407, 422, 491: 0
        default: status >= 400 ? 127 : 0
        }
    }
}
