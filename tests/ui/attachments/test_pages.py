"""Files on the pages of a record: who may, what is served how, what the journal keeps."""

import io

import pytest
from django.test import Client

from anning.accounts.selectors import actor_for
from anning.accounts.services import issue_token
from anning.journal.models import Entry
from anning.kernel.actor import Actor
from anning.kernel.errors import NotAllowed, NotFound, Refused
from anning.ui.attachments import services
from anning.ui.models import Attachment
from anning.ui.records import services as records
from anning.ui.records.register import find
from anning.vault import store
from tests.district import make_user
from tests.ui.attachments import files


def attach(actor: Actor, row, register="documents", name="记录.txt", content=b"ok") -> Attachment:
    return services.add(find(register), actor, row.pk, name=name, file=io.BytesIO(content))


def test_files_are_added_listed_and_taken(browser, document, send):
    answer = send(document, {"现场.jpg": files.jpeg(), "预案.docx": files.word()})
    page = browser.get(f"/r/documents/{document.pk}/").content.decode()
    first = Attachment.all_objects.get(name="现场.jpg")
    taken = browser.get(f"/r/documents/{document.pk}/attachments/{first.uid}/")

    assert answer.status_code == 302 and answer["Location"].endswith("#panel-attachments")
    assert "现场.jpg" in page and "预案.docx" in page and f"{first.uid}/small/" in page
    assert b"".join(taken.streaming_content) == files.jpeg()


def test_what_is_served_can_do_nothing_in_our_pages(browser, document, send):
    send(document, {"现场.jpg": files.jpeg()})
    uid = Attachment.all_objects.get().uid

    taken = browser.get(f"/r/documents/{document.pk}/attachments/{uid}/")
    small = browser.get(f"/r/documents/{document.pk}/attachments/{uid}/small/")

    assert taken["Content-Disposition"].startswith("attachment")
    for answer in (taken, small):
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert b"".join(small.streaming_content).startswith(b"\xff\xd8\xff")


def test_one_bad_file_among_good_ones_is_named_and_the_rest_is_kept(browser, document, send):
    answer = send(document, {"好.txt": b"ok", "坏.exe": files.PROGRAM})
    page = answer.content.decode()

    assert answer.status_code == 422
    assert "坏.exe" in page and "不接收程序" in page and "已添加附件：好.txt" in page
    assert [each.name for each in Attachment.all_objects.all()] == ["好.txt"]


def test_a_form_without_a_file_says_so(document, send):
    answer = send(document, {})

    assert answer.status_code == 422 and "没有选择文件" in answer.content.decode()


def test_the_journal_knows_the_hash_and_only_a_digest_of_the_name(actor, document):
    made = attach(actor, document, name="张三丰的说明.txt")
    services.remove(find("documents"), actor, document.pk, made.uid, reason="传错了")

    added, removed = Entry.objects.filter(kind__startswith="attachment.").order_by("id")
    assert (added.kind, removed.kind) == ("attachment.add", "attachment.remove")
    assert {added.subject, removed.subject} == {document.subject}
    assert added.data["sha256"] == removed.data["sha256"] == made.sha256
    assert "张三丰" not in added.body + removed.body
    assert not Attachment.all_objects.exists()


def test_the_history_of_the_record_tells_of_its_files(browser, actor, document):
    attach(actor, document, name="张三丰的说明.txt")

    page = browser.get(f"/r/documents/{document.pk}/history/").content.decode()

    assert "添加附件" in page and "张三丰的说明.txt" in page


def test_removing_needs_a_reason(browser, actor, document):
    made = attach(actor, document)
    url = f"/r/documents/{document.pk}/attachments/{made.uid}/remove/"

    refused, done = browser.post(url, {"reason": " "}), browser.post(url, {"reason": "过期"})

    assert refused.status_code == 422 and "请写明为什么移除" in refused.content.decode()
    assert done.status_code == 302 and not Attachment.all_objects.exists()


def test_the_same_file_twice_is_refused_and_named(actor, document):
    attach(actor, document, name="一.txt")

    with pytest.raises(Refused, match=r"一\.txt"):
        attach(actor, document, name="二.txt")
    assert Attachment.all_objects.count() == 1


def test_a_file_over_the_limit_is_refused_and_not_kept(actor, document, settings):
    settings.ATTACHMENT_MB = 1

    with pytest.raises(Refused, match="超过 1 MB") as refused:
        attach(actor, document, content=b"a" * (1024 * 1024 + 1))
    assert refused.value.remedy
    assert not settings.FILES.exists()


def test_a_record_has_only_so_many_files(actor, document, monkeypatch):
    monkeypatch.setattr(services, "MOST", 1)
    attach(actor, document, content=b"1")

    with pytest.raises(Refused, match="最多 1 个附件"):
        attach(actor, document, content=b"2")


