"""Settings of the tests: the product's own, in a home folder that is thrown away."""

import atexit
import os
import shutil
import tempfile

_home = tempfile.mkdtemp(prefix="anning-test-")
atexit.register(shutil.rmtree, _home, ignore_errors=True)
os.environ["ANNING_HOME"] = _home

from anning.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # speed only; sign-in tests name Argon2
