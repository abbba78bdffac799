# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0

import socket

import pytest
from django.db import connections


@pytest.fixture(scope="session")
def django_db_modify_db_settings():
    """Say in one sentence that the service is missing, before a test needs it."""
    settings = connections["default"].settings_dict
    if connections["default"].vendor != "postgresql":
        return
    host, port = settings["HOST"], int(settings["PORT"])
    try:
        socket.create_connection((host, port), timeout=5).close()
    except OSError:
        pytest.exit(
            f"No PostgreSQL answers at {host}:{port}. Start one, or set PGHOST "
            "and PGPORT.",
            returncode=3,
        )
