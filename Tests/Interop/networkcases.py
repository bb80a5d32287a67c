"""The calls of Tests/Interop/namespaces: a telephone behind a NAT, Tandem, and a gateway that has IPv4 and IPv6."""
import collections
import os
import re
import tempfile
import time

import audio
import baresip
import daemon
import hearing
import network

HERE = os.path.dirname(os.path.abspath(__file__))
CALL_SECONDS = 6
START_SECONDS_MAX = 10
EXPEDITED_FORWARDING = 46  # RFC 3246
SIP = 5060
RELAY_PORTS = range(20000, 20100)
PHONE, ROUTER, TANDEM, GATEWAY = "phone", "router", "tandem", "gateway"
PHONE_ADDRESS, ROUTER_ADDRESS, TANDEM_ADDRESS = "192.168.50.2", "10.77.1.2", "10.77.1.1"
# The gateway's by the number that leads to it.
GATEWAYS = {"0100": "10.77.2.2", "0200": "fd00:77::2"}
OWN_ADDRESSES = ("10.77.2.1", "fd00:77::1")

Case = collections.namedtuple("Case", "title play")


class Bed:
    """Tandem between a telephone behind a NAT and a gateway. `at_gateway` is what has passed its cable in all calls."""

    def __init__(self, binary, folder):
        self.folder = folder
        self.server = None
        self.at_gateway = []
        self.network = network.Network(PHONE, ROUTER, TANDEM, GATEWAY)
        try:
            self.network.cable(PHONE, [PHONE_ADDRESS + "/24"], ROUTER, ["192.168.50.1/24"])
            self.network.cable(ROUTER, [ROUTER_ADDRESS + "/24"], TANDEM, [TANDEM_ADDRESS + "/24"])
            self.network.cable(TANDEM, ["10.77.2.1/24", "fd00:77::1/64"], GATEWAY, ["10.77.2.2/24", "fd00:77::2/64"])
            self.network.ip(PHONE, "route", "add", "default", "via", "192.168.50.1")
            self.network.translate(ROUTER, towards=TANDEM)
            self.server = daemon.Daemon(
                binary, os.path.join(HERE, "namespaces.yaml"), {}, folder, within=self.network.command(TANDEM))
        except BaseException:
            self.stop()
            raise

    def stop(self):
        if self.server:
            self.server.stop()
        self.network.remove()

    def party(self, place, address, user, voice, dials=None):
        return baresip.Baresip(
            user, SIP, audio.Voice(voice, 30), tempfile.mkdtemp(dir=self.folder, prefix=place),
            dial=dials and f"sip:{dials}@{TANDEM_ADDRESS}", address=address, within=self.network.command(place))

    def wait_for_call(self):
        deadline = time.monotonic() + START_SECONDS_MAX
        while time.monotonic() < deadline:
            if any(call["phase"] in ("answered", "confirmed", "up")
                   for call in self.server.request({"request": "calls"})["calls"]):
                return
            time.sleep(0.05)
        raise AssertionError(f"no call was up after {START_SECONDS_MAX} s:\n{self.server.log_tail()}")

    def call(self, number):
        """A call from the telephone, in which both hear each other; the datagrams on the cable of its NAT to Tandem."""
        wires = network.Wire(self.network, TANDEM, ROUTER), network.Wire(self.network, GATEWAY, TANDEM)
        parties = []
        try:
            parties.append(self.party(GATEWAY, GATEWAYS[number], number, "callee"))
            parties[0].wait_until_listening()
            parties.append(self.party(PHONE, PHONE_ADDRESS, "100", "caller", dials=number))
            parties[1].wait_until_listening()
            self.wait_for_call()
            time.sleep(CALL_SECONDS)
        finally:
            for party in reversed(parties):
                party.stop()
            for wire in wires:
                wire.close()
        self.at_gateway += wires[1].datagrams
        judge("gateway", parties[0].heard(), "caller")
        judge("telephone", parties[1].heard(), "callee")
        return wires[0].datagrams


def judge(listener, samples, speaker):
    """Raises AssertionError unless the listener has heard the speaker, from beginning to end."""
    found = hearing.compare(samples, audio.Voice(speaker, 30))
    faults = found.faults(seconds_least=CALL_SECONDS - 2, missing_most=0.02, wrong_most=0.02)
    assert not faults, f"the {listener} did not hear the {speaker}: {'; '.join(faults)}\n({found})"


def behind_a_nat(bed):
    """The telephone has told an address and port that nobody reaches, and has spoken from others."""
    datagrams = bed.call("0100")
    invite = next(one.payload.decode() for one in datagrams if one.payload.startswith(b"INVITE "))
    address = re.search(r"^c=IN IP4 (\S+)", invite, re.MULTILINE)[1]
    port = int(re.search(r"^m=audio (\d+)", invite, re.MULTILINE)[1])
    assert address == PHONE_ADDRESS, f"the telephone's description names {address}: this is no NAT"
    spoke = {one.source for one in datagrams if one.destination[1] in RELAY_PORTS and one.destination[1] % 2 == 0}
    assert len(spoke) == 1, f"the telephone's media came from {spoke}"
    assert spoke != {(ROUTER_ADDRESS, port)}, f"the NAT has kept the port {port}"
    heard = {one.destination for one in datagrams if one.source[1] in RELAY_PORTS and one.source[1] % 2 == 0}
    assert heard >= spoke, f"the telephone's media came from {spoke}, and it was sent media to {heard}"


def marked(bed):
    """Every packet of media that reached the gateway's cable."""
    for address in OWN_ADDRESSES:
        media = [one for one in bed.at_gateway if one.source[0] == address and one.source[1] in RELAY_PORTS]
        assert len(media) > 100, f"{len(media)} packets of media have come from {address}"
        points = {one.code_point for one in media}
        assert points == {EXPEDITED_FORWARDING}, f"the media from {address} have the code points {points}"
        unmarked = {one.code_point for one in bed.at_gateway if one.destination[0] == address}
        assert unmarked == {0}, f"what the gateway sends has the code points {unmarked}: this proves nothing"


CASES = [
    Case("F51: a telephone behind a NAT that gives it another address and port is heard and hears", behind_a_nat),
    Case("a telephone with IPv4 and a gateway with IPv6 hear each other", lambda bed: bed.call("0200")),
    Case("media leave with code point 46 over IPv4 and IPv6, as seen on the cable", marked),
]
