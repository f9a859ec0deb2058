import io
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from anning.accounts.models import Area, Organisation
from anning.registry.models import BaseFeature, Facility
from anning.ui.records.register import find
from tests.registers import workbook
from tests.registry.geometry import SQUARE, feature, geojson, point, polygon
from tests.registry.test_setup_areas import workbook as areas_workbook

TOWNS = [("120117110000", "七里海镇", ""), ("120117110201", "大北涧沽村", "")]


@pytest.fixture
def people(user_of):
    return ["--user", user_of("admin").username, "--user", user_of("section").username]


@pytest.fixture
def folder(tmp_path, district):
    (tmp_path / "区域.xlsx").write_bytes(areas_workbook(TOWNS))
    outline = feature(polygon(SQUARE), name="试验区界", 类别="区界")
    (tmp_path / "底图要素.geojson").write_bytes(geojson(outline))
    rows = [{"name": "一号泵站", "kind": "pump", "area": Area(code="120117110201", name="大北涧沽村")}]
    (tmp_path / "设施.xlsx").write_bytes(workbook(find("facilities"), rows))
    (tmp_path / "report-points.geojson").write_bytes(
        geojson(feature(point(117.05, 39.05), name="村口", 类别="村（社区）"))
    )
    return tmp_path


def run(folder, people, *options):
    out = io.StringIO()
    call_command("registry_setup", str(folder), *people, "--datum", "WGS-84", *options, stdout=out)
    return out.getvalue()


def test_a_folder_is_run_dry_first_each_file_upon_the_one_before(folder, people):
    before = {p for p in Path(settings.FILES).rglob("*") if p.is_file()}

    said = run(folder, people, "--make-units")

    assert "区域.xlsx（区域）：新增 2" in said and "设施.xlsx（设施）：新增 1" in said and "没有写入" in said
    assert not Facility.objects.exists() and not Area.objects.filter(code="120117110").exists()
    assert {p for p in Path(settings.FILES).rglob("*") if p.is_file()} == before


def test_with_commit_it_is_all_there(folder, people):
    said = run(folder, people, "--make-units", "--commit")

    assert "已写入" in said
    assert Facility.objects.get().area.code == "120117110201" and BaseFeature.objects.get().how_located == "imported"
    assert Organisation.objects.filter(area__code="120117110").exists()
    assert "未变 1" in run(folder, people, "--commit")


def test_one_bad_file_keeps_all_of_them_out(folder, people):
    (folder / "区域.xlsx").write_bytes(areas_workbook([*TOWNS, ("999999", "外区", "")]))

    with pytest.raises(CommandError, match="没有写入任何数据"):
        run(folder, people, "--commit")

    assert not Facility.objects.exists() and not BaseFeature.objects.exists()


def test_what_cannot_be_done_is_said(tmp_path, folder, people):
    with pytest.raises(CommandError, match="没有文件夹"):
        run(folder / "nowhere", people)
    with pytest.raises(CommandError, match="没有启用的账号"):
        run(folder, ["--user", "nobody"])
    (tmp_path / "empty").mkdir()
    with pytest.raises(CommandError, match="没有认得的文件"):
        run(tmp_path / "empty", people)


def test_another_spelling_of_a_village_is_named_with_the_right_one(folder, people, capsys):
    rows = [{"name": "一号泵站", "kind": "pump", "area": Area(code="大北间沽村")}]
    (folder / "设施.xlsx").write_bytes(workbook(find("facilities"), rows))
    out = io.StringIO()

    with pytest.raises(CommandError):
        call_command("registry_setup", str(folder), *people, "--datum", "WGS-84", stdout=out)

    assert "没有找到“大北间沽村”；是不是“大北涧沽村”？" in out.getvalue() and "第 2 行" in out.getvalue()
