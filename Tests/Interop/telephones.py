"""Many telephones at one socket, whose calls are led from outside: placed, kept, changed, ended, when the test says so."""
import re
import socket
import threading
import time

T1 = 0.5
TIMEOUT_SECONDS = 32


class Message:
    """A SIP message of Tandem's."""

    def __init__(self, text):
        head, _, self.body = text.partition("\r\n\r\n")
        self.start, _, rest = head.partition("\r\n")
        self.fields = {}
        for line in rest.split("\r\n"):
            name, _, value = line.partition(":")
            self.fields.setdefault(name.strip().lower(), []).append(value.strip())
        self.is_request = not self.start.startswith("SIP/2.0 ")
        self.status = 0 if self.is_request else int(self.start.split()[1])
        number, self.method = self.first("cseq").split()
        self.cseq = int(number)
        self.call_id = self.first("call-id")

    def first(self, name):
        return self.fields.get(name, [""])[0]

    def media_port(self):
        found = re.search(r"^m=audio (\d+) ", self.body, re.M)
        return int(found.group(1)) if found else 0


class Call:
    """One telephone's side of a call."""

    def __init__(self, call_id, local, remote, number):
        self.call_id, self.local, self.remote, self.number = call_id, local, remote, number
        self.target = ""
        self.cseq = 0
        self.heard_cseq = 0
        self.is_up = self.is_over = False
        self.other_media_port = 0
        self.media_port = 0
        self.invite = None


class Request:
    """A request of ours until its final response."""

    def __init__(self, call, method, text, cseq):
        self.call, self.method, self.text, self.cseq = call, method, text, cseq
        self.began = self.last = time.monotonic()
        self.interval = T1
        self.status = None
        self.answered = None
        self.has_provisional = False
        self.ack = None


