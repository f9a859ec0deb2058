"""The watch over the browser sees what it should see; else every other browser test would prove little."""

from tests.browser.conftest import DESK


def test_a_script_error_and_a_foreign_request_are_seen(page, watch, live_server):
    page.goto(f"{live_server.url}/static/nothing-here.css")
    page.evaluate("() => { setTimeout(() => { throw new Error('broken on purpose') }, 0) }")
    page.evaluate("() => { new Image().src = 'http://203.0.113.1/x.png' }")
    page.wait_for_timeout(50)

    complaints = "\n".join(watch.complaints())
    watch.expected += ["404", "broken on purpose", "203.0.113.1"]

    assert "broken on purpose" in complaints
    assert "foreign: http://203.0.113.1/x.png" in complaints


def test_the_screen_has_the_size_of_the_duty_room(page):
    assert page.viewport_size == DESK
