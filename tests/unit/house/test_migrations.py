# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The migrations say what the models say."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def test_no_migration_is_missing():
    """In a process of its own: pretalx's ``makemigrations`` changes Django's state."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "django", "makemigrations", "pretalx_coc"),
            *("--check", "--dry-run"),
        ],
        cwd=ROOT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "PYTHONPATH": str(ROOT),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "No changes detected in app 'pretalx_coc'\n", done.stderr
    assert done.returncode == 0