class Telephones:
    """The calls of one address. `answers(number)` says whether a call to a number is answered or rings on."""

    def __init__(self, name, port, tandem_port, answers=lambda number: True):
        self.name, self.port, self.tandem = name, port, ("127.0.0.1", tandem_port)
        self.answers = answers
        self.calls, self.requests, self.faults = {}, {}, []
        self.unacknowledged, self.last_answers = {}, {}
        self.lock = threading.RLock()
        self._count = 0
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self._socket.bind(("127.0.0.1", port))
        self._socket.settimeout(0.05)
        self._is_open = True
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self):
        self._is_open = False
        self._thread.join()
        self._socket.close()

    # What the test asks for.

    def place(self, number, media_port=40000):
        with self.lock:
            self._count += 1
            call = Call(f"{self.name}{self._count}-{self.port}", f"<sip:{self.name}@127.0.0.1:{self.port}>;tag=t{self._count}",
                        f"<sip:{number}@127.0.0.1:{self.tandem[1]}>", number)
            call.target = f"sip:{number}@127.0.0.1:{self.tandem[1]}"
            call.media_port = media_port
            self.calls[call.call_id] = call
            return self._ask(call, "INVITE", self._description(call, 1))

    def ask(self, call, method):
        with self.lock:
            if method == "BYE":
                call.is_over = True
            return self._ask(call, method, self._description(call, call.cseq + 2) if method == "INVITE" else "")

    @staticmethod
    def wait(requests, seconds):
        """Waits until all have their final response, and returns how many have which; None: none."""
        deadline = time.monotonic() + seconds
        while any(one.status is None for one in requests) and time.monotonic() < deadline:
            time.sleep(0.05)
        found = {}
        for one in requests:
            found[one.status] = found.get(one.status, 0) + 1
        return found

    # Messages.

    def _description(self, call, version):
        return (f"v=0\r\no=- 7 {version} IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
                f"m=audio {call.media_port} RTP/AVP 0\r\n")

    def _ask(self, call, method, body=""):
        call.cseq += 1
        self._count += 1
        branch = f"z9hG4bK{self.name}{self._count}"
        request = Request(call, method, self._text(call, method, call.cseq, branch, body), call.cseq)
        self.requests[branch] = request
        self._send(request.text)
        return request

    def _text(self, call, method, cseq, branch, body=""):
        text = (f"{method} {call.target} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:{self.port};branch={branch}\r\n"
                f"Max-Forwards: 70\r\nFrom: {call.local}\r\nTo: {call.remote}\r\nCall-ID: {call.call_id}\r\n"
                f"CSeq: {cseq} {method}\r\nContact: <sip:{self.name}@127.0.0.1:{self.port}>\r\n")
        if body:
            text += "Content-Type: application/sdp\r\n"
        return text + f"Content-Length: {len(body)}\r\n\r\n{body}"

    def _send(self, text):
        self._socket.sendto(text.encode(), self.tandem)

    def _serve(self):
        next_look = 0
        while self._is_open:
            try:
                data = self._socket.recv(65536)
                with self.lock:
                    self._take(Message(data.decode()))
            except TimeoutError:
                pass
            now = time.monotonic()
            if now >= next_look:
                next_look = now + 0.1
                with self.lock:
                    self._repeat(now)

    def _repeat(self, now):
        for request in self.requests.values():
            if request.status is not None or (request.method == "INVITE" and request.has_provisional):
                continue
            if now - request.last >= request.interval:
                request.last, request.interval = now, min(2 * request.interval, 4)
                if now - request.began < TIMEOUT_SECONDS:
                    self._send(request.text)
        for key, (text, began, last, interval) in list(self.unacknowledged.items()):
            if now - last >= interval:
                self.unacknowledged[key] = text, began, now, min(2 * interval, 4)
                self._send(text)

    def _take(self, message):
        if message.is_request:
            return self._request(message)
        branch = re.search(r"branch=([^;\s]+)", message.first("via")).group(1)
        request = self.requests.get(branch)
        if request is None:
            return
        if message.status < 200:
            request.has_provisional = True
            return
        if request.ack:
            self._send(request.ack)  # the 2xx comes again: so does its ACK
        if request.status is not None:
            return
        request.status, request.answered = message.status, time.monotonic()
        if request.method != "INVITE":
            return
        call = request.call
        if message.status < 300:
            call.remote = message.first("to")
            call.target = re.search(r"<([^>]+)>", message.first("contact")).group(1)
            call.is_up = True
            call.other_media_port = message.media_port()
            self._count += 1
            request.ack = self._text(call, "ACK", request.cseq, f"z9hG4bKack{self.name}{self._count}")
        else:
            request.ack = self._text(call, "ACK", request.cseq, branch)
        self._send(request.ack)

    def _request(self, message):
        call = self.calls.get(message.call_id)
        key = (message.call_id, message.cseq, message.method)
        if message.method == "ACK":
            self.unacknowledged.pop((message.call_id, message.cseq, "INVITE"), None)
            if call:
                call.is_up = True
            return
        if key in self.last_answers:
            return self._send(self.last_answers[key])
        if call is None and message.method == "INVITE":
            number = re.match(r"INVITE sip:([^@;]+)@", message.start).group(1)
            tag = f"c{len(self.calls)}"
            call = Call(message.call_id, f"{message.first('to')};tag={tag}", message.first("from"), number)
            call.media_port = 41000 + 2 * (len(self.calls) % 1000)
            self.calls[message.call_id] = call
            if not self.answers(number):
                self._answer(message, call, 180, "")
                return
        if call is None or (call.is_over and message.method != "BYE"):
            return self._answer(message, call, 481)
        if message.cseq <= call.heard_cseq:
            self.faults.append(f"{self.name}: CSeq {message.cseq} {message.method} behind {call.heard_cseq}")
        call.heard_cseq = message.cseq
        if message.method == "BYE":
            call.is_over = True
            call.end_reason = message.first("reason")
        if message.method == "INVITE":
            call.target = re.search(r"<([^>]+)>", message.first("contact")).group(1)
            call.other_media_port = message.media_port()
        self._answer(message, call, 200, self._description(call, message.cseq) if message.method == "INVITE" else "")

    def _answer(self, message, call, status, body=""):
        to = message.first("to")
        if call and ";tag=" not in to:
            to = call.local
        text = f"SIP/2.0 {status} Answer\r\n"
        text += "".join(f"Via: {value}\r\n" for value in message.fields["via"])
        text += (f"From: {message.first('from')}\r\nTo: {to}\r\nCall-ID: {message.call_id}\r\n"
                 f"CSeq: {message.cseq} {message.method}\r\nContact: <sip:{self.name}@127.0.0.1:{self.port}>\r\n")
        if body:
            text += "Content-Type: application/sdp\r\n"
        text += f"Content-Length: {len(body)}\r\n\r\n{body}"
        if status >= 200:
            self.last_answers[(message.call_id, message.cseq, message.method)] = text
            if message.method == "INVITE":
                now = time.monotonic()
                self.unacknowledged[(message.call_id, message.cseq, "INVITE")] = text, now, now, T1
        self._send(text)
