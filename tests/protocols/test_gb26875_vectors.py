"""GB/T 26875.3 against frames that devices and other people's programs made."""

import json

import pytest

from anning.kernel.frames import BadFrame
from anning.protocols import gb26875
from tests.protocols.vectors import vectors, wire

VECTORS = vectors("gb26875")
FRAMES = [v for v in VECTORS if v.values[0].get("kind", "frame") == "frame"]
UNITS = [v for v in VECTORS if v.values[0].get("kind", "adu") == "adu"]


@pytest.mark.parametrize("vector", FRAMES)
def test_a_frame_is_read_as_the_independent_decoder_reads_it(vector):
    if not vector["valid"]:
        with pytest.raises(BadFrame):
            gb26875.decode(wire(vector))
        return

    fields = gb26875.to_fields(gb26875.decode(wire(vector)))

    assert {key: fields.get(key, "absent") for key in vector["expect"]} == vector["expect"]


@pytest.mark.parametrize("vector", UNITS)
def test_application_data_is_read_as_the_independent_decoder_reads_it(vector):
    if not vector["valid"]:
        with pytest.raises(BadFrame):
            gb26875.adu_to_fields(wire(vector))
        return

    _name, objects = gb26875.adu_to_fields(wire(vector))

    assert objects == vector["expect"]


@pytest.mark.parametrize("vector", [v for v in FRAMES if v.values[0].get("valid", True)])
def test_a_frame_comes_back_from_its_fields_byte_for_byte(vector):
    fields = json.loads(json.dumps(gb26875.to_fields(gb26875.decode(wire(vector)))))

    assert gb26875.encode(gb26875.from_fields(fields)) == wire(vector)


def test_the_authors_of_the_vectors_say_the_same():
    said = [v.values[0] for v in UNITS if v.values[0].get("expect_from_source")]
    if not said:
        pytest.skip("needs the vectors")
    for vector in said:
        unit = gb26875.read_adu(wire(vector))
        for item, theirs in zip(unit.objects, vector["expect_from_source"], strict=True):
            ours = item._asdict()
            read = {
                "sys": ours.get("sys"),
                "addr": ours.get("sysaddr"),
                "type": ours.get("ctype"),
                "ctype": ours.get("ctype"),
                "caddr": int.from_bytes(ours.get("caddr", b""), "little"),
                "flag": ours.get("status"),
                "status": ours.get("status"),
                "op": ours.get("op"),
                "operator": ours.get("operator"),
                "text": gb26875.text_of(ours.get("text", b"")),
                "version": ".".join(map(str, ours.get("ver", b""))),
            }
            if "time" in theirs:
                assert f"(unix {(gb26875.utc_ms(ours['time']) or 0) // 1000})" in theirs["time"]
            assert {key: read[key] for key in theirs if key != "time"} == {
                k: v for k, v in theirs.items() if k != "time"
            }
