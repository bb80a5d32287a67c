"""What is played: who calls whom with which scenario, and what has to be so afterwards."""
import re
from dataclasses import dataclass, field

CALLER = "+14255551001"


@dataclass
class Party:
    """One side of a call. `expected` is what a callee must be called in the INVITE it gets (a POSIX pattern)."""
    place: str
    scenario: str
    expected: str = ".*"
    values: dict = field(default_factory=dict)


@dataclass
class Case:
    """One call. The title names the requirement; a row id of docs/direct-sip-rows.tsv in front says what it proves."""
    title: str
    called: str
    caller: Party
    callees: list
    checks: list = field(default_factory=list)
    calling: str = CALLER
    calls: int = 1
    needs_relay: bool = False


def no_private_header_leaks(play):
    """Nothing that belongs to the UC side's dialect reaches a gateway."""
    for player in play.callees:
        for message in player.received(""):
            leaked = [name for name in message.names() if name.startswith("ms-")]
            assert not leaked, f"{player.place.name} got {leaked[0]} in {message.start_line}"
            for value in ("ms-opaque", "epid=", "RTCC/"):
                assert value not in message.text, f"{player.place.name} got {value} in {message.start_line}"


def topology_is_hidden(play):
    """A gateway sees neither the caller's Via nor its Call-ID nor its address in Contact."""
    invite, got = play.caller.messages()[0], play.callees[-1].received("INVITE")[0]
    own = f"{play.caller.place.address}:{play.caller.place.port}"
    vias = [line for line in got.lines if line.lower().startswith(("via:", "v:"))]
    assert len(vias) == 1, f"the gateway got {len(vias)} Via header fields"
    assert got.header("Call-ID") != invite.header("Call-ID"), "the caller's Call-ID reached the gateway"
    assert own not in (got.header("Contact") or ""), "the caller's address stands in the Contact of the gateway's leg"


def media_is_untouched(play):
    """The offer the gateway gets asks for the media address that the caller offered, unless a relay stands between."""
    if play.has_relay:
        return
    offer, got = play.caller.messages()[0].body, play.callees[-1].received("INVITE")[0].body
    for start in ("c=", "m="):
        ours = [line for line in offer.split("\n") if line.startswith(start)]
        theirs = [line for line in got.split("\n") if line.startswith(start)]
        assert ours[-1].strip() == theirs[-1].strip(), f"offered {ours[-1]!r}, arrived as {theirs[-1]!r}"


def forwarding_is_told(reason):
    """Whom the call was for stands in the INVITE that follows a redirection, with why it was sent elsewhere."""
    def check(play):
        got = play.callees[-1].received("INVITE")[0]
        history = (got.header("Diversion") or "") + (got.header("History-Info") or "")
        assert "14255550100" in history, f"no word of 0100 in {history!r}"
        assert reason in history, f"no {reason} in {history!r}"
    return check


def refer_hides_topology(play):
    """Neither the REFER nor the report on it tells the other side's addresses."""
    refer, notify = play.caller.received("REFER")[0], play.callees[0].received("NOTIFY")[0]
    assert play.callees[0].place.address not in refer.text, f"the gateway's address stands in {refer.text}"
    assert play.caller.place.address not in notify.text, f"the caller's address stands in {notify.text}"


def max_forwards_counts_down(play):
    invite, got = play.caller.messages()[0], play.callees[-1].received("INVITE")[0]
    before, after = int(invite.header("Max-Forwards")), int(got.header("Max-Forwards"))
    assert after == before - 1, f"Max-Forwards {before} left as {after}"


def caller_is_identified(play):
    """The calling number arrives as E.164 in From or in the asserted identity."""
    got = play.callees[-1].received("INVITE")[0]
    identity = (got.header("From") or "") + (got.header("P-Asserted-Identity") or "") + \
        (got.header("Remote-Party-ID") or "")
    assert CALLER.lstrip("+") in identity, f"the caller {CALLER} is not to be found in {identity!r}"


def hears_status(status):
    def check(play):
        finals = [message.start_line for message in play.caller.received("SIP/2.0 ")
                  if message.start_line[8] in "3456"]
        assert finals and finals[0].startswith(f"SIP/2.0 {status}"), f"wanted {status}, got {finals}"
    return check


