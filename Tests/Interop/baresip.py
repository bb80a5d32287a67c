"""A baresip that speaks: plays a voice to whom it calls or who calls it, and records what it hears.

Its RTP socket is bound to no address, so that on loopback its packets always come from 127.0.0.1. A party on another
address of loopback would speak from one that it hasn't named, and a relay has to take that for a stranger.
"""
import glob
import os
import shutil
import signal
import subprocess

import audio

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


class Baresip:
    """A running baresip. It answers by itself; `dial` is the URI that it calls at its start, `within` the words before
    its command that put it elsewhere than on this machine's own network."""

    def __init__(self, user, port, voice, folder, law="ulaw", dial=None, rtp_ports=(30000, 30099), address=ADDRESS,
                 within=()):
        if not shutil.which("baresip"):
            raise Missing("baresip is not installed; run: apt-get install baresip-core")
        self.folder = folder
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

    def stop(self):
        """Hangs up and ends; the recording is complete then. The exit code, or None when it had to be killed."""
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
