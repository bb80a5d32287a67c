"""A baresip that speaks: plays a voice to whom it calls or who calls it, and records what it hears.

Its RTP socket is bound to no address, so that on loopback its packets always come from 127.0.0.1. A party on another
address of loopback would speak from one that it hasn't named, and a relay has to take that for a stranger.
"""
import glob
import os
import shutil
import signal
import subprocess
import time

import audio

START_SECONDS_MAX = 10
LAST_LINES = 6
MODULES = "/usr/lib/baresip/modules"
ADDRESS = "127.0.0.1"
CODECS = {"ulaw": "PCMU/8000/1", "alaw": "PCMA/8000/1"}
CONFIGURATION = """\
module_path {modules}
sip_listen {host}:{port}
net_interface {address}
rtp_ports {first}-{last}
rtp_tos 0
rtp_stats yes
audio_player aubridge,nobody
audio_alert aubridge,nobody
audio_source aufile,{folder}/voice.wav
snd_path {folder}
module g711.so
module aubridge.so
module aufile.so
module sndfile.so
module_app account.so
module_app menu.so
"""
ACCOUNT = "<sip:{user}@{host}:{port}>;regint=0;answermode=auto;audio_codecs={codec};mediaenc=none\n"


class Missing(Exception):
    """baresip is not installed."""


class NotStarted(AssertionError):
    """A baresip doesn't listen, in a sentence with its last words. Mostly somebody else has its port."""


def with_other_ports(play, say):
    """What `play(0)` gives; when a baresip did not start there, that is said, and `play(1)` has to do it elsewhere."""
    try:
        return play(0)
    except NotStarted as error:
        say(f"again, with other ports: {error}")
        return play(1)


class Baresip:
    """A running baresip. It answers by itself; `dial` is the URI that it calls at its start, `within` the words before
    its command that put it elsewhere than on this machine's own network."""

    def __init__(self, user, port, voice, folder, law="ulaw", dial=None, rtp_ports=(30000, 30099), address=ADDRESS,
                 within=()):
        if not shutil.which("baresip"):
            raise Missing("baresip is not installed; run: apt-get install baresip-core")
        self.folder = folder
        self.port = port
        os.makedirs(folder, exist_ok=True)
        audio.write_wave(os.path.join(folder, "voice.wav"), voice.samples())
        host = f"[{address}]" if ":" in address else address
        values = {"modules": MODULES, "address": address, "host": host, "port": port, "first": rtp_ports[0], "last": rtp_ports[1],
                  "folder": folder, "user": user, "codec": CODECS[law]}
        for name, text in (("config", CONFIGURATION), ("accounts", ACCOUNT), ("contacts", "")):
            with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                file.write(text.format(**values))
        family = "-6" if ":" in address else "-4"
        command = [*within, "baresip", family, "-f", folder] + (["-e", f"d {dial}"] if dial else [])
        self.log_path = os.path.join(folder, "baresip.log")
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(
                command, cwd=folder, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)

    def log(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as file:
            return file.read()

    def wait_until_listening(self):
        """Waits for its own socket: another's on the same port is none."""
        deadline = time.monotonic() + START_SECONDS_MAX
        while self.process.poll() is None:
            if self._sockets() & self._bound():
                return
            if time.monotonic() > deadline:
                raise NotStarted(f"baresip did not listen on port {self.port} within {START_SECONDS_MAX} s:\n{self._end()}")
            time.sleep(0.02)
        raise NotStarted(
            f"baresip did not start on port {self.port}, it ended with code {self.process.returncode}:\n{self._end()}")

    def _sockets(self):
        """The numbers of the sockets that the process has."""
        found = set()
        try:
            for descriptor in os.listdir(f"/proc/{self.process.pid}/fd"):
                kind, _, number = os.readlink(f"/proc/{self.process.pid}/fd/{descriptor}").partition(":")
                if kind == "socket":
                    found.add(number.strip("[]"))
        except FileNotFoundError:  # closed meanwhile, or ended
            pass
        return found

    def _bound(self):
        """The numbers of the UDP sockets that are bound to its port, in its network."""
        found = set()
        for table in ("udp", "udp6"):
            try:
                with open(f"/proc/{self.process.pid}/net/{table}", encoding="ascii") as file:
                    found.update(line.split()[9] for line in file if f":{self.port:04X} " in line)
            except OSError:  # ended meanwhile
                pass
        return found

    def _end(self):
        return "\n".join(self.log().splitlines()[-LAST_LINES:])

    def stop(self):
        """Hangs up and ends; the recording is complete then. The exit code, or None when it had to be killed."""
        if self.process.poll() is not None:
            return self.process.returncode
        self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return None

    def heard(self):
        """The samples of what it heard, of the last call; empty when there was none."""
        found = sorted(glob.glob(os.path.join(self.folder, "dump-*-dec.wav")))
        return audio.read_wave(found[-1]) if found else []
