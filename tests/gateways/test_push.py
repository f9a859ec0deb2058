"""The HTTP door, asked with httpx."""

import httpx

from tests.gateways.conftest import point_of, refusals


def post(gate, path: str, content: bytes, **facts: object) -> httpx.Response:
    """Post to the door."""
    return httpx.post(f"http://127.0.0.1:{gate.ports['http']}{path}", content=content, timeout=30, **facts)  # type: ignore[arg-type]


def test_values_are_answered_when_stored(gate, make_device):
    device = make_device("http", "weather", "wind", key="secret-token")
    gate.open("http")

    by_path = post(gate, "/api/v1/secret-token/telemetry", b'{"ts": 1700000000000, "values": {"wind": 3.5}}')
    by_header = post(gate, "/telemetry", b'{"wind": 4}', headers={"Authorization": "Bearer secret-token"})

    assert (by_path.status_code, by_header.status_code) == (200, 200)
    assert gate.stored()[0] == (point_of(device, "wind"), 1_700_000_000_000, 3.5, 0)
    assert [row[2] for row in gate.stored()] == [3.5, 4.0]


def test_one_connection_carries_many_requests(gate, make_device):
    make_device("http", "weather", "wind", key="secret-token")
    gate.open("http")

    with httpx.Client(base_url=f"http://127.0.0.1:{gate.ports['http']}", timeout=30) as client:
        answers = [client.post("/api/v1/secret-token/telemetry", json={"wind": n}).status_code for n in range(5)]

    assert answers == [200] * 5
    assert len(gate.stored()) == 5
    assert gate.house.limits.in_all <= 1


def test_what_is_not_accepted_is_answered_with_its_status(gate, make_device):
    make_device("http", "weather", "wind", key="secret-token")
    gate.open("http")
    asked = [
        ("POST", "/api/v1/guess/telemetry", b'{"wind": 1}', 401),
        ("POST", "/telemetry", b'{"wind": 1}', 401),
        ("POST", "/elsewhere", b'{"wind": 1}', 404),
        ("GET", "/api/v1/secret-token/telemetry", b"", 405),
        ("POST", "/api/v1/secret-token/telemetry", b"{broken", 400),
        ("POST", "/api/v1/secret-token/telemetry", b" " * 300_000, 413),
    ]

    answered = [
        httpx.request(method, f"http://127.0.0.1:{gate.ports['http']}{path}", content=content, timeout=30).status_code
        for method, path, content, _status in asked
    ]

    assert answered == [status for *_asked, status in asked]
    assert gate.stored() == []
    assert sum(refusals(gate).values()) == len(asked)


def test_bytes_that_are_no_request_are_answered_and_the_connection_ends(gate):
    gate.open("http")

    with gate.call("http") as caller:
        answer = caller.ask(b"\x00\x01 nonsense\r\n\r\n")
        closed = caller.is_closed()

    assert answer.startswith(b"HTTP/1.1 400")
    assert closed
