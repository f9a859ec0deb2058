"""The books of tasks, papers and messages: looked up and exported inside the own scope, never edited there."""

import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from anning.tasks.services import assign_task

BOOKS = ("task-book", "approval-book", "message-book")


@pytest.mark.parametrize("book", BOOKS)
def test_a_book_opens_and_takes_no_entry(client_of, book):
    duty = client_of("duty")

    assert duty.get(reverse("records:list", args=[book])).status_code == 200
    assert duty.post(reverse("records:add", args=[book]), {"title": "x"}).status_code in (403, 404)


def test_a_town_officer_exports_no_task_of_another_town(giver, doer_user, doer_person, user_of, client_of, district):
    own = assign_task(giver, title="甲镇任务", to=doer_person)
    other = assign_task(giver, title="乙镇任务", to=user_of("town", district.town_b.government).person)
    client = client_of(doer_user)

    answer = client.get(reverse("records:export", args=["task-book"]))

    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    cells = {str(c.value) for sheet in load_workbook(io.BytesIO(content)) for row in sheet for c in row}
    assert any(own.title in text for text in cells) and not any(other.title in text for text in cells)
    assert client.get(reverse("records:detail", args=["task-book", other.pk])).status_code == 404
    assert "乙镇任务" not in client.get(reverse("records:list", args=["task-book"])).content.decode()
