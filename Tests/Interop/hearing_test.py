"""Proves that the comparison of voices finds each kind of damage, and finds nothing where there is none."""
import array
import os
import random
import sys
import tempfile
import time
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import audio  # noqa: E402
import hearing  # noqa: E402
import rtp  # noqa: E402

CALLER, CALLEE = audio.Voice("caller"), audio.Voice("callee")
FRAME = audio.FRAME


def through(voice, law="ulaw"):
    """The voice after one passage through G.711."""
    return audio.decode(audio.encode(voice.samples(), law), law)


def spoilt(voice, change):
    """The voice with `change(number, frame)` in the place of each frame; None drops it from the row."""
    samples = through(voice)
    frames = [change(number, samples[number * FRAME:(number + 1) * FRAME]) for number in range(voice.frames)]
    return array.array("h", b"".join(frame.tobytes() for frame in frames if frame is not None))


SILENCE = array.array("h", bytes(2 * FRAME))


class Codec(unittest.TestCase):
    def test_every_byte_is_its_own_sample(self):
        for law in audio.LAWS:
            for byte in range(256):
                sample = audio.decode(bytes([byte]), law)[0]
                again = audio.encode([sample], law)[0]
                self.assertEqual(audio.decode(bytes([again]), law)[0], sample, f"{law} {byte:#x}")

    def test_values_of_the_recommendation(self):
        self.assertEqual([audio.decode(bytes([byte]), "ulaw")[0] for byte in (0x00, 0x80, 0xFF, 0x7F, 0xF0)],
                         [-32124, 32124, 0, 0, 120])
        self.assertEqual([audio.decode(bytes([byte]), "alaw")[0] for byte in (0x2A, 0xAA, 0xD5, 0x55, 0xC5)],
                         [-32256, 32256, 8, -8, 264])


class Voices(unittest.TestCase):
    def test_a_voice_through_either_codec_is_right(self):
        for law in audio.LAWS:
            for voice in (CALLER, CALLEE):
                found = hearing.compare(through(voice, law), voice)
                self.assertEqual(found.faults(), [], f"{law} {voice.name}: {found}")
                self.assertGreater(found.right, 0.999)
                self.assertLess(abs(found.level), 0.1)

    def test_a_recording_may_begin_anywhere_and_have_silence_around_it(self):
        for cut in (1, 77, 160, 5000, 33333):
            samples = SILENCE * 40 + through(CALLER)[cut:] + through(CALLER)[:20000] + SILENCE * 10
            found = hearing.compare(samples, CALLER)
            self.assertEqual(found.faults(), [], f"cut at {cut}: {found}")

    def test_noise_of_a_line_does_no_harm(self):
        noise = random.Random(1)
        samples = array.array("h", [sample + noise.randrange(-200, 200) for sample in through(CALLER)])
        self.assertEqual(hearing.compare(samples, CALLER).faults(), [])


