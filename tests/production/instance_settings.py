# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What a small instance without Redis puts in front of pretalx's settings.

Copied beside the instance that ``test_wheel.py`` sets up, and imported there.
"""

import os
from pathlib import Path

INSTANCE = Path(os.environ["COC_INSTANCE"])
os.environ["PRETALX_DATA_DIR"] = str(INSTANCE)

from pretalx.settings import *  # noqa: E402, F403

STATIC_ROOT = INSTANCE / "static.dist"
SITE_URL = os.environ["COC_INSTANCE_URL"]
SITE_NETLOC = SITE_URL.removeprefix("http://")
SITE_HOST = SITE_NETLOC.split(":")[0]
CSRF_TRUSTED_ORIGINS = [SITE_URL]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
SESSION_ENGINE = "django.contrib.sessions.backends.db"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
