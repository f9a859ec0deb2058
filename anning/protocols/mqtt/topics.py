"""Topic names and filters (4.7)."""

LONGEST = 1024  # characters; the standard allows 65535 bytes, no device needs them


def is_topic(name: str) -> bool:
    """Whether messages may be published under ``name``: not empty, without wildcards and NUL."""
    return 0 < len(name) <= LONGEST and "+" not in name and "#" not in name and "\0" not in name


def is_filter(text: str) -> bool:
    """Whether ``text`` may be subscribed to: ``+`` alone on its level, ``#`` alone on the last."""
    if not text or "\0" in text or len(text) > LONGEST:
        return False
    *levels, last = text.split("/")
    if (last != "#" and "#" in last) or any("#" in level for level in levels):
        return False
    return all(level == "+" or "+" not in level for level in (*levels, last))


def matches(filter_: str, topic: str) -> bool:
    """Whether ``topic`` is covered by ``filter_``; wildcards do not reach topics that begin with ``$``."""
    wanted, given = filter_.split("/"), topic.split("/")
    if topic.startswith("$") and wanted[0] in {"+", "#"}:
        return False
    for position, level in enumerate(wanted):
        if level == "#":
            return True
        if position >= len(given) or level not in {"+", given[position]}:
            return False
    return len(wanted) == len(given)
