"""The hostile files are what they claim to be."""

import io
import zipfile

from tests.hostile import files


def test_a_zip_bomb_is_small_outside_and_large_inside():
    bomb = files.zip_bomb(50)

    assert len(bomb) < 200_000
    assert zipfile.ZipFile(io.BytesIO(bomb)).getinfo("xl/worksheets/sheet1.xml").file_size > 50 * 1024 * 1024


def test_a_good_workbook_is_good():
    assert zipfile.ZipFile(io.BytesIO(files.workbook([["a"]]))).testzip() is None
