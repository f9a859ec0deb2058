"""The live tail: who may listen hears what they may see, in order, and resumes where the line broke."""

from collections.abc import Callable

import pytest
from django.conf import settings

from anning.accounts.models import User
from anning.live import hub
from anning.live.app import LiveTail
from tests.district import District
from tests.live.conftest import Line, Scene, end_sessions, in_thread, seal_new

pytestmark = pytest.mark.django_db(transaction=True)

Play = Callable[[Scene], None]
CookieOf = Callable[..., str]


def test_a_viewer_hears_what_is_sealed_while_looking(play: Play, cookie_of: CookieOf) -> None:
    cookie = cookie_of("duty")

    async def scene(app: LiveTail) -> None:
        await in_thread(seal_new, subject="document:1")
        line = await Line(app, cookie=cookie).opened()
        await in_thread(seal_new, subject="document:2", title="不外传")
        await line.until(lambda: bool(line.events))

        assert line.status == 200
        assert line.headers["content-type"].startswith("text/event-stream")
        [event] = line.events
        assert (event["seq"], event["kind"], event["subject"]) == (2, "document.change", "document:2")
        assert event["label"] == "法规文件 修改"
        assert event.keys() == {"id", "seq", "kind", "subject", "at", "actor", "label"}
        assert "不外传" not in line.text

    play(scene)


@pytest.mark.parametrize("by", ["header", "query"])
def test_a_line_resumes_behind_the_last_event(play: Play, cookie_of: CookieOf, by: str) -> None:
    cookie = cookie_of("duty")

    async def scene(app: LiveTail) -> None:
        for number in range(1, 6):
            await in_thread(seal_new, subject=f"document:{number}")
        known = {"last_event_id": "2"} if by == "header" else {"query": "after=2"}
        line = Line(app, cookie=cookie, **known)
        await line.until(lambda: len(line.events) == 3)
        await in_thread(seal_new, subject="document:6")
        await line.until(lambda: len(line.events) == 4)

        assert [event["seq"] for event in line.events] == [3, 4, 5, 6]

    play(scene)


