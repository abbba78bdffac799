# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""pretalx's own settings, without Redis and a broker, and *with* migrations.

``pretalx.common.settings.test_settings`` switches migrations off and needs the
``dev`` extra; what the plugin promises about its database (constraints,
triggers, migrations) can only be tested with the real thing.
"""

import atexit
import os
import tempfile
from pathlib import Path

_tmp = tempfile.TemporaryDirectory(prefix="pretalx-coc-tests-")
atexit.register(_tmp.cleanup)
os.environ["PRETALX_DATA_DIR"] = _tmp.name
os.environ.setdefault("PRETALX_NO_INITIAL_LOG", "1")

from pretalx.settings import *  # noqa: E402, F403
from pretalx.settings import MIDDLEWARE, STORAGES  # noqa: E402

DATA_DIR = Path(_tmp.name)
MEDIA_ROOT = DATA_DIR / "media"
LOG_DIR = DATA_DIR / "logs"
STATIC_ROOT = DATA_DIR / "static"
SITE_URL = "http://testserver"
SITE_NETLOC = SITE_HOST = "testserver"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False

DEBUG = False
DEBUG_PROPAGATE_EXCEPTIONS = True
VITE_DEV_MODE = True
CELERY_TASK_ALWAYS_EAGER = True
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
MAIL_FROM = "orga@example.org"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
SESSION_ENGINE = "django.contrib.sessions.backends.db"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
STORAGES["staticfiles"]["BACKEND"] = (
    "django.contrib.staticfiles.storage.StaticFilesStorage"
)
MIDDLEWARE = [entry for entry in MIDDLEWARE if "MinifyHtml" not in entry]
WHITENOISE_AUTOREFRESH = True
LOGGING = {"version": 1, "disable_existing_loggers": False}

DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
if _name := os.environ.get("COC_TEST_SQLITE"):
    # A file, so that ``--reuse-db`` saves the migrations while working on a test.
    DATABASES["default"]["TEST"] = {"NAME": _name}
if os.environ.get("COC_TEST_DATABASE") == "postgres":
    DATABASES["default"] = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": os.environ.get("PGDATABASE", "test"),
        "HOST": os.environ.get("PGHOST", "localhost"),
        "PORT": os.environ.get("PGPORT", "5432"),
        "USER": os.environ.get("PGUSER", "postgres"),
        "PASSWORD": os.environ.get("PGPASSWORD", ""),
    }
