"""``anning up``: the whole platform on one machine."""

import argparse
import os
import time
from typing import Any

from django.conf import settings
from django.db import connections

from anning.ops import announcement, certificates, home, ports, processes, servers, supervision
from anning.ops.command import PlainCommand
from anning.ops.lock import home_lock
from anning.ops.supervision import Plan

PORTS = {
    "ANNING_PORT": ("网页", settings.PORT),
    "ANNING_LIVE_PORT": ("实时推送", settings.LIVE_PORT),
    "ANNING_GATEWAY_PORT": ("设备接入", settings.GATEWAY_PORT),
    "ANNING_MQTT_PORT": ("MQTT", settings.MQTT_PORT),
}


class Command(PlainCommand):
    """Prepares, then becomes the supervisor."""

    help = "准备数据目录并运行整个平台；Ctrl+C 停止。"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--tls", action="store_true", help="使用 TLS：自建 CA，或 ANNING_TLS_CERT 指定的证书")
        parser.add_argument("--no-demo", action="store_true", help="空的数据目录不载入演示数据")
        parser.add_argument("--prepare-only", action="store_true", help="只准备数据目录和数据库，不运行")

    def handle(self, *, tls: bool, no_demo: bool, prepare_only: bool, **options: Any) -> None:
        with home_lock(settings.HOME):
            home.prepare(self._say, demo=not no_demo)
            servers.require_safe_address(settings.HOST)
            if not prepare_only:
                self._run(tls=tls or settings.TLS)

    def _run(self, *, tls: bool) -> None:
        environment = self._environment(tls=tls)
        address = announcement.address(settings.HOST, int(environment["ANNING_PORT"]), tls=tls)
        accounts = announcement.demo_accounts()
        said = announcement.text(address, accounts)
        beside = (processes.DEVICES,) if accounts and settings.DEMO_DEVICES == "on" else ()
        connections.close_all()
        supervision.become(Plan(str(settings.HOME / "logs"), address, said, beside), environment)

    def _environment(self, *, tls: bool) -> dict[str, str]:
        """Return the environment that all children share: free ports, one clock, TLS."""
        wanted = {name: port for name, (_, port) in PORTS.items()}
        chosen = ports.choose(settings.HOST, wanted)
        for name, port in chosen.items():
            if port != wanted[name]:
                self._say(f"{PORTS[name][0]}端口 {wanted[name]} 已被占用，改用 {port}（可用 {name} 指定）。")
        environment = {**os.environ, **{name: str(port) for name, port in chosen.items()}}
        environment |= {"ANNING_HOME": str(settings.HOME), "ANNING_TLS": "1" if tls else "0", "PYTHONUNBUFFERED": "1"}
        if clock := anchored(settings.CLOCK):
            environment["ANNING_CLOCK"] = clock
        if tls:
            self._say_authority(certificates.of_installation())
        return environment

    def _say_authority(self, paths: certificates.Paths) -> None:
        if paths.authority:
            self._say(
                f"TLS 使用自建 CA。请在每台电脑安装根证书：{paths.authority}\n"
                f"  SHA-256 指纹 {certificates.fingerprint(paths.authority)}"
            )

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def anchored(clock: str) -> str:
    """Return the accelerated clock with its anchor, so that all children show the same time."""
    return f"{clock}@{time.time():.3f}" if clock.count("@") == 1 else clock
