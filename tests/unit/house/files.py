# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The files of this project, for the tests that read them."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PACKAGE = ROOT / "pretalx_coc"


def project_files():
    """Every file that is committed, or would be with ``git add .``."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    paths = {ROOT / name for name in listed.split("\0") if name}
    return sorted(path for path in paths if path.is_file())


def package_files(*suffixes):
    return [
        path
        for path in project_files()
        if path.is_relative_to(PACKAGE) and path.suffix in suffixes
    ]


def name(path):
    return path.relative_to(ROOT).as_posix()