def tried_once(play):
    """No gateway got the call twice (a retransmission has the same branch)."""
    for player in play.callees:
        branches = {message.header("Via") for message in player.received("INVITE")}
        assert len(branches) == 1, f"{player.place.name} was tried {len(branches)} times"


def gateway_gets_an_offer(play):
    """The INVITE of a caller that makes no offer has one when it arrives, of a port that is the relay's."""
    invite, acks = play.callees[-1].received("INVITE")[0], play.callees[-1].received("ACK")
    port = re.search(r"^m=audio (\d+) RTP/AVP 8 0 101", invite.body, re.M)
    assert port and int(port[1]) > 1024, f"the gateway got {invite.body!r}"
    assert acks and not acks[0].body.strip(), f"the gateway got an answer to its answer: {acks[0].body!r}"


def refresh_repeats_the_offer(play):
    """A refresh by re-INVITE has the description of the INVITE before, byte for byte."""
    invites = play.callees[-1].received("INVITE")
    assert invites[0].header("CSeq") != invites[-1].header("CSeq"), "no re-INVITE came"
    assert invites[0].body == invites[-1].body, f"offered {invites[0].body!r}, then {invites[-1].body!r}"


def proxy_stays_on_the_path(play):
    """The gateway gets the caller's own call, with the proxy's Via above the caller's and its Record-Route."""
    invite, got = play.caller.messages()[0], play.callees[-1].received("INVITE")[0]
    assert got.names().count("via") == 2, f"the gateway got {got.names().count('via')} Via header fields"
    assert got.header("Record-Route"), "no Record-Route"
    for name in ("Call-ID", "From", "CSeq"):
        assert got.header(name) == invite.header(name), f"{name} was changed: {got.header(name)}"
    inside = play.callees[-1].received("BYE") + play.caller.received("BYE")
    assert inside, "the BYE did not come over the proxy"


WHOLE = [no_private_header_leaks, topology_is_hidden, max_forwards_counts_down, caller_is_identified]

# The pairs that are also played against each other, without a daemon between, to prove the scenarios themselves.
PAIRS = [
    ("caller.xml", "callee.xml"), ("caller-cancels.xml", "callee-cancelled.xml"),
    ("caller-refused.xml", "callee-refuses.xml"), ("caller-hung-up.xml", "callee-hangs-up.xml"),
    ("caller-reinvites.xml", "callee-reinvited.xml"), ("caller-reinvited.xml", "callee-reinvites.xml"),
    ("caller-early-media.xml", "callee-early-media.xml"), ("caller-prack.xml", "callee-prack.xml"),
    ("caller-delayed-offer.xml", "callee-delayed-offer.xml"),
]

