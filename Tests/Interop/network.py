"""Networks of our own for tests: network namespaces with cables between them, a NAT, and a look at what is on a cable."""
import collections
import contextlib
import ctypes
import ipaddress
import os
import shutil
import socket
import struct
import subprocess
import threading

NAMES = "/run/netns"
CLONE_NEWNET = 0x40000000
ETH_P_ALL = 3
UDP = 17
# A datagram as it was on the cable. `code_point` is of RFC 2474, `source` and `destination` are (address, port).
Datagram = collections.namedtuple("Datagram", "source destination code_point payload")


class Unavailable(Exception):
    """Why this machine makes no namespaces, in a sentence."""


class Network:
    """Namespaces that are gone, with all that is in them, after `remove`."""

    def __init__(self, *names):
        self.names = {}
        for tool in ("ip", "iptables"):
            if not shutil.which(tool):
                raise Unavailable(f"`{tool}` is not installed")
        if os.geteuid() != 0:
            raise Unavailable("only root can make network namespaces")
        try:
            for name in names:
                self.names[name] = f"tandem-{os.getpid()}-{name}"
                self._ip("netns", "add", self.names[name])
                self.ip(name, "link", "set", "lo", "up")
        except Unavailable:
            self.remove()
            raise

    def remove(self):
        for name in self.names.values():
            subprocess.run(["ip", "netns", "delete", name], check=False, capture_output=True)

    @staticmethod
    def _ip(*words):
        try:
            subprocess.run(["ip", *words], check=True, capture_output=True, text=True)
        except subprocess.CalledProcessError as error:
            raise Unavailable(f"this machine refuses `ip {' '.join(words)}`: {error.stderr.strip()}") from error

    def ip(self, name, *words):
        """`ip` in a namespace."""
        self._ip("-n", self.names[name], *words)

    def command(self, name):
        """The words before a command that runs it in a namespace."""
        return ["ip", "netns", "exec", self.names[name]]

    def run(self, name, *words):
        """What a command prints that is run in a namespace."""
        return subprocess.run(self.command(name) + list(words), check=True, capture_output=True, text=True).stdout

    def cable(self, one, one_addresses, other, other_addresses):
        """A cable between two namespaces; its end in each is named as the other, and has these addresses."""
        self.ip(one, "link", "add", other, "type", "veth", "peer", "name", one, "netns", self.names[other])
        for name, end, addresses in ((one, other, one_addresses), (other, one, other_addresses)):
            self.ip(name, "link", "set", end, "addrgenmode", "none")
            for address in addresses:
                self.ip(name, "address", "add", address, "dev", end, *(["nodad"] if ":" in address else []))
            self.ip(name, "link", "set", end, "up")

    def translate(self, router, towards):
        """Makes a NAT of a namespace: what it forwards on that cable comes from its own address, from any port."""
        self.run(router, "sh", "-c", "echo 1 >/proc/sys/net/ipv4/ip_forward")
        try:
            self.run(router, "iptables", "-t", "nat", "-A", "POSTROUTING", "-o", towards, "-p", "udp", "-j", "MASQUERADE",
                     "--random-fully")
        except subprocess.CalledProcessError as error:
            raise Unavailable(f"this machine has no NAT: {error.stderr.strip()}") from error

    @contextlib.contextmanager
    def inside(self, name):
        """This thread in a namespace. Sockets that are made there stay there."""
        library = ctypes.CDLL(None, use_errno=True)
        with open("/proc/thread-self/ns/net", "rb") as own, open(f"{NAMES}/{self.names[name]}", "rb") as other:
            if library.setns(other.fileno(), CLONE_NEWNET) != 0:
                raise OSError(ctypes.get_errno(), "setns")
            try:
                yield
            finally:
                library.setns(own.fileno(), CLONE_NEWNET)


class Wire:
    """All datagrams of UDP that pass an end of a cable, as they are on it."""

    def __init__(self, network, name, end):
        with network.inside(name):
            self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ETH_P_ALL))
            self._socket.bind((end, 0))
        self._socket.settimeout(0.2)
        self._is_open = True
        self.datagrams = []
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self):
        while self._is_open:
            with contextlib.suppress(TimeoutError):
                datagram = parse(self._socket.recv(65536))
                if datagram:
                    self.datagrams.append(datagram)

    def close(self):
        self._is_open = False
        self._thread.join()
        self._socket.close()


def parse(packet):
    """The datagram in a packet of IPv4 (RFC 791) or IPv6 (RFC 8200); None for anything else, fragments too."""
    if packet[0] >> 4 == 4:
        start, protocol, traffic_class = (packet[0] & 15) * 4, packet[9], packet[1]
        addresses = packet[12:16], packet[16:20]
        if struct.unpack_from("!H", packet, 6)[0] & 0x3FFF:
            return None
    else:
        start, protocol, traffic_class = 40, packet[6], struct.unpack_from("!H", packet)[0] >> 4 & 0xFF
        addresses = packet[8:24], packet[24:40]
    if protocol != UDP:
        return None
    ports = struct.unpack_from("!HH", packet, start)
    source, destination = ((str(ipaddress.ip_address(address)), port) for address, port in zip(addresses, ports))
    return Datagram(source, destination, traffic_class >> 2, packet[start + 8:])
