"""What a request tells about where it comes from."""

import re
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_noop as _

BROWSERS = (
    ("MicroMessenger", _("微信")),
    ("wxwork", _("企业微信")),
    ("DingTalk", _("钉钉")),
    ("QIHU|360SE|360EE", _("360 浏览器")),
    ("Qaxbrowser", _("奇安信浏览器")),
    ("Edg/", "Edge"),
    ("Firefox/", _("火狐")),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", _("安卓")),
    ("iPhone|iPad", _("苹果手机")),
    ("HarmonyOS|OpenHarmony", _("鸿蒙")),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def address_of(request: HttpRequest) -> str:
    """Return the address of the browser; what proxies say counts only when they are named in the settings."""
    address = str(request.META.get("REMOTE_ADDR", ""))
    told = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    while address in settings.TRUSTED_PROXIES and told:
        address = told.pop()
    return address[:45]


def browser_of(request: HttpRequest) -> str:
    """Return browser and system in words that their user recognises."""
    agent = request.headers.get("User-Agent", "")
    named = [next((name for mark, name in table if re.search(mark, agent)), "") for table in (BROWSERS, SYSTEMS)]
    return " · ".join(part for part in named if part) or _("其他浏览器")


def is_foreign(request: HttpRequest) -> bool:
    """Whether the request comes, or may come through a proxy, from another machine."""
    told = request.headers.get("X-Forwarded-For", "").split(",")
    forwarded = "Forwarded" in request.headers
    return forwarded or any(not _is_loopback(part.strip()) for part in (request.META.get("REMOTE_ADDR", ""), *told))


def _is_loopback(address: str) -> bool:
    try:
        return not address or ip_address(address).is_loopback
    except ValueError:
        return False
