"""A hundred calls a second through the relay, while signalling is killed again and again."""
import json
import os
import signal
import subprocess
import tempfile
import time

import sipp

CALLS_PER_SECOND = 100
KILLS = 3
NUMBER = "0900"
RETURN_SECONDS_MAX = 10
LAST_CALL_SECONDS_MAX = 5
OWNERLESS_SECONDS = 15
# A BYE that nobody answers is given up after 64 × T1 (RFC 3261 §17.1.2.2).
TIMER_F_SECONDS = 32
# Calls of a second stay up for one: fewer than that are no crowd.
SESSIONS_LEAST = 50


def status(server):
    """What `tandem relay status` says: the relay itself, whatever becomes of signalling."""
    command = server.command + ["relay", "status", "--json", "--config", server.configuration]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def signalling(server):
    """The process of signalling; None while it is away, or so busy with its start that it says so instead."""
    try:
        return server.request({"request": "status"}).get("status", {}).get("process")
    except OSError:
        return None


def place(port, server_port):
    return sipp.Place("crowd", "127.0.0.1", port, "127.0.0.1", server_port)


def disturb(bed):
    """Kills signalling under a hundred calls a second. The relay has to outlive it, and each new signalling to serve."""
    folder = tempfile.mkdtemp(dir=bed.folder)
    relay = status(bed.server)["process"]
    players = []

    def play(scenario, port, calls, rate):
        players.append(sipp.Player(
            place(port, bed.uc), scenario, {}, {"called": NUMBER, "caller": "100"}, tempfile.mkdtemp(dir=folder), calls,
            rate))
        return players[-1]
    try:
        play("callee-crowd.xml", bed.crowd, 100_000, CALLS_PER_SECOND)
        callers = play("caller-crowd.xml", bed.crowd + 1, 100_000, CALLS_PER_SECOND)
        for kill in range(KILLS):
            time.sleep(1.5)
            sessions = status(bed.server)["sessions"]
            assert sessions >= SESSIONS_LEAST, f"only {sessions} sessions were up before kill {kill + 1}"
            kill_and_wait(bed.server)
        fresh = play("caller-crowd.xml", bed.crowd + 2, 20, 20)
        code = fresh.wait(sipp.TIMEOUT_SECONDS)
        assert code == 0, f"calls after the last kill failed, SIPp ended with {code}:\n{fresh.complaint()}"
        assert status(bed.server)["process"] == relay, "the relay has died with signalling"
        callers.process.send_signal(signal.SIGUSR1)  # SIPp begins no more calls
        wait_until_idle(bed.server)
    finally:
        for player in players:
            player.stop()


def kill_and_wait(server):
    old = signalling(server)
    assert old and old != server.process.pid, "signalling and the supervisor are one process"
    os.kill(old, signal.SIGKILL)
    deadline = time.monotonic() + RETURN_SECONDS_MAX
    while signalling(server) in (None, old):
        assert time.monotonic() < deadline, f"signalling was not back after {RETURN_SECONDS_MAX} s:\n{server.log_tail()}"
        time.sleep(0.02)


def wait_until_idle(server):
    """Waits until the crowd has hung up; the call whose parties speak goes on."""
    deadline = time.monotonic() + LAST_CALL_SECONDS_MAX
    while calls := [one for one in crowd_calls(server) if one["phase"] != "ending"]:
        assert time.monotonic() < deadline, f"{len(calls)} calls have not ended: {calls[:3]}"
        time.sleep(0.1)


def crowd_calls(server):
    return [one for one in server.request({"request": "calls"})["calls"] if one["to"] == NUMBER]


def nothing_is_left(bed):
    """What the dead had set up is deleted when its time is over, and its ports are free again.

    The last calls that ended before a kill may get one BYE more, of which SIPp, whose call is over, takes no notice.
    """
    deadline = time.monotonic() + TIMER_F_SECONDS + LAST_CALL_SECONDS_MAX
    while calls := crowd_calls(bed.server):
        assert time.monotonic() < deadline, f"{len(calls)} calls are left: {calls[:3]}"
        time.sleep(0.2)
    deadline = time.monotonic() + OWNERLESS_SECONDS + 5
    while True:
        found = status(bed.server)
        if found["sessions"] == 0 and all(one["pairsInUse"] == 0 for one in found["interfaces"]):
            return
        assert time.monotonic() < deadline, f"left at the relay: {found}"
        time.sleep(0.2)
