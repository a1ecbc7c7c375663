"""The WSGI application, for gunicorn. Its pages wait for the database as shortly as a site must."""

import os

from django.core.wsgi import get_wsgi_application

from salesorg.state.places import current_places
from salesorg.state.temporary import keep_temporary_files

os.environ["SALESORG_PROCESS"] = "site"
keep_temporary_files(current_places())
application = get_wsgi_application()
