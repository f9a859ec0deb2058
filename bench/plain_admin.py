"""A plain Django admin of documents, to measure a list against: same columns, same filters, no more.

Serves as settings (the product's own, with the admin beside it) and as address table.
"""

from anning.settings import *  # noqa: F403
from anning.settings import INSTALLED_APPS as PRODUCT
from anning.settings import TEMPLATES

INSTALLED_APPS = [*PRODUCT, "django.contrib.admin"]
ROOT_URLCONF = "bench.plain_admin_urls"
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
TEMPLATES[0]["OPTIONS"]["context_processors"].append("django.contrib.auth.context_processors.auth")  # type: ignore[index]
