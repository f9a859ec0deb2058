"""A device that posts JSON telemetry over HTTP/1.1 with its access token."""

import json
from collections.abc import Sequence

import h11

from anning.demo.devices.client import Client, NotAnswered
from anning.demo.devices.publisher import readings_of
from anning.kernel.frames import Splitter


class Whole:
    """Passes bytes on: h11 finds the answers."""

    limit = 64 * 1024
    skipped = 0

    def feed(self, data: bytes) -> list[bytes]:
        """Return what came."""
        return [data]


class Pusher(Client):
    """Keeps its connection; 200 means that the values are durable."""

    def make_splitter(self) -> Splitter:
        self._http = h11.Connection(h11.CLIENT)
        return Whole()

    def decode(self, frame: bytes) -> int:
        """Return the status when the answer is whole, 0 before."""
        self._http.receive_data(frame)
        status = 0
        while (event := self._http.next_event()) not in (h11.NEED_DATA, h11.PAUSED):
            if isinstance(event, h11.Response):
                self._status = event.status_code
            elif isinstance(event, h11.EndOfMessage):
                status = self._status
                if self._http.our_state is h11.DONE:
                    self._http.start_next_cycle()
            elif isinstance(event, h11.ConnectionClosed):
                break
        return status

    async def report(self, at_ms: int) -> None:
        await self._post(readings_of(self.unit, at_ms, self.leak_ms()))

    async def report_all(self, moments_ms: Sequence[int]) -> None:
        told = [readings_of(self.unit, at_ms, self.leak_ms()) for at_ms in moments_ms]
        await self._post(told[0] if len(told) == 1 else told)

    async def _post(self, told: object) -> None:
        body = json.dumps(told, separators=(",", ":")).encode()
        headers = [
            ("Host", f"{self.stage.host}:{self.stage.ports['http']}"),
            ("Authorization", f"Bearer {self.unit.key}"),
            ("Content-Type", "application/json"),
            ("Content-Length", str(len(body))),
        ]
        request = h11.Request(method="POST", target="/telemetry", headers=headers)
        data = b"".join(self._http.send(each) or b"" for each in (request, h11.Data(data=body), h11.EndOfMessage()))
        status = await self.ask(data, bool)
        if status != 200:
            raise NotAnswered(f"HTTP {status}")
