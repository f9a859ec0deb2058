"""The dry run of a 5 000-row spreadsheet, and its import.

    python bench/bench_import.py [rows]

One JSON line: ``dry_run_s`` (limit 10), ``import_s``, and ``again_s``, the dry run of the same file once imported.
"""

import io
import json
import os
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
ROWS = int(sys.argv[1]) if len(sys.argv) > 1 else 5000


def workbook(towns: list[str]) -> bytes:
    """Return a spreadsheet of enterprises in these towns."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("机构")
    sheet.append(["单位名称", "简称", "类别", "所在区域", "统一社会信用代码", "电话", "地址"])
    for number in range(ROWS):
        town = towns[number % len(towns)]
        sheet.append([
            f"宁河区第{number}水泥制品有限公司", f"水泥{number}", "企业", town, f"91120117MA{number:08}",
            "022-6900 0001", f"{town}工业路{number}号",
        ])  # fmt: skip
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def main() -> None:
    """Check, import, check again."""
    with tempfile.TemporaryDirectory() as home:
        os.environ["ANNING_HOME"] = home
        os.environ["DJANGO_SETTINGS_MODULE"] = "anning.settings"
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        from anning.accounts.models import Role
        from anning.ui.records import importing
        from anning.ui.records.register import find
        from tests.district import build_district, make_user

        district = build_district()
        role = Role.objects.create(code="bench", name="bench", permissions=["*"], reach=Role.Reach.DISTRICT)
        user = make_user(role, organisation=district.bureau)
        content = workbook([district.town_a.area.name, district.town_b.area.name])

        def checked() -> tuple[float, object]:
            began = time.perf_counter()
            batch = importing.receive(find("organisations"), user, "机构.xlsx", content, update=False)
            importing.check(batch)
            return time.perf_counter() - began, batch

        dry_s, batch = checked()
        assert (batch.created, batch.refused) == (ROWS, 0), (batch.created, batch.problems[:3])
        began = time.perf_counter()
        importing.carry_out(importing.confirm(batch, only_good=False))
        import_s = time.perf_counter() - began
        again_s, again = checked()
        assert again.unchanged == ROWS
    result = {"bench": "import", "rows": ROWS, "dry_run_s": dry_s, "import_s": import_s, "again_s": again_s}
    print(json.dumps({name: round(value, 2) if isinstance(value, float) else value for name, value in result.items()}))


if __name__ == "__main__":
    main()
