"""Odd requests: huge forms, NUL bytes, deep JSON, wild addresses, bad pictures. A proper answer, no fault."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from anning.accounts.models import Organisation
from anning.tasks.models import Proof
from anning.tasks.services import assign_task
from tests.hostile import files

NO_FAULT = {200, 301, 302, 400, 403, 404, 405, 409, 411, 413, 414, 415, 422, 431}
WILD = [
    "/r/people/%00/",
    "/r/people/99999999999999999999999999/",
    "/r/people/-1/",
    "/r/people/١٢٣/",
    "/r/../../etc/passwd",
    "/r/people%2f..%2f/",
    "/r/nothing/",
    "/r/people/?page=-1",
    "/r/people/?page=99999999999999999999",
    "/r/people/?per_page=1e9",
    "/r/people/?sort=password",
    "/r/people/?sort=-organisation__parent__parent__name",
    "/r/people/?organisation=abc",
    "/r/people/?organisation=%00",
    "/r/people/?is_active=maybe",
    "/r/people/?q=%00%00",
    "/r/people/?q=" + "%E9%BE%98" * 500,
    "/r/people/?q=%27%20OR%201%3D1--",
    "/r/people/?q=%25_%5C",
    "/r/documents/?in_force_on_min=0000-00-00",
    "/r/documents/?in_force_on_min=9999-99-99&in_force_on_max=x",
    "/r/people/choices/organisation/?q=%00",
    "/r/people/choices/password/",
    "/r/people/export/?format=exe",
    "/r/people/export/?columns=password",
    "/search?q=%F0%9F%98%80%00",
    "/search/answers?q=" + "a" * 5000,
    "/live/poll?after=-1",
    "/live/poll?after=99999999999999999999999",
    "/api/people?limit=99999999999",
    "/api/people?offset=-5",
    "/api/people/%00",
    "/todo?page=x",
    "/messages/?page=%00",
    "/approvals/99999999999999999999/",
    "/tasks/99999999999999999999/",
    "/jobs/%00/",
    "/static/../settings.py",
    "/sign-in?next=//203.0.113.1/",
    "/?" + "a=1&" * 3000,
]


@pytest.fixture
def client(client_of):
    signed_in = client_of("duty")
    signed_in.raise_request_exception = False
    return signed_in


@pytest.mark.parametrize("url", WILD, ids=lambda url: url[:60])
def test_a_wild_address_meets_no_fault(url, client):
    response = client.get(url)

    assert response.status_code in NO_FAULT
    if response.status_code == 302:
        assert "203.0.113.1" not in response["Location"].split("?")[0]


@pytest.mark.parametrize(
    "name",
    [
        "单\x00位",
        "\u202e倒",
        "x" * 100_000,
        "<script>alert(1)</script>",
        "{{ 7|add:7 }}",
        "\ud83d\ude00",
        " ",
        "'\";--",
    ],
)
def test_an_odd_name_is_refused_or_shown_as_it_is(name, client, district):
    name = name.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    response = client.post("/r/organisations/add/", {"name": name, "kind": "enterprise", "sensitivity": "internal"})

    assert response.status_code in {302, 400, 422}
    if response.status_code == 302:
        page = client.get(response["Location"]).content.decode()
        assert "<script>alert(1)" not in page
        assert "14" not in page.partition("<h1>")[2].partition("</h1>")[0] or "{{" not in name
    if "\x00" in name:
        assert not Organisation.objects.filter(name__contains="单").exists()


def test_a_huge_form_is_refused(client, district):
    response = client.post("/r/organisations/add/", {"name": "大", "note": "x" * (6 * 1024 * 1024)})

    assert response.status_code in {400, 413}
    assert "大" in response.content.decode() or response.content


def test_thousands_of_fields_are_refused(client, district):
    response = client.post("/r/organisations/add/", {f"field{n}": "1" for n in range(8000)})

    assert response.status_code in {400, 413, 422}


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[",
        "null",
        '"text"',
        "1e999",
        "[" * 100_000,
        '{"name": ' * 5000 + "1" + "}" * 5000,
        json.dumps({"name": "x" * 500_000}),
        '{"name": "\\u0000"}',
        '{"name": "\\ud800"}',
        '{"name": NaN, "organisation": -1}',
        "\udcff".encode("utf-8", "surrogateescape").decode("latin-1"),
    ],
    ids=lambda body: body[:20] or "empty",
)
def test_hostile_json_meets_no_fault(body, client, district):
    for method, path in (("POST", "/api/people"), ("PATCH", "/api/people/1"), ("POST", "/api/tasks")):
        response = client.generic(method, path, body, "application/json")

        assert response.status_code in NO_FAULT
        assert response.json()["message"]


def test_a_broken_multipart_body_meets_no_fault(client, district):
    for body in (b"", b"--x\r\n", b"--x\r\nContent-Disposition: form-data; name=\xff\r\n\r\n", b"\x00" * 1000):
        response = client.generic("POST", "/r/documents/import/", body, "multipart/form-data; boundary=x")

        assert response.status_code in NO_FAULT


@pytest.mark.parametrize(
    "header", ["HTTP_COOKIE", "HTTP_ACCEPT_LANGUAGE", "HTTP_AUTHORIZATION", "HTTP_REFERER", "HTTP_HX_TARGET"]
)
@pytest.mark.parametrize("value", ["\x00", "a" * 20_000, "Bearer ", "é=ü; ;=", "Bearer \xff", "..."])
def test_an_odd_header_meets_no_fault(header, value, client):
    assert client.get("/duty", **{header: value}).status_code in NO_FAULT


@pytest.mark.parametrize("host", ["203.0.113.1", "evil.example", "localhost:x", "a b", "localhost.evil.example"])
def test_a_foreign_host_name_is_refused(host, db):
    assert Client(raise_request_exception=False).get("/sign-in", HTTP_HOST=host).status_code == 400


@pytest.mark.parametrize(
    "content", [files.picture(), files.empty(), files.noise(), b"GIF89a" + bytes(20), b"<svg onload=x>"]
)
def test_a_bad_picture_is_no_proof(content, client_of, user_of, actor_of):
    doer = user_of("town")
    task = assign_task(actor_of("duty"), title="核实积水", to=doer.person)
    client = client_of(doer)
    client.raise_request_exception = False

    response = client.post(f"/tasks/{task.pk}/proofs", {"file": SimpleUploadedFile("照片.jpg", content, "image/jpeg")})

    assert response.status_code in NO_FAULT
    kept = Proof.objects.first()
    if kept:
        answer = client.get(f"/tasks/{task.pk}/proofs/{kept.pk}")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Type"].split(";")[0] not in {"text/html", "image/svg+xml"}