# In each gateway's dialect: Asterisk here wants no plus, the generic one wants user=phone.
A = r"14255550100@[^ ]* "
B = r"[+]14255550200@[^ ]*;user=phone"
CASES = [
    # First, because what was sent to the silent gateway lives 32 s (Timer B), and at the end no call may be left.
    Case("F10 F11 in part: a gateway that says nothing is passed over", "0500",
         Party("uc", "caller.xml"), [
             Party("gateway-d", "callee-silent.xml", values={"SILENCE": 3000}),
             Party("gateway-b", "callee.xml", r"[+]14255550500[@;]")]),
    Case("an extension dialled on the UC side rings the Asterisk gateway under its full number", "0100",
         Party("uc", "caller.xml"), [Party("gateway-a", "callee.xml", A)], WHOLE + [media_is_untouched]),
    Case("an extension dialled on the UC side rings the generic gateway under its full number", "0200",
         Party("uc", "caller.xml"), [Party("gateway-b", "callee.xml", B)], WHOLE + [media_is_untouched]),
    Case("F43 in part: no private header of the UC side reaches a gateway", "0200",
         Party("uc", "caller.xml"), [Party("gateway-b", "callee.xml")], [no_private_header_leaks]),
    Case("twenty calls in a row, each torn down", "0100",
         Party("uc", "caller.xml"), [Party("gateway-a", "callee.xml", A)], calls=20),
    Case("the gateway hangs up first", "0200", Party("uc", "caller-hung-up.xml"),
         [Party("gateway-b", "callee-hangs-up.xml", B)], WHOLE),
    Case("the caller cancels while it rings", "0200", Party("uc", "caller-cancels.xml"),
         [Party("gateway-b", "callee-cancelled.xml", B)]),
    Case("F17 in part: a busy gateway ends the search and the caller hears 486", "0300",
         Party("uc", "caller-refused.xml", values={"STATUS": 486}),
         [Party("gateway-a", "callee-refuses.xml", values={"STATUS": 486, "REASON": "Busy Here"})],
         [hears_status(486), tried_once]),
    Case("F17 in part: 503 from the first gateway goes on to the second", "0300", Party("uc", "caller.xml"), [
        Party("gateway-a", "callee-refuses.xml", values={"STATUS": 503, "REASON": "Service Unavailable"}),
        Party("gateway-b", "callee.xml", r"[+]14255550300[@;]")], WHOLE + [tried_once]),
    Case("F22 in part: a number without a route is refused with 404", "0900",
         Party("uc", "caller-refused.xml", values={"STATUS": 404}), [], [hears_status(404)]),
    Case("nobody answers within the caller's maximum ring time: the gateway is cancelled", "0400",
         Party("uc-tcp", "caller-refused.xml", values={"STATUS": 480}), [Party("gateway-c", "callee-cancelled.xml")],
         [hears_status(480)]),
    Case("F37 in part: early media reaches the caller before the answer", "0200",
         Party("uc", "caller-early-media.xml"), [Party("gateway-b", "callee-early-media.xml", B)]),
    Case("F35: the caller has PRACK, the gateway has none", "0200", Party("uc", "caller-prack.xml"),
         [Party("gateway-b", "callee-early-media.xml", B)]),
    Case("F35: the gateway has PRACK, the caller has none", "0200", Party("uc", "caller-early-media.xml"),
         [Party("gateway-b", "callee-prack.xml", B)]),
    Case("F35: both sides have PRACK", "0200", Party("uc", "caller-prack.xml"),
         [Party("gateway-b", "callee-prack.xml", B)]),
    Case("the caller puts the call on hold and takes it back", "0200", Party("uc", "caller-reinvites.xml"),
         [Party("gateway-b", "callee-reinvited.xml", B)], WHOLE),
    Case("the gateway puts the call on hold", "0200", Party("uc", "caller-reinvited.xml"),
         [Party("gateway-b", "callee-reinvites.xml", B)], WHOLE),
    Case("F38 in part: a delayed offer passes through", "0200", Party("uc", "caller-delayed-offer.xml"),
         [Party("gateway-b", "callee-delayed-offer.xml", B)]),
    # The gateway's 200 names an interval of 10 s, so that nobody has to wait for 90: half of it, or two thirds.
    Case("F36 in part: the gateway's session is refreshed by UPDATE", "0200", Party("uc", "caller-hung-up.xml"),
         [Party("gateway-b", "callee-refreshed.xml", B)]),
    Case("F36 in part: the session of a gateway without UPDATE is refreshed by re-INVITE", "0200",
         Party("uc", "caller-hung-up.xml"), [Party("gateway-b", "callee-refreshed-reinvite.xml", B)],
         [refresh_repeats_the_offer]),
    Case("F36 in part: a gateway that forgets its refresh is hung up, and the caller with it", "0200",
         Party("uc", "caller-hung-up.xml"), [Party("gateway-b", "callee-expires.xml", B)]),
    Case("F38: a delayed offer goes as an early one to a gateway that takes no other", "0990",
         Party("uc", "caller-delayed-offer.xml"), [Party("gateway-e", "callee.xml", r"[+]14255550990[@;]")],
         [gateway_gets_an_offer], needs_relay=True),
    Case("F32 in part: the gateway transfers the call by REFER, and Tandem carries it out", "0100",
         Party("uc", "caller-transferred.xml"),
         [Party("gateway-b", "callee-delayed-offer.xml", B),
          Party("gateway-a", "callee-refers.xml", A, {"TARGET": "0200"})]),
    Case("F31 in part: a REFER passes to the party that takes it", "0200", Party("gateway-f", "caller-referred.xml"),
         [Party("gateway-b", "callee-refers-passed.xml", B, {"TARGET": "0100"})], [refer_hides_topology]),
    Case("F40 in part: a call that a gateway sends elsewhere by 302 is followed (RFC 5359 §2.8)", "0100",
         Party("uc", "caller.xml"), [
             Party("gateway-a", "callee-redirects.xml", A, {"TARGET": "0200", "REASON": "unconditional"}),
             Party("gateway-b", "callee.xml", B)], WHOLE + [forwarding_is_told("cause%3D302")]),
    Case("F40 in part: a call that a gateway sends elsewhere after ringing is followed (RFC 5359 §2.10)", "0100",
         Party("uc", "caller.xml"), [
             Party("gateway-a", "callee-rings-redirects.xml", A, {"TARGET": "0200", "REASON": "no-answer"}),
             Party("gateway-b", "callee.xml", B)], [forwarding_is_told("cause%3D408")]),
    Case("OPTIONS from a known trunk is answered with what is allowed", "0200", Party("uc", "caller-options.xml"), []),
    Case("F30 in part: a call from the gateway rings the UC side", "+14255551001", Party("gateway-a", "caller.xml"),
         [Party("uc", "callee.xml", r"[+]14255551001[@;]")], [topology_is_hidden], calling="+12065550123"),
    Case("F03: a call from UDP to TCP", "0600", Party("uc", "caller.xml"),
         [Party("gateway-tcp", "callee.xml", r"[+]14255550600[@;]")], WHOLE),
    Case("F03: a call from TCP to UDP", "0200", Party("uc-tcp", "caller.xml"),
         [Party("gateway-b", "callee.xml", B)], WHOLE),
    Case("F03: a call from UDP to TLS", "0800", Party("uc", "caller.xml"),
         [Party("gateway-tls", "callee.xml", r"[+]14255550800[@;]")], WHOLE),
    Case("F03: a call from mutual TLS to UDP", "0200", Party("uc-tls", "caller.xml"),
         [Party("gateway-b", "callee.xml", B)], WHOLE),
    Case("F03: twenty calls from mutual TLS to TLS", "0800", Party("uc-tls", "caller.xml"),
         [Party("gateway-tls", "callee.xml", r"[+]14255550800[@;]")], WHOLE, calls=20),
    Case("the gateway hangs up over TLS", "0800", Party("uc-tls", "caller-hung-up.xml"),
         [Party("gateway-tls", "callee-hangs-up.xml")], WHOLE),
    Case("F03: a proxied call from UDP to TLS", "+14255550800", Party("uc-proxy", "caller.xml"),
         [Party("gateway-tls", "callee.xml", r"[+]14255550800@")],
         [proxy_stays_on_the_path, max_forwards_counts_down]),
    Case("a trunk in proxy mode passes the call on and stays on its path", "+14255550200",
         Party("uc-proxy", "caller.xml"), [Party("gateway-b", "callee.xml", r"[+]14255550200@")],
         [proxy_stays_on_the_path, max_forwards_counts_down]),
    Case("the gateway hangs up a proxied call", "+14255550200", Party("uc-proxy", "caller-hung-up.xml"),
         [Party("gateway-b", "callee-hangs-up.xml")], [proxy_stays_on_the_path]),
    Case("the caller cancels a proxied call", "+14255550200", Party("uc-proxy", "caller-cancels.xml"),
         [Party("gateway-b", "callee-cancelled.xml")]),
    Case("a proxied call goes on to the second gateway after 503", "+14255550300", Party("uc-proxy", "caller.xml"), [
        Party("gateway-a", "callee-refuses.xml", values={"STATUS": 503, "REASON": "Service Unavailable"}),
        Party("gateway-b", "callee.xml")], [tried_once]),
    Case("a busy gateway behind the proxy ends the search", "+14255550300",
         Party("uc-proxy", "caller-refused.xml", values={"STATUS": 486}),
         [Party("gateway-a", "callee-refuses.xml", values={"STATUS": 486, "REASON": "Busy Here"})],
         [hears_status(486)]),
    Case("F87: an unknown source gets the configured answer", "0200",
         Party("stranger", "caller-refused.xml", values={"STATUS": 403}), [], [hears_status(403)]),
    Case("F05: a call from IPv4 to IPv6", "0700", Party("uc", "caller.xml"),
         [Party("gateway-v6", "callee.xml", r"[+]14255550700[@;]")], WHOLE),
]
