"""Every address × every role with every form, none left out: the walk of the tests at its full count.

Prints one JSON object: how many walks there were and how many failed.
"""

import json
import os
import re
import subprocess
import sys


def main() -> int:
    """Run the walk on the database that ANNING_DATABASE_URL names."""
    database = "postgres" if os.environ.get("ANNING_DATABASE_URL") else "sqlite"
    asked = {"ANNING_TEST_WALK": "all", "ANNING_TEST_DATABASE": database}
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "worksteal", "tests/walk"]
    done = subprocess.run(command, env=os.environ | asked, capture_output=True, text=True, check=False)
    print(done.stdout, file=sys.stderr)
    counts = {word: int(number) for number, word in re.findall(r"(\d+) (passed|failed|error)", done.stdout)}
    print(json.dumps(counts))
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
