"""Proves that a baresip that can't start is told as such, with its last words, and gets other ports once."""
import os
import socket
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import audio  # noqa: E402
import baresip  # noqa: E402


class Start(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.taken, self.free = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
        for one in (self.taken, self.free):
            one.bind((baresip.ADDRESS, 0))
        self.ports = [one.getsockname()[1] for one in (self.taken, self.free)]
        self.free.close()

    def tearDown(self):
        self.taken.close()
        self.folder.cleanup()

    def start(self, number):
        party = baresip.Baresip("100", self.ports[number], audio.Voice("caller", 1), self.folder.name)
        try:
            party.wait_until_listening()
        finally:
            party.stop()
        return number

    def test_a_port_that_is_taken_is_told_with_the_last_words(self):
        with self.assertRaises(baresip.NotStarted) as caught:
            self.start(0)
        self.assertRegex(str(caught.exception), f"^baresip did not start on port {self.ports[0]}, it ended with code ")
        self.assertIn("Address already in use", str(caught.exception))

    def test_it_is_started_again_elsewhere_and_that_is_said(self):
        said = []
        self.assertEqual(baresip.with_other_ports(self.start, said.append), 1)
        self.assertEqual(len(said), 1)
        self.assertIn("again, with other ports: baresip did not start", said[0])

    def test_the_second_failure_is_one(self):
        self.ports[1] = self.ports[0]
        with self.assertRaises(baresip.NotStarted):
            baresip.with_other_ports(self.start, lambda text: None)

    def test_what_is_no_failure_to_start_is_not_tried_again(self):
        def play(number):
            self.assertEqual(number, 0)
            raise AssertionError("nobody was heard")
        with self.assertRaisesRegex(AssertionError, "nobody was heard"):
            baresip.with_other_ports(play, self.fail)


if __name__ == "__main__":
    unittest.main()
