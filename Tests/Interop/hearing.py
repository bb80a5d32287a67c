"""Compares a recording with the voice that should be in it: chord by chord, not packet by packet."""
import collections
import math

import audio

SILENCE_RMS = 60  # below this a window is silent; a voice has 6,000
SHARE_OF_CHORD = 0.85  # of a window's power that the two tones of a chord have when nothing else is heard
CHUNK = 100  # windows after which the recording's place in the voice is looked for anew
DRIFT = 12  # windows by which a jitter buffer may have shifted it meanwhile
MATCH_LEAST = 0.25  # of a chunk's windows; below that, its place isn't known and the last one holds

# What is heard in a window.
Heard = collections.namedtuple("Heard", "voice chord level")
SILENT = Heard(None, None, None)
NOISE = Heard("noise", None, None)


class Comparison:
    """What became of a voice, in shares of all windows of 20 ms."""

    def __init__(self, windows, right, missing, wrong, other, level, slips):
        self.windows = windows
        self.right = right  # the chord that was said
        self.missing = missing  # silence
        self.wrong = wrong  # noise, or another chord of the same voice: disorder, damage
        self.other = other  # the other voice: crossed or looped
        self.level = level  # dB against what was said; None when nothing was right
        self.slips = slips  # windows by which the recording jumped against the voice

    def __str__(self):
        level = "no level" if self.level is None else f"{self.level:+.1f} dB"
        return (f"{self.windows * 0.02:.1f} s: {self.right:.1%} right, {self.missing:.1%} missing, {self.wrong:.1%} wrong, "
                f"{self.other:.1%} of the other voice, {level}, {self.slips} slips")

    def faults(self, seconds_least=3.0, missing_most=0.02, wrong_most=0.02, level_most=1.0, slips_most=0):
        """What is wrong, a sentence each; nothing when the voice came through."""
        found = []
        if self.windows * 0.02 < seconds_least:
            found.append(f"only {self.windows * 0.02:.1f} s were recorded, at least {seconds_least} are needed")
        if self.other > 0:
            found.append(f"{self.other:.1%} is the other party's voice")
        if self.missing > missing_most:
            found.append(f"{self.missing:.1%} is missing, at most {missing_most:.0%} may")
        if self.wrong > wrong_most:
            found.append(f"{self.wrong:.1%} is wrong, at most {wrong_most:.0%} may be")
        if self.level is not None and abs(self.level) > level_most:
            found.append(f"the level is {self.level:+.1f} dB off, at most {level_most} may be")
        if self.slips > slips_most:
            found.append(f"the recording jumps by {self.slips} windows in all, at most {slips_most} may be")
        return found


def _power(window, tone):
    """The mean power of one tone in a window (Goertzel's algorithm)."""
    factor = 2 * math.cos(2 * math.pi * tone / audio.RATE)
    last = before = 0.0
    for sample in window:
        last, before = sample + factor * last - before, last
    return 2 * (last * last + before * before - factor * last * before) / len(window) ** 2


def listen(window):
    """What is heard in 20 ms."""
    total = sum(sample * sample for sample in window) / len(window)
    if total < SILENCE_RMS ** 2:
        return SILENT
    best = NOISE
    for name, groups in audio.TONES.items():
        powers = [max((_power(window, tone), tone) for tone in group) for group in groups]
        power = powers[0][0] + powers[1][0]
        # A chord has both tones; what has one alone is no chord.
        balanced = min(powers[0][0], powers[1][0]) > 0.2 * max(powers[0][0], powers[1][0])
        if balanced and power > SHARE_OF_CHORD * total:
            best = Heard(name, (powers[0][1], powers[1][1]), power)
    return best


def _agreement(heard, voice, offset, first=0):
    return sum(
        one.voice == voice.name and one.chord == voice.chords[voice.chord_at(first + index + offset)]
        for index, one in enumerate(heard))


def _trimmed(heard):
    """Without the silence before and behind: a recording may begin before the call and end after it."""
    spoken = [index for index, one in enumerate(heard) if one is not SILENT]
    return heard[spoken[0]:spoken[-1] + 1] if spoken else []


def _is_transition(one, voice, place):
    """Whether a window lies across a change of chords, where two are heard at once and neither alone."""
    sides = {voice.chord_at(place - 1), voice.chord_at(place), voice.chord_at(place + 1)}
    if len(sides) == 1:
        return False
    return one is NOISE or one.voice == voice.name and one.chord in [voice.chords[side] for side in sides]


def compare(samples, voice):
    """Compares a recording with a voice. Where it begins in the voice doesn't matter; the silence around it isn't counted."""
    windows = [samples[start:start + audio.FRAME] for start in range(0, len(samples) - audio.FRAME + 1, audio.FRAME)]
    heard = _trimmed([listen(window) for window in windows])
    if not heard:
        return Comparison(0, 0.0, 1.0, 0.0, 0.0, None, 0)
    counts = collections.Counter()
    powers = []
    slips = 0
    offset = None
    for first in range(0, len(heard), CHUNK):
        chunk = heard[first:first + CHUNK]
        candidates = range(voice.frames) if offset is None else range(offset - DRIFT, offset + DRIFT + 1)
        here = max(candidates, key=lambda one: (_agreement(chunk, voice, one, first), -abs(one - (offset or 0))))
        if _agreement(chunk, voice, here, first) < MATCH_LEAST * len(chunk):
            here = offset  # nothing of it is heard here, so nothing says where we are
        elif offset is not None:
            slips += abs(here - offset)
        offset = here
        for index, one in enumerate(chunk):
            counts[_judge(one, voice, None if offset is None else first + index + offset)] += 1
            if one.voice == voice.name:
                powers.append(one.level)
    total = len(heard)
    level = 10 * math.log10(sorted(powers)[len(powers) // 2] / audio.AMPLITUDE ** 2) if powers else None
    return Comparison(
        total, *(counts[kind] / total for kind in ("right", "missing", "wrong", "other")), level, slips)


def _judge(one, voice, place):
    if one is SILENT:
        return "missing"
    if one.voice not in (voice.name, "noise"):
        return "other"
    if place is None:
        return "wrong"
    if one.voice == voice.name and one.chord == voice.chords[voice.chord_at(place)]:
        return "right"
    return "right" if _is_transition(one, voice, place) else "wrong"
