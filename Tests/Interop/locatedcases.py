"""What becomes of calls to peers that DNS has to find."""
import json
import subprocess

import telephones
from bed import wait_until

CALLS = 200
# A share of 80 % in so many calls lies within this but once in a million runs.
SLACK = 28
# How long it takes at most until a change in the zone is known: its times are a second, a failure is asked again after ten.
CHANGE_SECONDS, RETRY_SECONDS = 4, 14


def trunks(bed):
    command = bed.server.command + ["trunks", "--json", "--config", bed.server.configuration]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return {trunk["name"]: trunk for trunk in json.loads(told)}


def weights(bed):
    bed.place_all(CALLS, "1")
    share = len(bed.callees.calls), len(bed.second.calls)
    assert sum(share) == CALLS, f"{share} of {CALLS} calls arrived"
    assert abs(share[0] - CALLS * 0.8) <= SLACK, f"weights of 80 and 20 came to {share}"


def failover(bed):
    before = len(bed.callees.calls)
    for number in ("20001", "20002"):
        found = telephones.Telephones.wait([bed.callers.place(number)], 10)
        assert found == {200: 1}, f"answered with {found}\n{bed.server.log_tail()}"
    assert len(bed.callees.calls) == before + 2
    assert bed.silent_heard(), "the silent server was not asked"


def arrives(bed, number, phones, seconds):
    """Calls until one arrives there; the number of the last."""
    numbers = iter(range(seconds * 20))

    def call():
        found = telephones.Telephones.wait([bed.callers.place(f"{number}{next(numbers):04}")], 10)
        return found == {200: 1} and any(one.number.lstrip("+")[0] == number for one in phones.calls.values())
    wait_until(call, seconds, lambda: f"no call arrived\n{bed.server.log_tail()}")


def change(bed):
    arrives(bed, "3", bed.callees, CHANGE_SECONDS)
    bed.nameserver.change(MOVING=bed.second.port)
    arrives(bed, "3", bed.second, CHANGE_SECONDS)


def later(bed):
    found = telephones.Telephones.wait([bed.callers.place("40001")], 10)
    assert found == {503: 1}, f"a call to nowhere was answered with {found}"
    assert trunks(bed)["later"]["state"] == "down"
    bed.nameserver.change(LATER=f"_sip._udp.later SRV 1 0 {bed.callees.port} host")
    arrives(bed, "4", bed.callees, CHANGE_SECONDS)


def stale(bed):
    bed.nameserver.stop()
    wait_until(lambda: "what was known is kept" in trunks(bed)["moving"]["reason"], 10,
               lambda: trunks(bed)["moving"]["reason"])
    found = telephones.Telephones.wait([bed.callers.place("39999")], 10)
    assert found == {200: 1}, f"without DNS a call was answered with {found}"
    bed.nameserver.values["MOVING"] = bed.callees.port
    bed.nameserver.write()
    bed.callees.calls.clear()
    bed.nameserver.start()
    arrives(bed, "3", bed.callees, RETRY_SECONDS)
    assert "kept" not in trunks(bed)["moving"]["reason"], trunks(bed)["moving"]["reason"]


def told(bed):
    found = trunks(bed)
    ports = bed.callees.port, bed.second.port
    assert found["spread"]["addresses"][:2] == [
        f"udp 127.0.0.1:{ports[0]} (1, weight 80)", f"udp 127.0.0.1:{ports[1]} (1, weight 20)"], found["spread"]
    assert found["six"]["addresses"] == ["udp [::1]:5080"], found["six"]


CASES = [
    ("a NAPTR record leads to SRV records, among which calls are spread by weight", weights),
    ("`tandem trunks` shows to which servers a name leads, by rank and weight, of either family", told),
    ("a server that is closed or silent is passed over, and the next by rank answers", failover),
    ("what DNS says is asked for again when its time is over, and calls go where it says then", change),
    ("a trunk whose name is unknown is down, and up as soon as DNS knows it", later),
    ("without DNS what was known serves on; when it is back, what it says counts", stale),
]
