# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What is in this file, and is any of it sexualised?

``check_file`` is called in the process that asks. Whatever opens a file runs in
a process of its own, one for each file, with limits and without a network: see
``process`` for how it is started and ended, and ``child`` for what it does.
"""

from pretalx_coc.detection.documents.checking import (
    READER_VERSION,
    check_file,
    pictures_available,
)
from pretalx_coc.detection.documents.limits import Limits
from pretalx_coc.detection.documents.result import (
    KINDS,
    PARTS,
    UNCHECKED_FILES,
    FileFinding,
    FileResult,
    FileUnchecked,
    Picture,
    Text,
)

__all__ = [
    "KINDS",
    "PARTS",
    "READER_VERSION",
    "UNCHECKED_FILES",
    "FileFinding",
    "FileResult",
    "FileUnchecked",
    "Limits",
    "Picture",
    "Text",
    "check_file",
    "pictures_available",
]
