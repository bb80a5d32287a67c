"""A party's media: says its voice in RTP packets of 20 ms, and records what comes by the packets' own timestamps."""
import array
import socket
import struct
import threading
import time

import audio

PAYLOAD_TYPES = {"ulaw": 0, "alaw": 8}
FRAME_SECONDS = 0.02
RECORD_SECONDS_MAX = 600
HEADER = struct.Struct("!BBHII")


class Recording:
    """Samples put together from RTP packets: each at the place that its timestamp says, silence where none came."""

    def __init__(self, law):
        self.law = law
        self.packets = self.others = self.late = 0
        self._first = None
        self._frames = {}

    def take(self, packet):
        """Takes one datagram; what is no RTP of the expected kind is counted and left out."""
        if len(packet) < HEADER.size or packet[0] >> 6 != 2:
            self.others += 1
            return
        flags, kind, _, stamp, source = HEADER.unpack_from(packet)
        begin = HEADER.size + 4 * (flags & 0x0F)
        if kind & 0x7F != PAYLOAD_TYPES[self.law] or flags & 0x10 or len(packet) < begin:
            self.others += 1
            return
        if self._first is None or self._first[0] != source:
            # Another stream goes on where the one before has ended.
            end = max((place + len(samples) for place, samples in self._frames.items()), default=0)
            self._first = source, stamp, end
        place = ((stamp - self._first[1] + 2 ** 31) % 2 ** 32) - 2 ** 31 + self._first[2]
        if not 0 <= place < RECORD_SECONDS_MAX * audio.RATE:
            self.late += 1
            return
        self.packets += 1
        self._frames.setdefault(place, audio.decode(packet[begin:], self.law))

    def samples(self):
        """All that was heard."""
        end = max((place + len(samples) for place, samples in self._frames.items()), default=0)
        heard = array.array("h", bytes(2 * end))
        for place, samples in self._frames.items():
            heard[place:place + len(samples)] = samples
        return heard


class Phone:
    """A socket with a voice. Speaks to where it is told, or to whoever speaks to it first."""

    def __init__(self, address, port, voice, law="ulaw", remote=None):
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self._socket = socket.socket(family, socket.SOCK_DGRAM)
        self._socket.bind((address, port))
        self.port = self._socket.getsockname()[1]
        self.recording = Recording(law)
        self.remote = remote
        self.sent = 0
        self._law = law
        self._payload = audio.encode(voice.samples(), law) if voice else b""
        self._ends = threading.Event()
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._hear, self._say)]

    def start(self):
        for thread in self._threads:
            thread.start()
        return self

    def stop(self):
        """Ends both directions; the recording is complete then."""
        self._ends.set()
        for thread in self._threads:
            thread.join()
        self._socket.close()

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    def _hear(self):
        self._socket.settimeout(0.1)
        while not self._ends.is_set():
            try:
                packet, sender = self._socket.recvfrom(9216)
            except TimeoutError:
                continue
            except ConnectionRefusedError:
                continue  # what was said met a closed port
            if self.remote is None:
                self.remote = sender
            self.recording.take(packet)

    def _say(self):
        source = self.port << 16 | 0x5AFE
        due = time.monotonic()
        while self._payload and not self._ends.is_set():
            due += FRAME_SECONDS
            if self.remote is not None:
                begin = self.sent * audio.FRAME % len(self._payload)
                header = HEADER.pack(
                    0x80, PAYLOAD_TYPES[self._law] | (0x80 if self.sent == 0 else 0), self.sent & 0xFFFF,
                    self.sent * audio.FRAME & 0xFFFFFFFF, source)
                try:
                    self._socket.sendto(header + self._payload[begin:begin + audio.FRAME], self.remote)
                except ConnectionRefusedError:
                    pass  # the port behind was closed when the packet before came
                self.sent += 1
            self._ends.wait(max(0.0, due - time.monotonic()))
