"""``python -m anning`` is ``anning``."""

from anning.cli import main

main()
