# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Every file that can carry a comment says whose it is and under which licence."""

import pytest

from tests.unit.house.files import name, project_files

LICENCE = "SPDX-License-Identifier: Apache-2.0"
COPYRIGHT = "SPDX-FileCopyrightText: 2026-present pretalx-coc contributors"

# Formats without comments, files that are their licence, and one-word files.
WITHOUT_COMMENTS = {
    ".docx",
    ".gif",
    ".ico",
    ".jpeg",
    ".jpg",
    ".json",
    ".jsonl",
    ".odp",
    ".onnx",
    ".pdf",
    ".png",
    ".pptx",
    ".webp",
    ".zip",
}
EXEMPT = {"LICENSE", ".gitignore", ".python-version", "MANIFEST.in"}


def carries_a_header(path):
    return (
        path.suffix not in WITHOUT_COMMENTS
        and path.name not in EXEMPT
        and path.stat().st_size > 0
    )


@pytest.mark.parametrize(
    "path", [path for path in project_files() if carries_a_header(path)], ids=name
)
def test_file_has_its_spdx_header(path):
    head = path.read_text(encoding="utf-8")[:1000]

    assert COPYRIGHT in head
    assert LICENCE in head
