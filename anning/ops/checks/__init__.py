"""The checks of ``anning doctor`` and of the health page, in the order in which they are shown."""

from anning.ops.checks import machine, database, keys, journal, service  # noqa: F401, I001  # the order is the report's