def test_who_may_only_view_can_take_but_not_add_or_remove(officer, actor, document, client_of, send):
    made, reader = attach(actor, document), client_of("village")
    base = f"/r/documents/{document.pk}/attachments"

    assert reader.get(f"{base}/{made.uid}/").status_code == 200
    assert "记录.txt" in reader.get(f"/r/documents/{document.pk}/").content.decode()
    assert "attach-file" not in reader.get(f"/r/documents/{document.pk}/").content.decode()
    assert send(document, {"二.txt": b"2"}, client=reader).status_code == 403
    assert reader.post(f"{base}/{made.uid}/remove/", {"reason": "x"}).status_code == 403
    assert Attachment.all_objects.count() == 1


def test_another_towns_files_are_not_there(actor, district, roles):
    theirs = district.town_b.enterprise
    made = attach(actor, theirs, "organisations")
    client = Client()
    client.force_login(make_user(roles["town"], organisation=district.town_a.government))
    base = f"/r/organisations/{theirs.pk}/attachments"

    answers = [
        client.get(f"{base}/{made.uid}/"),
        client.get(f"{base}/{made.uid}/small/"),
        client.post(f"{base}/{made.uid}/remove/", {"reason": "x"}),
        client.post(f"{base}/add/", {}),
        client.get(f"/api/organisations/{theirs.pk}/attachments"),
        client.get(f"/api/organisations/{theirs.pk}/attachments/{made.uid}"),
        # by way of one's own record
        client.get(f"/r/organisations/{district.town_a.enterprise.pk}/attachments/{made.uid}/"),
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert Attachment.all_objects.count() == 1


def test_outside_the_scope_not_a_byte_is_read(district, roles):
    class Unread(io.BytesIO):
        def read(self, *_: object) -> bytes:
            raise AssertionError("read before the record was found")

        seek = tell = read  # type: ignore[assignment]

    mine = actor_for(make_user(roles["town"], organisation=district.town_a.government))
    with pytest.raises(NotFound):
        services.add(find("organisations"), mine, district.town_b.enterprise.pk, name="一.txt", file=Unread())
    with pytest.raises(NotAllowed):
        services.add(find("organisations"), Actor("user:0"), 1, name="一.txt", file=Unread())


@pytest.mark.parametrize(("sensitivity", "entries"), [("internal", 0), ("sensitive", 2)])
def test_taking_a_file_of_a_sensitive_record_is_journaled_each_time(sensitivity, entries, browser, actor, document):
    made = attach(actor, document, name="现场.jpg", content=files.jpeg())
    records.change(find("documents"), actor, document.pk, {"sensitivity": sensitivity})
    place = f"documents/{document.pk}/attachments/{made.uid}"
    base = f"/r/{place}/"

    taken = [browser.get(url).status_code for url in (base, f"/api/{place}")]
    small = browser.get(f"{base}small/").status_code

    assert taken == [200, 200]
    assert Entry.objects.filter(kind="attachment.take", subject=document.subject).count() == entries
    assert small == (200 if sensitivity == "internal" else 404)


def test_a_restored_record_has_its_files_again(browser, actor, document):
    made = attach(actor, document)
    entry = records.delete(find("documents"), actor, document.pk, reason="误删")
    gone = browser.get(f"/r/documents/{document.pk}/attachments/{made.uid}/").status_code

    records.restore(find("documents"), actor, entry)

    assert gone == 404
    assert browser.get(f"/r/documents/{document.pk}/attachments/{made.uid}/").status_code == 200


def test_kept_files_outlive_the_sweep_and_removed_ones_do_not(actor, document):
    kept, gone = attach(actor, document, content=b"1"), attach(actor, document, content=b"2")
    services.remove(find("documents"), actor, document.pk, gone.uid, reason="过期")

    store.sweep(older_than_s=-1)

    assert store.is_whole(kept.sha256) and not store.path_of(gone.sha256).exists()


def test_a_file_that_is_lost_is_said_plainly(browser, actor, document):
    made = attach(actor, document)
    store.remove(made.sha256)

    answer = browser.get(f"/r/documents/{document.pk}/attachments/{made.uid}/")

    assert answer.status_code == 404 and "从备份恢复" in answer.content.decode()


def test_machines_list_and_take_files(officer, actor, document):
    made = attach(actor, document, name="现场.jpg", content=files.jpeg())
    _token, secret = issue_token("对账", ["office.view_document"], 10, actor)
    bearer = {"headers": {"Authorization": f"Bearer {secret}"}}

    listed = Client().get(f"/api/documents/{document.uid}/attachments", **bearer).json()
    taken = Client().get(f"/api/documents/{document.pk}/attachments/{made.uid}", **bearer)

    assert [(each["name"], each["sha256"], each["size"]) for each in listed] == [
        ("现场.jpg", made.sha256, len(files.jpeg()))
    ]
    assert b"".join(taken.streaming_content) == files.jpeg()
