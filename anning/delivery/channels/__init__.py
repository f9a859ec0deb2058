"""Channels: one folder each, with a ``transport.py`` that holds a ``Channel``. A new folder is a new channel."""

from functools import lru_cache
from importlib import import_module
from pkgutil import iter_modules

from django.utils.translation import gettext as _

from anning.delivery.channels.channel import Channel, Outcome, Sent
from anning.kernel.errors import NotFound

__all__ = ["Channel", "Outcome", "Sent", "channel", "every"]


@lru_cache(maxsize=1)
def _found() -> dict[str, Channel]:
    made = {}
    for module in iter_modules(__path__):
        if module.ispkg:
            transport = import_module(f"{__name__}.{module.name}.transport")
            plugged: Channel = transport.Channel()
            made[plugged.name] = plugged
    return dict(sorted(made.items(), key=lambda pair: pair[1].position))


def every() -> list[Channel]:
    """Return every channel that is plugged in."""
    return list(_found().values())


def channel(name: str) -> Channel:
    """Return the channel called ``name``. Raises NotFound."""
    if name not in _found():
        raise NotFound(_("没有“%s”这个渠道") % name, _("请在可用渠道中选择"))
    return _found()[name]
