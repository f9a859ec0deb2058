"""Early-warning notices: drafted from what was measured, sent with a number, answered by each recipient."""

import io

import docx
import pytest

from anning.journal.models import Entry
from anning.kernel.errors import IllegalMove, NotAllowed, NotFound, Refused
from anning.monitoring.models import EarlyNotice
from anning.monitoring.rounds import papers, services


@pytest.fixture
def notice(alarm, district, operator) -> EarlyNotice:
    """A draft to the enterprise of the alarm, its town and one department."""
    return services.draft_notice(
        alarm.enterprise,
        operator,
        title="关于可燃气体多次报警的预警提示函",
        body="你单位罐区多次报警。\n请立即核实。",
        departments=[district.water],
        alarms=[alarm],
    )


def test_a_notice_goes_to_enterprise_town_and_department(notice, district):
    assert [(each.role, each.unit) for each in notice.receipts.all()] == [
        ("enterprise", district.town_a.enterprise),
        ("town", district.town_a.government),
        ("department", district.water),
    ]


def test_a_sent_notice_has_a_number_a_deadline_and_reaches_who_has_an_account(notice, operator, user_of, district):
    from anning.delivery.models import Message

    user_of("town", district.town_a.government)

    sent = services.send_notice(notice.pk, operator)

    assert (
        sent.state == "sent" and sent.number.endswith("1号") and (sent.due_at - sent.sent_at).total_seconds() == 86400
    )
    assert Message.objects.get().receipts.get().person.organisation == district.town_a.government
    with pytest.raises(IllegalMove):
        services.send_notice(notice.pk, operator)


def test_the_last_receipt_closes_it(notice, operator):
    services.send_notice(notice.pk, operator)
    keys = list(notice.receipts.values_list("pk", flat=True))
    for key in keys:
        assert EarlyNotice.objects.get().state == "sent"
        services.receive_notice(notice.pk, key, operator, answer="电话回执")

    assert EarlyNotice.objects.get().state == "closed"
    with pytest.raises(IllegalMove):
        services.receive_notice(notice.pk, keys[0], operator)
    assert Entry.objects.filter(kind="earlynotice.receive").count() == 3


def test_a_unit_notes_its_own_receipt_and_no_other(notice, operator, actor_of, district):
    services.send_notice(notice.pk, operator)
    own, other = notice.receipts.get(role="town"), notice.receipts.get(role="department")
    officer = actor_of("town", district.town_a.government)

    assert services.receive_notice(notice.pk, own.pk, officer, answer="已督促").received_by == officer.name
    with pytest.raises(NotFound):
        services.receive_notice(notice.pk, other.pk, officer)


def test_a_draft_takes_no_receipt_and_may_be_voided_for_a_reason(notice, operator, actor_of):
    with pytest.raises(IllegalMove):
        services.receive_notice(notice.pk, notice.receipts.first().pk, operator)
    with pytest.raises(Refused):
        services.withdraw_notice(notice.pk, operator, reason=" ")
    with pytest.raises(NotAllowed):
        services.withdraw_notice(notice.pk, actor_of("village"), reason="误拟")

    assert services.withdraw_notice(notice.pk, operator, reason="重复").state == "withdrawn"


def test_the_word_file_is_an_official_document(notice, operator):
    services.send_notice(notice.pk, operator)
    texts = [line.text for line in docx.Document(papers.write_notice(EarlyNotice.objects.get())).paragraphs]

    assert notice.title in texts and any("芦台某某化工有限公司：" in text for text in texts)
    assert any("号" in text and "提" in text for text in texts)


def test_the_pages_draft_send_and_take_receipts(alarm, client_of):
    client = client_of("monitor")
    form = client.get(f"/rounds/notice/new/{alarm.enterprise_id}")
    assert "高报" in form.content.decode()
    made = client.post(f"/rounds/notice/new/{alarm.enterprise_id}", {"title": "提示函", "body": "请核实"})
    notice = EarlyNotice.objects.get()
    assert made.headers["Location"] == notice.get_absolute_url() and list(notice.alarms.all()) == [alarm]

    client.post(f"/rounds/notice/{notice.pk}/send")
    receipt = notice.receipts.first()
    client.post(f"/rounds/notice/{notice.pk}/receipt/{receipt.pk}", {"answer": "收悉"})

    assert "收悉" in client.get(notice.get_absolute_url()).content.decode()
    word = client.get(f"/rounds/notice/{notice.pk}/word")
    assert docx.Document(io.BytesIO(b"".join(word.streaming_content)))


def test_another_town_does_not_see_it(notice, client_of, district):
    assert client_of("town", district.town_b.government).get(notice.get_absolute_url()).status_code == 404


def test_a_department_reads_what_was_sent_to_it_alone(notice, operator, client_of, district):
    client = client_of("member")
    assert client.get(notice.get_absolute_url()).status_code == 404, "a draft is nobody's yet"

    services.send_notice(notice.pk, operator)
    receipt = notice.receipts.get(role="department")
    client.post(f"/rounds/notice/{notice.pk}/receipt/{receipt.pk}", {"answer": "已安排检查"})

    receipt.refresh_from_db()
    assert receipt.answer == "已安排检查" and client.get(notice.get_absolute_url()).status_code == 200
