# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""pretalx's own settings, on SQLite and in memory, for one machine only.

Everything the demo writes is below one folder. The environment says which
(``COC_DEMO_DATA``), and on which port it serves (``PORT``).
"""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PORT = int(os.environ.get("PORT") or 8000)
_data = Path(os.environ.get("COC_DEMO_DATA") or ROOT / "demo" / "data").resolve()

# An installation of pretalx on this machine must not shine through, neither by
# its configuration file nor by its environment.
for _name in [name for name in os.environ if name.startswith("PRETALX_")]:
    del os.environ[_name]
os.environ["PRETALX_CONFIG_FILE"] = os.devnull
os.environ["PRETALX_DATA_DIR"] = str(_data)
os.environ["PRETALX_FILESYSTEM_STATIC"] = str(_data / "static")
os.environ["PRETALX_SITE_URL"] = f"http://localhost:{PORT}"
os.environ["PRETALX_MAIL_FROM"] = "harbour@example.net"
os.environ["PRETALX_NO_INITIAL_LOG"] = "1"

from pretalx.settings import *  # noqa: E402, F403
from pretalx.settings import DATA_DIR, LOG_DIR, SITE_URL, STORAGES  # noqa: E402

DEBUG = VITE_DEV_MODE = False
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
CSRF_TRUSTED_ORIGINS = [SITE_URL, f"http://127.0.0.1:{PORT}"]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATA_DIR / "db.sqlite3",
        "OPTIONS": {
            # Several threads write: they wait for each other instead of failing,
            # which takes a transaction that is a writer from its first moment.
            "timeout": 30,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
    }
}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
CELERY_TASK_ALWAYS_EAGER = True

# Mails are files that one can read, and reach nobody.
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = DATA_DIR / "mails"

# Named by content as in production, without the long search for the best
# compression.
STORAGES["staticfiles"]["BACKEND"] = (
    "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "default": {"format": "%(levelname)s %(asctime)s %(name)s %(message)s"}
    },
    "handlers": {
        "file": {
            "class": "logging.FileHandler",
            "filename": LOG_DIR / "demo.log",
            "formatter": "default",
            "delay": True,
        },
        "console": {
            "class": "logging.StreamHandler",
            "level": "ERROR",
            "formatter": "default",
        },
    },
    "root": {"handlers": ["file", "console"], "level": "INFO"},
}
