"""The two web servers: pages and API (WSGI), and the live tail (ASGI)."""

import ipaddress
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from granian import Granian
from granian.constants import Interfaces, SSLProtocols

from anning.accounts.selectors import has_demo_accounts
from anning.kernel.errors import Refused
from anning.ops import certificates, heartbeat
from anning.ops.processes import follow_parent

PAGE_THREADS = 4  # more only queue for the interpreter's lock: bench/bench_list.py (twenty users)
STOP_S = 5  # for requests under way


def serve() -> None:
    """Serve the pages and the API until told to stop."""
    _run(Interfaces.WSGI, settings.PORT, _pages, blocking_threads=PAGE_THREADS)


def live() -> None:
    """Serve the live tail until told to stop."""
    _run(Interfaces.ASGI, settings.LIVE_PORT, _tail)


def require_safe_address(host: str) -> None:
    """Raise Refused when demo accounts would be reachable from other machines."""
    if not _is_loopback(host) and has_demo_accounts():
        raise Refused(
            f"监听地址 {host} 可从其他计算机访问，而演示账号仍可登录",
            "请先停用演示账号（正式使用请以 --no-demo 建立新的数据目录），或把 ANNING_HOST 改为 127.0.0.1",
        )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _run(interface: Interfaces, port: int, load: Callable[[], Any], **options: Any) -> None:
    require_safe_address(settings.HOST)
    if settings.TLS:
        paths = certificates.of_installation()
        options |= {"ssl_cert": paths.certificate, "ssl_key": paths.key, "ssl_protocol_min": SSLProtocols.tls12}
    Granian(
        target="",
        address=settings.HOST,
        port=port,
        interface=interface,
        workers=1,
        workers_kill_timeout=STOP_S,
        websockets=False,
        log_access=False,
        **options,
    ).serve(target_loader=load, wrap_loader=False)


def _pages() -> Any:
    follow_parent()
    from anning.wsgi import application

    heartbeat.keep_beating("serve")
    return application


def _tail() -> Any:
    follow_parent()
    from anning.live.app import application

    heartbeat.keep_beating("live")
    return application


def static_folder() -> Path:
    """Return where the built front end lies."""
    return Path(settings.BASE) / "ui" / "static"