class Damage(unittest.TestCase):
    def faults(self, samples, voice=CALLER):
        found = hearing.compare(samples, voice)
        return found, " ".join(found.faults())

    def test_swapped_directions(self):
        found, faults = self.faults(through(CALLEE))
        self.assertIn("other party's voice", faults)
        self.assertGreater(found.other, 0.99)

    def test_silence(self):
        self.assertIn("only 0.0 s", self.faults(SILENCE * 400)[1])
        self.assertIn("only 0.0 s", self.faults(array.array("h"))[1])

    def test_a_tenth_lost(self):
        chance = random.Random(2)
        found, faults = self.faults(spoilt(CALLER, lambda _, frame: SILENCE if chance.random() < 0.1 else frame))
        self.assertIn("missing", faults)
        self.assertAlmostEqual(found.missing, 0.1, delta=0.04)
        self.assertGreater(found.right, 0.85)

    def test_a_pause(self):
        _, faults = self.faults(spoilt(CALLER, lambda number, frame: SILENCE if 200 <= number < 230 else frame))
        self.assertIn("missing", faults)

    def test_one_wrong_chord(self):
        wrong = (CALLER.chord_at(240) + 5) % len(CALLER.chords)
        other = audio.Voice("caller")
        other.row[20] = wrong
        self.assertIn("is wrong", self.faults(through(other))[1])

    def test_disorder(self):
        samples = through(CALLER)
        parts = [samples[start:start + 40 * FRAME] for start in range(0, len(samples), 40 * FRAME)]
        parts[1::2], parts[0::2] = parts[0::2][:len(parts[1::2])], parts[1::2] + parts[0::2][len(parts[1::2]):]
        self.assertNotEqual(self.faults(array.array("h", b"".join(part.tobytes() for part in parts)))[1], "")

    def test_half_the_level_and_one_and_a_half_decibels(self):
        for factor, decibels in ((0.5, -6.0), (1.19, 1.5)):
            samples = array.array("h", [round(sample * factor) for sample in through(CALLER)])
            found, faults = self.faults(samples)
            self.assertIn("level", faults)
            self.assertAlmostEqual(found.level, decibels, delta=0.2)

    def test_a_packet_in_the_wrong_place_of_time(self):
        _, faults = self.faults(spoilt(CALLER, lambda number, frame: None if 250 <= number < 256 else frame))
        self.assertIn("jumps", faults)

    def test_the_wrong_codec(self):
        coded = audio.encode(CALLER.samples(), "alaw")
        self.assertNotEqual(self.faults(audio.decode(coded, "ulaw"))[1], "")

    def test_a_mix_of_both(self):
        both = array.array("h", [one + other for one, other in zip(through(CALLER), through(CALLEE))])
        self.assertNotEqual(self.faults(both)[1], "")


class Packets(unittest.TestCase):
    def packets(self, voice, law="ulaw", stamp=2 ** 32 - 1600):
        coded = audio.encode(voice.samples(), law)
        return [rtp.HEADER.pack(0x80, rtp.PAYLOAD_TYPES[law], number & 0xFFFF, (stamp + number * FRAME) % 2 ** 32, 7)
                + coded[number * FRAME:(number + 1) * FRAME] for number in range(voice.frames)]

    def test_packets_in_disorder_twice_and_across_the_wrap_are_put_in_place(self):
        packets = self.packets(CALLER)
        packets[11], packets[13] = packets[13], packets[11]
        packets.insert(50, packets[49])
        recording = rtp.Recording("ulaw")
        for packet in packets:
            recording.take(packet)
        self.assertEqual(hearing.compare(recording.samples(), CALLER).faults(), [])

    def test_lost_packets_leave_silence_in_their_place(self):
        recording = rtp.Recording("ulaw")
        for number, packet in enumerate(self.packets(CALLER)):
            if number % 10:
                recording.take(packet)
        found = hearing.compare(recording.samples(), CALLER)
        self.assertAlmostEqual(found.missing, 0.1, delta=0.01)
        self.assertEqual(found.slips, 0)

    def test_what_is_no_rtp_is_left_out(self):
        recording = rtp.Recording("ulaw")
        for packet in (b"", b"\x80\x00", b"\x00" * 172, b"\x80\x08" + bytes(170), b"\x90\x00" + bytes(20)):
            recording.take(packet)
        self.assertEqual((recording.packets, recording.others, len(recording.samples())), (0, 5, 0))

    def test_two_phones_hear_each_other(self):
        with rtp.Phone("127.0.0.1", 0, CALLEE) as callee, \
                rtp.Phone("127.0.0.1", 0, CALLER, remote=("127.0.0.1", callee.port)) as caller:
            time.sleep(3.6)
        for phone, voice in ((callee, CALLER), (caller, CALLEE)):
            found = hearing.compare(phone.recording.samples(), voice)
            self.assertEqual(found.faults(), [], str(found))


class Files(unittest.TestCase):
    def test_a_wave_file_keeps_the_voice(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "voice.wav")
            audio.write_wave(path, CALLER.samples())
            self.assertEqual(audio.read_wave(path), CALLER.samples())

    def test_the_raw_file_has_a_byte_a_sample(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "voice.ulaw")
            audio.write_raw(path, CALLER, "ulaw")
            self.assertEqual(os.path.getsize(path), CALLER.frames * FRAME)


if __name__ == "__main__":
    unittest.main()
