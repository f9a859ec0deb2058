"""Every page: no serious finding of axe-core, nothing lost at 200 % zoom, a title, one heading, help."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from tests.browser import demo
from tests.browser.conftest import DESK, PHONE
from tests.house.tree import ROOT
from tests.walk import parameters, routes
from tests.walk.conftest import MARK_A, Town, fill
from tests.walk.rules import PUBLIC, rule_of, shipped_roles

AXE = ROOT / "frontend/node_modules/axe-core/axe.min.js"
HELP = re.compile(r'class="help-panel[^>]*>\s*(?:<h2[^>]*>[^<]+</h2>\s*)?<p>[^<]+')
SERIOUS = {"serious", "critical"}
ZOOMED = {"width": DESK["width"] // 2, "height": DESK["height"] // 2}  # what 200 % leaves of the screen
# No pages for people: numbers, files, fragments, redirects.
NO_PAGES = {"ui:clock", "ui:manifest", "ui:service_worker", "ui:words", "ui:favicon", "ops:health", "ops:metrics"}
# The duty officer sees most; the others are followed to what is closed to those before them.
ROLES = ("duty", "admin", "auditor", "security", "town", "enterprise")
# Pages of records that differ from register to register; the rest are made by one template and looked at for two.
OF_EVERY_REGISTER = {"records:list", "records:detail", "records:add"}
TWO_REGISTERS = {"people", "areas"}  # with masked fields; on the map


def axe(page: Page) -> list[str]:
    """Return serious findings as readable lines."""
    if not page.evaluate("() => !!window.axe"):
        page.evaluate(AXE.read_text())
    found = page.evaluate("() => axe.run(document, {resultTypes: ['violations'], reporter: 'v2'})")
    return [
        f"{each['id']}: {each['help']} at {node['target']}"
        for each in found["violations"]
        if each["impact"] in SERIOUS
        for node in each["nodes"][:3]
    ]


def addresses(town: Town) -> Iterator[str]:
    """Yield the address of every page that differs from the others."""
    for route in routes.pages():
        if route.name in NO_PAGES:
            continue
        for facts in parameters.samples(route, town):
            if "register" not in facts or route.name in OF_EVERY_REGISTER or facts["register"] in TWO_REGISTERS:
                yield reverse(route.name, kwargs=facts)


def opened(client: Client, urls: list[str]) -> list[str]:
    """Return the addresses that answer this client with a page."""
    answers = {url: client.get(url) for url in urls}
    return [url for url, answer in answers.items() if answer.status_code == 200 and is_text(answer)]


def is_text(answer: Any) -> bool:
    return "text/html" in answer.get("Content-Type", "") and "Content-Disposition" not in answer


@pytest.fixture
def town(district: Any) -> Town:
    """A town with a row of every register."""
    return fill(MARK_A, district.town_a.government)


def complaints_of(page: Page, url: str) -> list[str]:
    """Open a page and return what is wrong with it."""
    page.goto(url)
    if not page.locator("html[lang]").count():
        return []  # a part that htmx asks for
    wrong = [f"{url}: {each}" for each in axe(page)]
    if page.locator("h1").count() != 1:
        wrong.append(f"{url}: {page.locator('h1').count()} headings of the first level")
    if not page.title().strip(" ·") or page.title().startswith("安宁"):
        wrong.append(f"{url}: the title is {page.title()!r}")
    return wrong


def test_no_page_has_a_serious_finding(window, user_of, town, client_of):
    left, wrong = list(addresses(town)), []
    for role in ROLES:
        user = user_of(role)
        urls = opened(client_of(user), left)
        page = window(user)
        for url in urls:
            wrong += complaints_of(page, url)
        left = [url for url in left if url not in urls]

    assert not wrong, "\n".join(wrong)


def test_no_public_page_and_no_refusal_has_a_serious_finding(window, town, watch, user_of):
    watch.expected.append("the server responded with a status of")
    names = {route.name: route for route in routes.pages()}
    public = [name for name in names if name not in NO_PAGES and "records:" not in name]
    urls = [reverse(name) for name in public if not names[name].parameters and rule_of(name, {}).kind == PUBLIC]
    page, wrong = window(), []
    for url in opened(Client(), urls):
        wrong += complaints_of(page, url)
    officer = window(user_of("enterprise"))
    for url in ("/there/is/no/such/page", "/lead", "/r/people/99999/"):
        wrong += complaints_of(officer, url)

    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("size", [ZOOMED, PHONE], ids=["200 %", "phone"])
def test_nothing_is_lost_sideways(size, window, user_of, town, client_of):
    user = user_of("duty")
    page, wrong = window(user, size=size), []
    for url in opened(client_of(user), list(addresses(town))):
        page.goto(url)
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > size["width"]:
            wrong.append(f"{url}: {wide} px wide")

    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("role", shipped_roles())
def test_every_page_of_the_rail_has_help(role, client_of, user_of):
    client = client_of(user_of(role))
    home = client.get("/", follow=True).content.decode()
    links = re.findall(r'href="(/[^"?]*)"', home.partition("主导航")[2].partition("</nav>")[0])

    bare = [url for url in links if not HELP.search(client.get(url, follow=True).content.decode())]

    assert links
    assert bare == []


def test_the_demo_home_of_the_duty_officer_is_accessible(window, watch):
    page = window(demo.load()["duty"])

    assert complaints_of(page, "/duty") == []
