# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Is there sexualised content in this, and where, and why?

The detectors point at passages; what a passage means is for people to say.
Nothing here knows of Django, of pretalx or of the rest of this package, so
that it can run in a process of its own, from a shell, or in a notebook.
"""

from pretalx_coc.detection.checking import MAX_CHARACTERS, check_text
from pretalx_coc.detection.phrases import PhraseError, Phrases
from pretalx_coc.detection.result import (
    CATEGORIES,
    LEVELS,
    UNCHECKED,
    Finding,
    Result,
    Unchecked,
)
from pretalx_coc.detection.version import detector_version

__all__ = [
    "CATEGORIES",
    "DETECTOR_VERSION",
    "LEVELS",
    "MAX_CHARACTERS",
    "UNCHECKED",
    "Finding",
    "PhraseError",
    "Phrases",
    "Result",
    "Unchecked",
    "check_text",
    "detector_version",
]


def __getattr__(name):
    # A constant for who uses it, without every import having to read all data.
    if name == "DETECTOR_VERSION":
        return detector_version()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
