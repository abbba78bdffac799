# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The migrations say what the models say."""

from io import StringIO

import pytest
from django.core.management import call_command


@pytest.mark.django_db
def test_no_migration_is_missing():
    out = StringIO()
    try:
        call_command(
            "makemigrations", "pretalx_coc", check=True, dry_run=True, stdout=out
        )
    except SystemExit:
        pytest.fail(f"a migration is missing:\n{out.getvalue()}")

    assert out.getvalue() == "No changes detected in app 'pretalx_coc'\n"
