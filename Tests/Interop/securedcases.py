"""What is led over TLS: requests in dialogs whose connections end, certificates that change, signalling that is killed."""
import json
import time

import crowd
from bed import asked
from securephones import wait_for

# That a call is answered may wait so long before it is written down.
WRITTEN_SECONDS = 0.3


def hang_up(bed, number, call, phones):
    """The caller hangs up, and the other party hears it."""
    asked([(phones, call)], "BYE", "BYE")
    other = bed.other_side(bed.gw if number[0] == "2" else bed.callees, number)
    wait_for(lambda: other.is_over, lambda: f"the BYE has not reached the other party\n{bed.server.log_tail()}")


def same_connection(bed):
    call = bed.call("20001")
    hang_up(bed, "20001", call, bed.callers)
    assert len(bed.gw.connections) == 1, f"{len(bed.gw.connections)} connections were made"
    assert bed.gw.came_over("BYE") == [0], bed.gw.came_over("BYE")


def lost_connection(bed):
    call = bed.call("20002")
    before = len(bed.gw.connections)
    bed.gw.cut()
    hang_up(bed, "20002", call, bed.callers)
    assert bed.gw.came_over("BYE")[-1] == before, "the BYE came over no new connection"


def lost_caller(bed):
    call = bed.call("10003", bed.uc)
    before = len(bed.uc.connections)
    bed.uc.cut()
    asked([(bed.callees, bed.other_side(bed.callees, "10003"))], "BYE", "BYE")
    wait_for(lambda: call.is_over, lambda: f"the BYE has not reached the caller\n{bed.server.log_tail()}")
    assert bed.uc.came_over("BYE") == [before], bed.uc.came_over("BYE")


def killed(bed):
    out, into = bed.call("20004"), bed.call("10005", bed.uc)
    time.sleep(WRITTEN_SECONDS)
    before = len(bed.gw.connections), len(bed.uc.connections)
    crowd.kill_and_wait(bed.server)
    found = bed.counters()["calls-restored"]
    assert found == 2, f"{found} calls were restored\n{bed.server.log_tail()}"
    hang_up(bed, "20004", out, bed.callers)
    asked([(bed.callees, bed.other_side(bed.callees, "10005"))], "BYE", "BYE")
    wait_for(lambda: into.is_over, lambda: f"the BYE has not reached the caller\n{bed.server.log_tail()}")
    after = bed.gw.came_over("BYE")[-1], bed.uc.came_over("BYE")[-1]
    assert after[0] >= before[0] and after[1] >= before[1], f"{before} connections, BYE over {after}"


def certificates(bed):
    call = bed.call("20006")
    carrier = bed.gw.current
    bed.certificates.make("tandem", "DNS:tandem.example.net", days=5)
    told = bed.tell("reload")
    assert "read anew" in told, told
    report = json.loads(bed.tell("status", "--json"))["certificates"]
    assert len(report) == 1 and report[0]["daysLeft"] in (4, 5), report
    assert "expires on" in bed.log(), "the log does not say that the certificate ends soon"
    hang_up(bed, "20006", call, bed.callers)
    assert carrier.methods[-1] == "BYE", f"the BYE came over another connection: {carrier.methods}"
    before = bed.counters()["connections"]
    bed.gw.cut()
    wait_for(lambda: bed.counters()["connections"] < before, lambda: "the end of the connection was not seen")
    hang_up(bed, "20007", bed.call("20007"), bed.callers)
    assert bed.gw.current.certificate != carrier.certificate, "the new connection shows the old certificate"


def wrong_certificate(bed):
    request = bed.callers.place("30001")
    found = bed.callers.wait([request], 10)
    assert found == {503: 1}, f"answered with {found}"
    cause = "the certificate is of gw.example.net, not of sbc.example.org"
    trunks = json.loads(bed.tell("trunks", "--json"))
    reason = next(one["reason"] for one in trunks if one["name"] == "wrong")
    assert cause in reason, f"the trunk's state says: {reason}"
    assert cause in bed.log(), "the log does not say it"
    ladder = bed.tell("trace", "caller")
    assert cause in " ".join(ladder.split()), f"the ladder says:\n{ladder}"


def moved(bed):
    out, into = bed.call("20008"), bed.call("10009", bed.uc)
    time.sleep(WRITTEN_SECONDS)
    before = bed.server.request({"request": "status"})["status"]["process"], len(bed.uc.connections)
    with open(bed.server.configuration, encoding="utf-8") as file:
        text = file.read()
    with open(bed.server.configuration, "w", encoding="utf-8") as file:
        file.write(text.replace(
            "log: {", "  more: { listener: secure-other, peer: 'localhost:5999', sources: [], options-interval: off }\n\nlog: {"))
    told = bed.tell("reload")
    assert "a fresh process takes the calls over" in told, told
    wait_for(lambda: bed.log().count(" ready ") > 1, lambda: f"no fresh process serves\n{bed.server.log_tail()}")
    wait_for(lambda: crowd.signalling(bed.server), lambda: "no fresh process answers")
    hang_up(bed, "20008", out, bed.callers)
    asked([(bed.callees, bed.other_side(bed.callees, "10009"))], "BYE", "BYE")
    wait_for(lambda: into.is_over, lambda: f"the BYE has not reached the caller\n{bed.server.log_tail()}")
    assert len(bed.uc.connections) > before[1], "the caller's connection has outlived the process"
    hang_up(bed, "10010", bed.call("10010", bed.uc), bed.uc)


CASES = [
    ("requests in a dialog go over the TLS connection that carried it", same_connection),
    ("where that connection is gone a new one is made to the gateway", lost_connection),
    ("where the caller's connection is gone a new one is made to the caller", lost_caller),
    ("F86: certificates are read anew under a call, which goes on over its connection; one that ends soon is reported",
     certificates),
    ("a move to a fresh process takes TLS listeners and calls along, which go on over new connections", moved),
    ("F86 in part: log, ladder and the trunk's state say what is wrong with a peer's certificate", wrong_certificate),
    ("F03: after a kill -9 of signalling BYE goes over new TLS connections, to either side", killed),
]
