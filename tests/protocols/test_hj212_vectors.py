"""HJ 212 against the standard's own examples and packets of real devices."""

import json

import pytest

from anning.kernel.frames import BadFrame
from anning.protocols import hj212
from tests.protocols.vectors import vectors, wire

VECTORS = vectors("hj212")
VALID = [v for v in VECTORS if v.values[0].get("valid", True)]


@pytest.mark.parametrize("vector", VECTORS)
def test_a_packet_is_read_as_the_independent_decoder_reads_it(vector):
    if not vector["valid"]:
        with pytest.raises(BadFrame):
            hj212.decode(wire(vector))
        return

    fields = hj212.to_fields(hj212.decode(wire(vector)))

    assert {key: fields.get(key, "absent") for key in vector["expect"]} == vector["expect"]
    assert fields.keys() == vector["expect"].keys()


@pytest.mark.parametrize("vector", VALID)
def test_a_packet_comes_back_from_its_fields(vector):
    frame = hj212.decode(wire(vector))

    again = hj212.from_fields(json.loads(json.dumps(hj212.to_fields(frame))))

    assert again == frame
    assert hj212.encode(again).upper() == wire(vector).upper()  # one device prints its CRC in lower case


def test_every_command_of_the_vectors_has_a_name():
    frames = [hj212.decode(wire(v.values[0])) for v in VALID if v.values[0]]
    if not frames:
        pytest.skip("needs the vectors")

    assert {frame.cn for frame in frames} <= hj212.COMMANDS.keys()


def test_a_sensor_with_a_crc_of_its_own_is_read_when_told_so():
    cheap = [v.values[0] for v in VECTORS if "per-device override" in v.values[0].get("note", "")]
    if not cheap:
        pytest.skip("needs the vectors")

    frame = hj212.decode(wire(cheap[0]), checks_crc=False)

    assert [reading.code for reading in hj212.readings(frame)] == ["TEMP", "HUMI", "PM25", "CO2", "CH2O", "VOC"]


def test_the_vectors_come_whole_out_of_one_stream():
    packets = [wire(v.values[0]) for v in VALID if v.values[0]]
    splitter = hj212.Splitter()

    found = [packet for byte in b"".join(packets) for packet in splitter.feed(bytes((byte,)))]

    assert found == [packet.removesuffix(b"\r\n") for packet in packets]
    assert (splitter.skipped, len(splitter)) == (0, 0)
