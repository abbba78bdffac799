# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""How much of a file is read at most, and how long that may take."""

from dataclasses import dataclass

MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one file may cost. What is over a limit ends as not fully checked.

    The kernel holds the child to ``memory`` (bytes of address space) and
    ``cpu_seconds``, the parent to ``wall_seconds`` and ``output`` (bytes). All
    others are counted while reading: ``file_bytes`` of the file itself,
    ``unpacked`` bytes and ``members`` in all its archives together, ``depth`` of
    files within files, ``characters`` of text, ``pages`` (or slides) of each
    document, ``pictures`` looked at in all, and ``pixels`` of each of those.
    ``findings`` is how many are listed for one file.
    """

    memory: int = 1024 * MEGABYTE
    cpu_seconds: int = 20
    wall_seconds: float = 60.0
    output: int = 32 * MEGABYTE
    file_bytes: int = 256 * MEGABYTE
    unpacked: int = 256 * MEGABYTE
    members: int = 5_000
    depth: int = 3
    characters: int = 2_000_000
    pages: int = 200
    pictures: int = 400
    pixels: int = 40_000_000
    findings: int = 1_000
