"""Damages frames as lines and liars do: bits, bytes, runs, cuts, repeats, joins."""

from random import Random


def mutate(data: bytes, random: Random) -> bytes:
    """Return ``data`` with one to four damages; it may by chance come out as it was."""
    damaged = bytearray(data)
    for _ in range(random.randint(1, 4)):
        random.choice(DAMAGES)(damaged, random)
    return bytes(damaged)


def _flip(data: bytearray, random: Random) -> None:
    if data:
        data[random.randrange(len(data))] ^= 1 << random.randrange(8)


def _replace(data: bytearray, random: Random) -> None:
    if data:
        data[random.randrange(len(data))] = random.choice((0, 1, 0x23, 0x40, 0x7D, 0x7E, 0xFF, random.randrange(256)))


def _insert(data: bytearray, random: Random) -> None:
    at = random.randint(0, len(data))
    data[at:at] = random.randbytes(random.randint(1, 9))


def _remove(data: bytearray, random: Random) -> None:
    at = random.randint(0, len(data))
    del data[at : at + random.randint(1, 9)]


def _cut(data: bytearray, random: Random) -> None:
    del data[random.randint(0, len(data)) :]


def _repeat(data: bytearray, random: Random) -> None:
    at = random.randint(0, len(data))
    data[at:at] = data[at : at + random.randint(1, 40)]


def _swap(data: bytearray, random: Random) -> None:
    at = random.randint(0, len(data))
    data[:] = data[at:] + data[:at]


DAMAGES = (_flip, _flip, _replace, _replace, _insert, _remove, _cut, _repeat, _swap)
