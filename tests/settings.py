"""Settings of the tests: the product's own, in a home folder that is thrown away.

ANNING_TEST_DATABASE=sqlite|postgres chooses the database. SQLite is a file with the product's own
options, never ":memory:", so that threads and transactions are real on both.
"""

import atexit
import os
import shutil
import tempfile

_home = tempfile.mkdtemp(prefix="anning-test-")


def _remove_home(owner: int = os.getpid()) -> None:
    if os.getpid() == owner:  # a fork inherits the exit hook
        shutil.rmtree(_home, ignore_errors=True)


atexit.register(_remove_home)
os.environ["ANNING_HOME"] = _home
for _name in [name for name in os.environ if name.startswith("ANNING_") and not name.startswith("ANNING_TEST_")]:
    if _name != "ANNING_HOME":
        del os.environ[_name]  # the developer's own settings do not reach the tests

from anning.kernel.env import env  # noqa: E402
from anning.settings import *  # noqa: E402, F403
from anning.settings import DATABASES, HOME, STATIC_ROOT  # noqa: E402
from tests import postgres  # noqa: E402

TEST_DATABASE = env("ANNING_TEST_DATABASE", "sqlite", choices=("sqlite", "postgres"), doc="测试所用数据库")
if TEST_DATABASE == "postgres":
    DATABASES["default"] = postgres.database() | {"CONN_MAX_AGE": 0}  # a thread's connection ends with its request
else:
    DATABASES["default"]["TEST"] = {"NAME": HOME / "test.sqlite3"}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # speed only; sign-in tests name Argon2
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]
DEMO_RESIDENTS = 400  # the demo district of the tests is a small one
DEMO_DAYS = 0
STATIC_ROOT.mkdir(exist_ok=True)  # whitenoise warns of a folder that is missing
