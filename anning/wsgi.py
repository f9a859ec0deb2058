"""The WSGI application that ``anning serve`` runs."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anning.settings")
application = get_wsgi_application()
