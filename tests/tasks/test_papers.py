"""Papers as official documents: what stands where, on screen and in Word, and that LibreOffice opens it."""

import io
import re
import shutil
import subprocess

import docx
import pytest
from django.urls import reverse
from docx.oxml.ns import qn

from anning.accounts.selectors import actor_for
from anning.tasks import services
from anning.tasks.papers import document_of

TEXT = "各镇街要立即开展排查。\n一、排查范围\n（一）下沉路桥。\n重点检查泵站。"


@pytest.fixture
def signer(user_of):
    """The leader who signs."""
    return user_of("lead")


@pytest.fixture
def paper(giver, signer):
    """A paper that is ready to be signed."""
    made = services.start_approval(
        giver,
        title="关于开展城市内涝隐患排查的通知",
        text=TEXT,
        signer=signer.person,
        series="津宁应急字",
        urgency=3,
        addressee="各镇人民政府、街道办事处",
        copied_to="区政府办公室，区水务局",
    )
    return services.submit(made.pk, giver)


@pytest.fixture
def signed(paper, signer):
    """The paper with its number."""
    return services.sign(paper.pk, actor_for(signer), text="同意。")


def word(client, approval) -> docx.document.Document:
    answer = client.get(reverse("tasks:approval_word", args=[approval.pk]))
    return docx.Document(io.BytesIO(b"".join(answer.streaming_content)))


def texts(document) -> str:
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(line.text for line in document.paragraphs), *cells])


def test_a_signed_paper_has_head_number_signer_date_and_imprint(client_of, signer, signed):
    document = word(client_of(signer), signed)
    said = texts(document)
    day = document_of(signed, signed.drafts.get()).signed_on
    for expected in (
        "特急",
        "宁河区应急管理局文件",
        signed.number,
        f"签发人：{signer.person}",
        signed.title,
        "各镇人民政府、街道办事处：",
        f"{day.year}年{day.month}月{day.day}日",
        "抄送：区政府办公室，区水务局。",
        "日印发",
    ):
        assert expected in said, expected
    assert re.fullmatch(r"津宁应急字〔\d{4}〕1号", signed.number)


def test_the_page_and_the_faces_are_those_of_the_standard(client_of, signer, signed):
    document = word(client_of(signer), signed)
    section = document.sections[0]
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(margin.mm) for margin in margins] == [37, 35, 28, 26]
    faces = {
        line.text: line.runs[0]._element.rPr.rFonts.get(qn("w:eastAsia")) for line in document.paragraphs if line.text
    }
    assert faces[signed.title] == "方正小标宋简体"
    assert (faces["一、排查范围"], faces["（一）下沉路桥。"]) == ("黑体", "楷体_GB2312")
    assert faces["重点检查泵站。"] == "仿宋_GB2312"


def test_what_is_not_signed_says_so_and_has_no_head(client_of, signer, paper):
    client = client_of(signer)
    said = texts(word(client, paper))
    assert "（第 1 稿，待签发，不作为正式文件）" in said
    assert "文件\n" not in said.split(paper.title)[0].replace("不作为正式文件", "") and "印发" not in said
    page = client.get(reverse("tasks:approval_print", args=[paper.pk])).content.decode()
    assert "不作为正式文件" in page and "official-mark" not in page


def test_the_print_page_shows_the_same(client_of, signer, signed):
    page = client_of(signer).get(reverse("tasks:approval_print", args=[signed.pk])).content.decode()
    for expected in (signed.number, str(signer.person), "抄送：区政府办公室，区水务局。", signed.content_digest[:16]):
        assert expected in page
    assert client_of(signer).get(reverse("tasks:approval_print", args=[signed.pk]), {"draft": "9"}).status_code == 404


def test_who_may_not_see_a_paper_cannot_print_it(client_of, district, paper):
    stranger = client_of("town", district.town_b.government)
    for name in ("tasks:approval_print", "tasks:approval_word"):
        assert stranger.get(reverse(name, args=[paper.pk])).status_code == 404


def test_libreoffice_opens_the_word_file(client_of, signer, signed, tmp_path):
    office = shutil.which("soffice")
    assert office, "LibreOffice is among the packages of the tests"
    answer = client_of(signer).get(reverse("tasks:approval_word", args=[signed.pk]))
    file = tmp_path / "paper.docx"
    file.write_bytes(b"".join(answer.streaming_content))
    command = [office, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "pdf"]
    subprocess.run([*command, "--outdir", str(tmp_path), str(file)], check=True, capture_output=True, timeout=120)
    pdf = (tmp_path / "paper.pdf").read_bytes()
    assert pdf.startswith(b"%PDF") and re.search(rb"/Count [12]\b", pdf)  # the second page holds at most the 版记
