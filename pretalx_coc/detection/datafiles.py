# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Where the word lists lie, and how they are read."""

from pathlib import Path

DATA = Path(__file__).parent / "data"

#: The file with the frequent words of many languages; all others are lexicons.
PROFILES = "languages"


def names():
    """The data files without their ending, in a fixed order."""
    return sorted(path.stem for path in DATA.glob("*.toml"))


def read(name):
    """The content of a data file."""
    # Only who checks a text pays for the parser, not who imports the package.
    import tomllib  # noqa: PLC0415

    with (DATA / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


def digest_parts():
    """Name and content of every file, with line ends evened out.

    A checkout on Windows is the same detector.
    """
    for name in names():
        content = (DATA / f"{name}.toml").read_bytes().replace(b"\r\n", b"\n")
        yield f"{name} {len(content)}\n".encode()
        yield content