def test_who_missed_too_much_is_told_to_load_anew(
    play: Play, cookie_of: CookieOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    cookie = cookie_of("duty")
    monkeypatch.setattr("anning.live.app.REPLAY", 2)

    async def scene(app: LiveTail) -> None:
        for _ in range(4):
            await in_thread(seal_new)
        line = Line(app, cookie=cookie, last_event_id="1")
        await line.until(lambda: "event: reset" in line.text)
        await in_thread(seal_new)
        await line.until(lambda: bool(line.events))

        assert [event["seq"] for event in line.events] == [5]

    play(scene)


def test_a_number_beyond_the_journal_means_another_database(play: Play, cookie_of: CookieOf) -> None:
    cookie = cookie_of("duty")

    async def scene(app: LiveTail) -> None:
        await in_thread(seal_new)
        line = Line(app, cookie=cookie, last_event_id="99")
        await line.until(lambda: "event: reset" in line.text)

        assert "event: reset" in line.text

    play(scene)


def test_the_tail_stops_at_the_border_of_the_town(play: Play, cookie_of: CookieOf, district: District) -> None:
    ours, theirs = cookie_of("town"), cookie_of("town", district.town_b.government)

    async def scene(app: LiveTail) -> None:
        a, b = await Line(app, cookie=ours).opened(), await Line(app, cookie=theirs).opened()
        await in_thread(seal_new, "organisation.change", "organisation:1", area_code=district.town_a.area.code)
        await in_thread(seal_new, "organisation.change", "organisation:2", area_code=district.town_b.area.code)
        await in_thread(seal_new, "user.sign_in", "user:1")
        await in_thread(seal_new, "document.change", "document:1")
        await a.until(lambda: len(a.events) == 2)
        await b.until(lambda: len(b.events) == 2)

        assert [event["subject"] for event in a.events] == ["organisation:1", "document:1"]
        assert [event["subject"] for event in b.events] == ["organisation:2", "document:1"]

    play(scene)


def test_resuming_stops_at_the_border_of_the_town_too(play: Play, cookie_of: CookieOf, district: District) -> None:
    cookie = cookie_of("town")

    async def scene(app: LiveTail) -> None:
        await in_thread(seal_new, "organisation.change", "organisation:2", area_code=district.town_b.area.code)
        await in_thread(seal_new, "document.change", "document:1")
        line = Line(app, cookie=cookie, last_event_id="0")
        await line.until(lambda: bool(line.events))

        assert [event["subject"] for event in line.events] == ["document:1"]

    play(scene)


@pytest.mark.parametrize("cookie", ["", "anning_session=nonsense", "anning_session=" + "x" * 5000, "\x01=;;=,"])
def test_nobody_hears_without_a_session(play: Play, cookie: str) -> None:
    async def scene(app: LiveTail) -> None:
        line = await Line(app, cookie=cookie).answered()

        assert line.status == 403
        assert "重新登录" in line.text

    play(scene)


def test_who_may_not_listen_is_refused(play: Play, cookie_of: CookieOf) -> None:
    cookie = cookie_of("enterprise")

    async def scene(app: LiveTail) -> None:
        assert (await Line(app, cookie=cookie).answered()).status == 403

    play(scene)


def test_who_must_change_the_password_first_is_refused(
    play: Play, cookie_of: CookieOf, user_of: Callable[..., User]
) -> None:
    user = user_of("duty")
    cookie = cookie_of(user)
    user.must_change_password = True
    user.save()

    async def scene(app: LiveTail) -> None:
        assert (await Line(app, cookie=cookie).answered()).status == 403

    play(scene)


def test_signing_out_ends_the_line(play: Play, cookie_of: CookieOf, user_of: Callable[..., User]) -> None:
    user = user_of("duty")
    cookie = cookie_of(user)

    async def scene(app: LiveTail) -> None:
        line = await Line(app, cookie=cookie).opened()
        await in_thread(end_sessions)
        await in_thread(seal_new, "user.sign_out", user.subject)
        await line.answered()

        assert line.task.done()
        assert app.hub is not None and not app.hub.viewers

    play(scene)


def test_a_session_that_ended_in_silence_is_found_within_the_minute(
    play: Play, cookie_of: CookieOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    cookie = cookie_of("duty")
    monkeypatch.setattr(hub, "CHECK_S", 0.0)

    async def scene(app: LiveTail) -> None:
        line = await Line(app, cookie=cookie).opened()
        await in_thread(end_sessions)
        await line.answered()

        assert line.task.done()

    play(scene)


def test_closing_the_page_frees_its_place(play: Play, cookie_of: CookieOf) -> None:
    cookie = cookie_of("duty")

    async def scene(app: LiveTail) -> None:
        line = await Line(app, cookie=cookie).opened()
        line.close()
        await line.answered()

        assert app.hub is not None and not app.hub.viewers

    play(scene)


def test_one_session_has_only_so_many_lines(play: Play, cookie_of: CookieOf) -> None:
    cookie = cookie_of("duty")

    async def scene(app: LiveTail) -> None:
        lines = [await Line(app, cookie=cookie).opened() for _ in range(hub.PER_SESSION)]
        refused = await Line(app, cookie=cookie).answered()
        lines[0].close()
        await lines[0].answered()
        again = await Line(app, cookie=cookie).opened()

        assert refused.status == 429
        assert again.status == 200

    play(scene)


def test_a_viewer_who_is_too_slow_is_cut_off_and_others_are_not(
    play: Play, cookie_of: CookieOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow_cookie, quick_cookie = cookie_of("duty"), cookie_of("duty")
    monkeypatch.setattr(hub, "QUEUE", 3)

    async def scene(app: LiveTail) -> None:
        slow, quick = await Line(app, cookie=slow_cookie).opened(), await Line(app, cookie=quick_cookie).opened()

        async def never(message: object) -> None:
            await slow._gone.wait()

        slow._send = never  # type: ignore[method-assign]
        assert app.hub is not None
        [viewer] = [v for v in app.hub.viewers if v.session in slow_cookie]
        for number in range(8):
            viewer.put(1000 + number, b"")
        await slow.answered()
        await in_thread(seal_new)
        await quick.until(lambda: bool(quick.events))

        assert slow.task.done()
        assert len(quick.events) == 1

    play(scene)


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("", 200),
        (f"http://localhost:{settings.PORT}", 200),
        ("http://localhost:9999", 403),
        ("http://localhost", 403),
        (f"http://evil.example:{settings.PORT}", 403),
        ("null", 403),
        ("http://[", 403),
        ("file://", 403),
    ],
)
def test_only_our_own_pages_may_listen(play: Play, cookie_of: CookieOf, origin: str, status: int) -> None:
    cookie = cookie_of("duty")

    async def scene(app: LiveTail) -> None:
        headers = {"origin": origin} if origin else {}
        line = await Line(app, cookie=cookie, **headers).opened()

        assert line.status == status
        assert line.headers.get("access-control-allow-origin", "") == (origin if status == 200 else "")

    play(scene)


@pytest.mark.parametrize(
    ("path", "host", "status"), [("/", "localhost", 404), ("/tail", "evil.example", 400), ("/health", "localhost", 200)]
)
def test_other_addresses_get_a_plain_answer(play: Play, path: str, host: str, status: int) -> None:
    async def scene(app: LiveTail) -> None:
        line = await Line(app, path, host=host).answered()

        assert line.status == status

    play(scene)


def test_the_application_starts_and_stops_with_its_server(play: Play) -> None:
    async def scene(app: LiveTail) -> None:
        steps, told = iter(["lifespan.startup", "lifespan.shutdown"]), []

        async def receive() -> dict[str, str]:
            return {"type": next(steps)}

        async def send(message: dict[str, str]) -> None:
            told.append(message["type"])

        await app({"type": "lifespan"}, receive, send)  # type: ignore[arg-type]

        assert told == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
        assert app.hub is None

    play(scene)
