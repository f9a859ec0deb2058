"""The HTTP door: a device posts JSON with its access token and gets 200 when it is durable.

POST /api/v1/<token>/telemetry (ThingsBoard's address) or POST /telemetry with ``Authorization: Bearer <token>``.
"""

from typing import Any

import h11

from anning.gateways.session import Refused, Session, Turn
from anning.gateways.telemetry import observe
from anning.kernel.frames import BadFrame, Splitter
from anning.monitoring.selectors import Known
from anning.protocols import telemetry

MOST_BODY = 256 * 1024
TEXTS = {200: "OK", 400: "Bad Request", 401: "Unauthorized", 404: "Not Found", 405: "Method Not Allowed"}
TEXTS |= {413: "Content Too Large", 503: "Service Unavailable"}


class Whole:
    """Passes bytes on: h11 finds the requests."""

    limit = MOST_BODY
    skipped = 0

    def feed(self, data: bytes) -> list[bytes]:
        """Return what came."""
        return [data]


class PushSession(Session):
    """A connection on which one request follows the other."""

    protocol = "http"

    def make_splitter(self) -> Splitter:
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=16 * 1024)
        self._request: h11.Request | None = None
        self._body = bytearray()
        return Whole()

    def take(self, data: bytes) -> Turn:
        self.turn, self.now = Turn(), self.desk.clock()
        try:
            self._http.receive_data(data)
            while self._next() and not self.turn.closes:
                pass
        except h11.RemoteProtocolError as error:
            self.refuse("request")
            self._answer(error.error_status_hint)
        for known in self.turn.heard.values():
            self.desk.ledger.see(known.pk, self.now, self.address)
        return self.turn

    def hear(self, frame: bytes) -> None:
        """Take the body of the request that is whole now. Raises BadFrame, Refused."""
        assert self._request is not None
        known = self._prove(self._request)
        observe(self, known, telemetry.decode_device(frame))

    def not_stored(self) -> bytes:
        return _plain(503)

    def _next(self) -> bool:
        """Take the next part of a request; return whether there may be more."""
        event = self._http.next_event()
        if isinstance(event, h11.Request):
            self._request = event
            self._body.clear()
            if (b"expect", b"100-continue") in event.headers:
                self._send(h11.InformationalResponse(status_code=100, headers=[]))
        elif isinstance(event, h11.Data):
            self._body += event.data
            if len(self._body) > MOST_BODY:
                self.refuse("too_long")
                self._answer(413)
        elif isinstance(event, h11.EndOfMessage):
            self._finish()
        else:
            self.turn.closes = self.turn.closes or isinstance(event, h11.ConnectionClosed)
            return False
        return True

    def _finish(self) -> None:
        self.turn.frames += 1
        status = 200
        try:
            self.hear(bytes(self._body))
        except BadFrame as error:
            self.refuse(error.code)
            status = 400
        except Refused as error:
            self.refuse(error.reason, identity=error.identity)
            status = {"path": 404, "method": 405}.get(error.reason, 401)
        self._answer(status)
        if self._http.our_state is h11.DONE and self._http.their_state is h11.DONE:
            self._http.start_next_cycle()
        else:
            self.turn.closes = True

    def _prove(self, request: h11.Request) -> Known:
        """Return the device that the token names. Raises Refused."""
        parts = request.target.decode("ascii", "replace").partition("?")[0].strip("/").split("/")
        match parts:
            case ["api", "v1", token, "telemetry"]:
                pass
            case ["telemetry"]:
                said = dict(request.headers).get(b"authorization", b"").decode("ascii", "replace")
                token = said.removeprefix("Bearer ").strip()
            case _:
                raise Refused("path")
        if request.method != b"POST":
            raise Refused("method")
        return self.admit(self.desk.directory.by_key(self.protocol, token) if token else None, "")

    def _answer(self, status: int) -> None:
        if self._http.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            self.turn.closes = True
            return
        body = TEXTS.get(status, "").encode()
        headers: list[Any] = [("content-type", "text/plain"), ("content-length", str(len(body)))]
        if status in (413, 503):
            headers.append(("connection", "close"))
        self._send(h11.Response(status_code=status, headers=headers, reason=TEXTS.get(status, "").encode()))
        self._send(h11.Data(data=body))
        self._send(h11.EndOfMessage())
        self.turn.closes = self.turn.closes or status >= 413 or self._request is None

    def _send(self, event: Any) -> None:
        self.turn.answers.append(self._http.send(event) or b"")


def _plain(status: int) -> bytes:
    return f"HTTP/1.1 {status} {TEXTS[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".encode()
