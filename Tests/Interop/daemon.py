"""A Tandem of our own for the tests: its folder, its ports, its start and its end."""
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.abspath(os.path.join(HERE, "..", ".."))
START_SECONDS_MAX = 20
PORTS_NEEDED = 40


class NotRunning(Exception):
    """Why the daemon is not there, in a sentence with the end of its log."""


def free_port_base(number=0):
    """The first of a run of ports that nobody uses, so that two test runs can share a machine; another for each number."""
    for base in range(34000 + os.getpid() % 40 * 100 + number * 5000, 60000, 100):
        try:
            for port in range(base, base + PORTS_NEEDED):
                for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
                    with socket.socket(socket.AF_INET, kind) as probe:
                        probe.bind(("0.0.0.0", port))
            return base
        except OSError:
            continue
    raise NotRunning("no free range of ports between 34000 and 60000")


def shipped_plugins(build):
    """The files of the plugins of a build."""
    files = [os.path.join(build, f"lib{name}.so") for name in sorted(os.listdir(os.path.join(ROOT, "Plugins")))]
    return [file for file in files if os.path.exists(file)]


def plugin_folder(files, target):
    """A folder with these plugins and nothing else in it."""
    os.makedirs(target, mode=0o755)
    for file in files:
        shutil.copy(file, target)
    return target


class Daemon:
    """A running `tandem run`. It says by sd_notify when it serves. `within` are the words before its command that put it
    elsewhere than on this machine's own network; `plugins` the files of plugins, those of its build unless said otherwise;
    `environment` what it gets beside our environment."""

    def __init__(self, binary, configuration, values, folder, within=(), plugins=None, environment=None):
        self.environment = environment or {}
        self.command = [*within, binary]
        self.folder = folder
        self.socket_path = os.path.join(folder, "tandem.sock")
        self.plugins = plugin_folder(
            plugins or shipped_plugins(os.path.dirname(binary)), os.path.join(folder, "plugins"))
        values = dict(values, SOCKET=self.socket_path, PLUGINS=self.plugins)
        self.configuration = os.path.join(folder, "tandem.yaml")
        with open(configuration, encoding="utf-8") as file:
            text = re.sub(r"@([A-Z_0-9]+)@", lambda found: str(values[found.group(1)]), file.read())
        with open(self.configuration, "w", encoding="utf-8") as file:
            file.write(text)
        self.log_path = os.path.join(folder, "tandem.log")
        self._start()

    def _start(self):
        notify_path = os.path.join(self.folder, "notify")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify, open(self.log_path, "wb") as log:
            notify.bind(notify_path)
            notify.settimeout(0.2)
            self.process = subprocess.Popen(
                [*self.command, "run", "--config", self.configuration], cwd=self.folder, stdout=log,
                stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                env=dict(os.environ, NOTIFY_SOCKET=notify_path, **self.environment))
            deadline = time.monotonic() + START_SECONDS_MAX
            while time.monotonic() < deadline:
                if self.process.poll() is not None:
                    raise NotRunning(f"tandem ended at its start with code {self.process.returncode}:\n{self.log_tail()}")
                try:
                    if b"READY=1" in notify.recv(4096):
                        return
                except TimeoutError:
                    continue
        self.stop()
        raise NotRunning(f"tandem was not ready within {START_SECONDS_MAX} s:\n{self.log_tail()}")

    def log_tail(self, lines=20):
        with open(self.log_path, encoding="utf-8", errors="replace") as file:
            return "".join(file.readlines()[-lines:])

    def request(self, request):
        """What the daemon answers on its control socket: one JSON object for another."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as stream:
            stream.settimeout(5)
            stream.connect(self.socket_path)
            stream.sendall(json.dumps(request).encode() + b"\n")
            answer = b""
            while b"\n" not in answer:
                part = stream.recv(65536)
                if not part:
                    break
                answer += part
        return json.loads(answer)

    def is_running(self):
        return self.process.poll() is None

    def stop(self):
        """Asks the daemon to end; its exit code, or None when it had to be killed."""
        if self.is_running():
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                return None
        return self.process.returncode
