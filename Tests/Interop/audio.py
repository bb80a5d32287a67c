"""Test speech: a signal that names itself, so that what is heard can be compared with what was said.

A voice says a row of chords of two tones, 240 ms each, in an order that only it has. Two voices have no tone in common:
a crossed or looped connection is heard as the wrong voice, not as a poor copy. All tones are multiples of 50 Hz, so that
a window of 20 ms holds whole periods of each and no tone is seen in another's place.
"""
import array
import math
import random
import wave

RATE = 8000
FRAME = 160  # samples of a packet of 20 ms
FRAMES_PER_CHORD = 12
AMPLITUDE = 6000  # of each tone: about 9 dB below the largest sine of 16 bits, together
LAWS = ("ulaw", "alaw")
# Tones of the two voices; none is one of DTMF, whose detectors some peers have.
TONES = {
    "caller": ((400, 500, 600, 800), (1150, 1250, 1400, 1550)),
    "callee": ((450, 550, 650, 750), (1050, 1300, 1500, 1700)),
}


class Voice:
    """The chords that one party says, in order; the row begins anew when it is over."""

    def __init__(self, name, seconds=10.0):
        low, high = TONES[name]
        self.name = name
        self.chords = [(one, other) for one in low for other in high]
        order = random.Random(name)
        self.row = [order.randrange(len(self.chords))]
        while len(self.row) * FRAMES_PER_CHORD * 0.02 < seconds:
            chord = order.randrange(len(self.chords))
            if chord != self.row[-1]:
                self.row.append(chord)
        self.frames = len(self.row) * FRAMES_PER_CHORD

    def chord_at(self, frame):
        """The chord of the 20 ms with this number, counted from the beginning of the voice."""
        return self.row[frame // FRAMES_PER_CHORD % len(self.row)]

    def samples(self):
        """The whole row as 16-bit samples."""
        found = array.array("h")
        for chord in self.row:
            steps = [2 * math.pi * tone / RATE for tone in self.chords[chord]]
            found.extend(
                round(AMPLITUDE * sum(math.sin(step * index) for step in steps))
                for index in range(FRAME * FRAMES_PER_CHORD))
        return found


def _ulaw_byte(sample):
    """ITU-T G.711, table 2: sign, exponent, mantissa, all bits inverted."""
    sign = 0x80 if sample < 0 else 0
    magnitude = min(abs(sample), 32635) + 132
    exponent = magnitude.bit_length() - 8
    return ~(sign | exponent << 4 | magnitude >> (exponent + 3) & 0x0F) & 0xFF


def _ulaw_sample(byte):
    byte = ~byte & 0xFF
    magnitude = ((byte & 0x0F) * 8 + 132 << (byte >> 4 & 7)) - 132
    return -magnitude if byte & 0x80 else magnitude


def _alaw_byte(sample):
    """ITU-T G.711, table 1: sign, exponent, mantissa, every other bit inverted."""
    sign = 0x80 if sample >= 0 else 0
    magnitude = min(sample if sample >= 0 else ~sample, 32767) >> 3
    exponent = max(0, magnitude.bit_length() - 5)
    mantissa = magnitude >> max(1, exponent) & 0x0F
    return (sign | exponent << 4 | mantissa) ^ 0x55


def _alaw_sample(byte):
    byte ^= 0x55
    exponent = byte >> 4 & 7
    magnitude = (byte & 0x0F) * 16 + 8
    if exponent:
        magnitude = magnitude + 256 << exponent - 1
    return magnitude if byte & 0x80 else -magnitude


_ENCODE = {"ulaw": _ulaw_byte, "alaw": _alaw_byte}
_DECODE = {
    "ulaw": [_ulaw_sample(byte) for byte in range(256)],
    "alaw": [_alaw_sample(byte) for byte in range(256)],
}


def encode(samples, law):
    """16-bit samples as G.711."""
    known = {}
    one = _ENCODE[law]
    return bytes(known[sample] if sample in known else known.setdefault(sample, one(sample)) for sample in samples)


def decode(payload, law):
    """G.711 as 16-bit samples."""
    table = _DECODE[law]
    return array.array("h", [table[byte] for byte in payload])


def write_raw(path, voice, law):
    """The voice as headerless G.711: what SIPp's rtp_stream plays."""
    with open(path, "wb") as file:
        file.write(encode(voice.samples(), law))


def write_wave(path, samples):
    """Samples as a WAV file: what baresip's aufile plays."""
    with wave.open(path, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(array.array("h", samples).tobytes())


def read_wave(path):
    """The samples of a mono WAV file of 8 kHz and 16 bits: what baresip's sndfile writes."""
    with wave.open(path, "rb") as file:
        shape = file.getnchannels(), file.getsampwidth(), file.getframerate()
        if shape != (1, 2, RATE):
            raise ValueError(f"{path} has {shape[0]} channels of {shape[1]} bytes at {shape[2]} Hz, not 1 of 2 at {RATE}")
        return array.array("h", file.readframes(file.getnframes()))
