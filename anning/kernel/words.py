"""The kernel's words are Chinese; the house above installs what says them in the language of the screen."""

from collections.abc import Callable

_translate: Callable[[str], str] = str


def gettext(text: str) -> str:
    """Return ``text`` in the language of whoever reads it, in Chinese before a translation is installed."""
    return _translate(text)


def translate_by(translate: Callable[[str], str]) -> None:
    """Install what translates the kernel's words from now on."""
    global _translate  # noqa: PLW0603  (the one place where the kernel hears of languages)
    _translate = translate
