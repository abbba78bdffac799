# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What belongs to one machine stays there.

The names are not written down here, or this file would be the first to break the
rule: they are read off the machine that runs the test.
"""

import re
from pathlib import Path

import pytest

from tests.unit.house.files import ROOT, name, project_files

# Where a checkout may lie without its parent folder telling anything.
COMMON_PARENTS = {"/", "/app", "/code", "/home", "/opt", "/src", "/srv", "/tmp"}
NOT_TEXT = {".docx", ".jpg", ".odp", ".onnx", ".pdf", ".png", ".pptx", ".webp", ".zip"}
GENERAL = {
    "somebody's home": re.compile(r"(?<![\w.}/-])/(home|Users)/[\w.-]+/"),
    "a Windows profile": re.compile(r"\b[A-Z]:\\Users\\"),
    "a package index": re.compile(
        r"--(extra-)?index-url|--find-links|https?://[^\s\"']+/simple/?\b"
    ),
}


def local_folders():
    folders = {ROOT, Path.home()}
    if str(ROOT.parent) not in COMMON_PARENTS:
        folders.add(ROOT.parent)
    return {str(folder) for folder in folders if str(folder) != "/"}


def patterns():
    yield from GENERAL.items()
    for folder in sorted(local_folders()):
        yield folder, re.compile(rf"(?<![\w.}}/-]){re.escape(folder)}/")


@pytest.mark.parametrize(
    "path",
    [
        path
        for path in project_files()
        if path.suffix not in NOT_TEXT and path != Path(__file__)
    ],
    ids=name,
)
def test_file_names_nothing_of_this_machine(path):
    text = path.read_text(encoding="utf-8")
    found = [what for what, pattern in patterns() if pattern.search(text)]

    assert found == []
