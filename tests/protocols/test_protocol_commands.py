"""``anning protocol_decode`` and ``protocol_encode``: a line for a line, whatever stands in it."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from anning.gateways import codecs
from anning.gateways.codecs import CODECS, decode_line, encode_line
from tests.protocols.test_jt808 import DIFFERENCES
from tests.protocols.vectors import FOLDER, wire

ROOT = Path(__file__).parents[2]
HEARTBEAT = "404001000101203a091a090c790300000000385b01000000000002a72323"
TIME_ASKED = "##0087QN=20240601085857223;ST=32;CN=2011;PW=123456;MN=010000A8900016F000169DC0;Flag=9;CP=&&&&2340"


def lines(name: str) -> Path:
    file = FOLDER / name / "frames.jsonl"
    if not file.exists():
        pytest.skip(f"needs the vectors in {file.parent}")
    return file


def said(command: str, *arguments: object) -> list[str]:
    out = io.StringIO()
    call_command(command, *map(str, arguments), stdout=out)
    return out.getvalue().splitlines()


@pytest.mark.parametrize("name", CODECS)
def test_the_vectors_are_decoded_line_for_line(name):
    vectors = [json.loads(line) for line in lines(name).read_text().splitlines()]

    answers = [json.loads(line) for line in said("protocol_decode", name, lines(name))]

    assert [answer["valid"] for answer in answers] == [vector["valid"] for vector in vectors]
    for answer, vector in zip(answers, vectors, strict=True):
        if not vector["valid"]:
            assert answer["error"] and answer["code"]
        elif isinstance(expected := vector["expect"], list):
            assert answer["fields"] == expected
        else:
            same = expected.keys() - {key for frame, key in DIFFERENCES if frame == vector.get("hex")}
            assert {key: answer["fields"].get(key, "absent") for key in same} == {key: expected[key] for key in same}


@pytest.mark.parametrize("name", CODECS)
def test_what_was_decoded_is_encoded_again(name, tmp_path):
    vectors = [json.loads(line) for line in lines(name).read_text().splitlines()]
    whole = [vector for vector in vectors if vector["valid"] and vector.get("kind") != "adu"]
    decoded = tmp_path / "decoded"
    wires = "\n".join(json.dumps({"hex": wire(vector).hex()}) for vector in whole)
    (tmp_path / "wires").write_text(wires)
    decoded.write_text("\n".join(said("protocol_decode", name, tmp_path / "wires")))

    encoded = said("protocol_encode", name, decoded, "--hex")

    assert [bytes.fromhex(line).upper() for line in encoded] == [wire(vector).upper() for vector in whole]


def test_bare_application_data_goes_both_ways(tmp_path):
    unit = {"kind": "adu", "hex": "0502010203040d030101"}
    (tmp_path / "unit").write_text(json.dumps(unit))

    decoded = said("protocol_decode", "gb26875", tmp_path / "unit")
    (tmp_path / "decoded").write_text(decoded[0])

    assert json.loads(decoded[0])["kind"] == "adu.system_version"
    assert said("protocol_encode", "gb26875", tmp_path / "decoded") == [unit["hex"]]


def test_hex_text_and_json_lines_are_told_apart(tmp_path):
    mixed = tmp_path / "mixed"
    mixed.write_text(f"{TIME_ASKED}\r\n\n  {TIME_ASKED.encode().hex(' ')}\n{json.dumps({'text': TIME_ASKED})}\n")

    first, second, third = map(json.loads, said("protocol_decode", "hj212", mixed))

    assert first == second == third
    assert (first["valid"], first["kind"], first["fields"]["CN"]) == (True, "realtime", "2011")


def test_a_text_format_is_encoded_as_text_unless_hex_is_asked_for(tmp_path):
    (tmp_path / "wire").write_text(TIME_ASKED)
    (tmp_path / "fields").write_text("\n".join(said("protocol_decode", "hj212", tmp_path / "wire")))

    assert said("protocol_encode", "hj212", tmp_path / "fields") == [TIME_ASKED]
    assert said("protocol_encode", "hj212", tmp_path / "fields", "--hex") == [TIME_ASKED.encode().hex()]


def test_a_packet_that_is_no_line_of_text_is_encoded_as_hex(tmp_path):
    gbk = "MN=1;CN=3020;CP=&&i11001-Info=门开&&".encode("gb18030")
    plain = {"kind": "", "fields": {"_hex": gbk.hex()}}
    broken = {"kind": "", "fields": {"MN": "1", "CN": "3020", "CP": [{"i11001-Info": "a\nb"}]}}
    (tmp_path / "fields").write_text(f"{json.dumps(plain)}\n{json.dumps(broken)}\n{{}}\n")

    first, second, third = said("protocol_encode", "hj212", tmp_path / "fields")

    assert gbk.hex() in first and b"a\nb".hex() in second
    assert json.loads(third)["code"] == "line"


BAD_LINES = {
    b"zz": "hex",
    b"404": "hex",
    b"{": "line",
    b"[1]": "hex",
    b"{}": "line",
    b'{"hex": 5}': "line",
    b'{"hex": "\xff"}': "line",
    b'{"text": "\\ud800"}': "short",
    b"\xff\xfe": "hex",
    b"{" + b'"a":[' * 10_000: "line",
}


@pytest.mark.parametrize(("line", "code"), BAD_LINES.items())
def test_a_bad_line_is_answered_and_the_next_one_read(line, code, tmp_path):
    file = tmp_path / "lines"
    file.write_bytes(line + b"\n" + HEARTBEAT.encode() + b"\n")

    bad, good = map(json.loads, said("protocol_decode", "gb26875", file))

    assert (bad["valid"], bad["code"]) == (False, code)
    assert (good["valid"], good["kind"]) == (True, "heartbeat")


@pytest.mark.parametrize("extra", [0, 1, 5])
def test_a_line_without_end_is_answered_once(extra, tmp_path):
    file = tmp_path / "lines"
    file.write_bytes(b"4" * (codecs.LINE_LIMIT * 2 + extra) + b"\n" + HEARTBEAT.encode())

    bad, good = map(json.loads, said("protocol_decode", "gb26875", file))

    assert (bad["code"], good["valid"]) == ("line", True)


@pytest.mark.parametrize("name", CODECS)
@pytest.mark.parametrize(
    "line",
    [b"", b"5", b"{}", b'{"fields":null}', b'{"fields":[]}', b'{"fields":{}}', b'{"kind":5,"fields":{"CP":1}}', None],
)
def test_a_line_that_describes_no_frame_is_answered(name, line):
    answer = encode_line(CODECS[name], line)

    assert isinstance(answer, dict) and answer["valid"] is False and answer["code"]


@pytest.mark.parametrize("name", CODECS)
def test_forced_forms_are_kept_to(name):
    assert decode_line(CODECS[name], b"404", "hex")["code"] == "hex"
    assert decode_line(CODECS[name], b"4040", "text")["code"] != "hex"


def test_an_unknown_name_gets_the_list_of_names():
    with pytest.raises(CommandError, match="gb26875、hj212、jt808、sl651"):
        call_command("protocol_decode", "modbus")


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(CommandError, match="nowhere"):
        call_command("protocol_decode", "hj212", str(tmp_path / "nowhere"))


def test_standard_input_is_read_and_a_reader_that_leaves_is_no_error(tmp_path):
    (tmp_path / "lines").write_text(f"{HEARTBEAT}\n" * 20_000)
    command = [sys.executable, "-m", "anning", "protocol_decode", "gb26875"]

    with (
        (tmp_path / "lines").open() as given,
        subprocess.Popen(
            command, cwd=ROOT, stdin=given, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process,
    ):
        assert process.stdout and process.stderr
        first = process.stdout.readline()
        process.stdout.close()
        errors = process.stderr.read()

    assert json.loads(first)["kind"] == "heartbeat"
    assert (process.returncode, errors) == (0, "")
