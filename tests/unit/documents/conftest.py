# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""A file, checked, and what a test wants to know of the result."""

import pytest

from pretalx_coc.detection.documents import check_file
from pretalx_coc.detection.phrases import Phrases
from tests.unit.documents.making import BAD

WATCHED = Phrases(watched=((BAD, "pornography"),))


@pytest.fixture
def check(tmp_path):
    """Write bytes to a file and check it, without looking at pictures."""

    def _check(data, name="talk", **options):
        path = tmp_path / "stored"
        path.write_bytes(data)
        return check_file(
            path, name, **{"pictures": False, "phrases": WATCHED} | options
        )

    return _check
