"""The second half of ``anning up``: a small process that knows no Django and keeps the others alive.

``anning up`` prepares everything, then becomes this module: what preparing needed in memory is gone.
"""

import json
import os
import ssl
import sys
import threading
import urllib.error
import urllib.request
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NoReturn

from anning.ops import processes
from anning.ops.supervisor import Child, Supervisor

PLAN = "ANNING_SUPERVISION"
PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What to supervise: where its logs go, the address that will answer, what to say then, and who else is kept."""

    logs: str
    address: str
    announcement: str
    beside: tuple[str, ...] = ()


def become(plan: Plan, environment: dict[str, str]) -> NoReturn:
    """Turn this process into the supervisor of ``plan``; open locks that may be inherited are kept."""
    sys.stdout.flush()
    command = [sys.executable, "-m", "anning.ops.supervision"]
    os.execve(sys.executable, command, environment | {PLAN: json.dumps(asdict(plan))})  # noqa: S606  # ourselves


def main() -> None:
    """Supervise until told to stop."""
    plan = Plan(**json.loads(os.environ.pop(PLAN)))
    stop = processes.stop_on_signals()
    names = (*processes.NAMES, *plan.beside)
    environment = os.environ | {"ANNING_SUPERVISOR": str(os.getpid())}
    children = [Child(name, processes.command(name), Path(plan.logs), environment) for name in names]
    supervisor = Supervisor(children, say)
    supervisor.start()
    threading.Thread(target=announce, args=(plan, stop), daemon=True).start()
    try:
        supervisor.watch(stop)
    finally:
        say("正在停止……")
        supervisor.stop()
        say("已停止。")


def announce(plan: Plan, stop: threading.Event) -> None:
    """Say that the platform is there, as soon as it is."""
    if wait_until_answering(plan.address, stop):
        say(plan.announcement)
    elif not stop.is_set():
        say(f"平台 {PATIENCE_S:.0f} 秒内没有应答，请查看 {plan.logs}。")


def wait_until_answering(url: str, stop: threading.Event) -> bool:
    """Return True as soon as the pages answer; False after ``PATIENCE_S`` or when told to stop."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # only asks whether somebody is there
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context))
    for _ in range(int(PATIENCE_S / 0.2)):
        try:
            direct.open(f"{url}health", timeout=5).close()
            return True
        except urllib.error.HTTPError:
            return True
        except OSError:
            if stop.wait(0.2):
                return False
    return False


def say(text: str) -> None:
    """Tell the person in front of the terminal."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
