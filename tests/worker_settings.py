# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The tests' settings for a worker: a real broker, and the database of a test."""

import os
from pathlib import Path

from tests.settings import *  # noqa: F403
from tests.settings import DATABASES

DATA_DIR = Path(os.environ["COC_WORKER_DATA"])
MEDIA_ROOT = DATA_DIR / "media"
DATABASES["default"]["NAME"] = os.environ["COC_WORKER_DATABASE"]
CELERY_TASK_ALWAYS_EAGER = False
CELERY_BROKER_URL = os.environ["COC_WORKER_REDIS"]
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_RESULT_BACKEND = os.environ["COC_WORKER_REDIS"]
CELERY_TASK_IGNORE_RESULT = True
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": os.environ["COC_WORKER_REDIS"],
    }
}
