"""Ports: which are free, and what replaces one that is busy."""

import socket
from collections.abc import Collection

TRIES = 200


def is_free(host: str, port: int) -> bool:
    """Whether a server could listen on ``port`` now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # servers set it: waiting leftovers are no obstacle
        try:
            trial.bind((host, port))
            trial.listen(1)
        except OSError:
            return False
    return True


def replacement(host: str, port: int, *, spared: Collection[int] = ()) -> int:
    """Return the first free port from ``port`` on that is not ``spared``. Raises OSError when there is none."""
    for candidate in range(port, min(port + TRIES, 65536)):
        if candidate not in spared and is_free(host, candidate):
            return candidate
    raise OSError(f"端口 {port} 之后的 {TRIES} 个端口都被占用")


def choose(host: str, wanted: dict[str, int]) -> dict[str, int]:
    """Return ``wanted`` with every busy port replaced; no replacement takes a port that another one wants."""
    chosen: dict[str, int] = {}
    for name, port in wanted.items():
        others = {other for key, other in wanted.items() if key != name} | set(chosen.values())
        chosen[name] = replacement(host, port, spared=others)
    return chosen
