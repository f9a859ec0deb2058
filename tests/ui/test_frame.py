"""The frame of every page: language, type size, server's time, search, offline shell."""

import json

import pytest
from django.urls import reverse

from anning.ui.registries import Found, SearchSource, search_sources


@pytest.fixture
def source():
    """A search source that finds what begins with the text, and is gone afterwards."""

    def find(_actor, text, limit):
        return [Found(f"芦台街道{number}", f"/x/{number}", "镇街") for number in range(60) if text == "ltjd"][:limit]

    search_sources.add("trial", SearchSource("trial", "试验", find))
    yield
    search_sources._entries.pop("trial")


def test_chinese_is_spoken_whatever_the_browser_prefers(client_of):
    answer = client_of("duty").get("/duty", headers={"accept-language": "en-US,en"})

    assert 'lang="zh-CN"' in answer.content.decode() and answer["Content-Language"] == "zh-hans"


def test_the_chosen_language_is_kept(client_of):
    client = client_of("duty")
    back = client.post(reverse("ui:language"), {"language": "en", "next": "/duty"})

    assert back["Location"] == "/duty"
    assert 'lang="en"' in client.get("/duty").content.decode()


def test_an_unknown_language_is_not_kept(client_of):
    client = client_of("duty")
    client.post(reverse("ui:language"), {"language": "xx"})

    assert 'lang="zh-CN"' in client.get("/duty").content.decode()


def test_large_type_is_switched_on_and_off(client_of):
    client = client_of("duty")

    client.post(reverse("ui:large_type"))
    assert 'class="large"' in client.get("/duty").content.decode()

    client.post(reverse("ui:large_type"))
    assert 'class="large"' not in client.get("/duty").content.decode()


def test_a_choice_never_leads_to_a_foreign_host(client_of):
    back = client_of("duty").post(reverse("ui:large_type"), {"next": "https://elsewhere.example/"})

    assert back["Location"] == "/"


def test_the_clock_tells_the_servers_time(client):
    told = client.get(reverse("ui:clock")).json()

    assert told["now_ms"] > 1.7e12 and told["rate"] == pytest.approx(1)


def test_the_search_page_shows_what_sources_find_and_says_when_there_is_more(client_of, source):
    content = client_of("duty").get("/search?q=ltjd").content.decode()

    assert "芦台街道0" in content and "前 50 条" in content and "芦台街道55" not in content


def test_the_type_ahead_gives_a_few(client_of, source):
    content = client_of("duty").get("/search/answers?q=ltjd").content.decode()

    assert content.count('class="kind"') == 8


def test_searching_for_nothing_finds_nothing(client_of, source):
    content = client_of("duty").get("/search?q=" + "长" * 200).content.decode()

    assert "没有找到" in content


def test_the_content_security_policy_allows_nothing_inline(client_of):
    policy = client_of("duty").get("/duty")["Content-Security-Policy"]

    assert "default-src 'self'" in policy and "unsafe" not in policy


def test_the_service_worker_covers_every_page_and_keeps_only_the_offline_page(client):
    answer = client.get("/sw.js")
    script = b"".join(answer.streaming_content).decode()

    assert answer["Content-Type"].startswith("text/javascript")
    assert "/offline" in script and ".put(" not in script


def test_the_offline_page_needs_no_database(client):
    assert "连不上服务器" in client.get("/offline").content.decode()


def test_the_manifest_names_the_platform(client):
    facts = json.loads(client.get("/manifest.webmanifest").content)

    assert facts["name"] == "安宁应急管理平台" and facts["start_url"] == "/"


def test_help_opens_on_every_page(client_of):
    content = client_of("duty").get("/duty").content.decode()

    assert 'id="help"' in content and "本页帮助" in content
