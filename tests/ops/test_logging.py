"""What goes wrong in a process reaches its own stream, which the supervisor keeps."""

import os
import subprocess
import sys

SAYS = """
import django, logging
django.setup()
logging.getLogger("django.request").error("a fault of ours")
logging.getLogger("django.request").warning("a refusal")
logging.getLogger("anning.gateways").info("a door is open")
"""


def test_faults_and_our_own_news_are_written_and_refusals_are_not(tmp_path):
    place = {"DJANGO_SETTINGS_MODULE": "anning.settings", "ANNING_HOME": str(tmp_path)}
    said = subprocess.run(
        [sys.executable, "-c", SAYS], env=os.environ | place, capture_output=True, text=True, check=True
    )

    assert "[ERROR] django.request: a fault of ours" in said.stderr
    assert "a door is open" in said.stderr
    assert "a refusal" not in said.stderr
