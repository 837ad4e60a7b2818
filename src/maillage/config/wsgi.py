"""The door through which the server calls Maillage."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "maillage.config.settings.prod")
application = get_wsgi_application()
