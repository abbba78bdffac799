# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Where the word lists lie, and how they are read."""

import os

# Not pathlib: it takes a fifth of the time of the import.
DATA = os.path.join(os.path.dirname(__file__), "data")  # noqa: PTH118, PTH120

#: The learnt weights, see ``learnt``.
WEIGHTS = os.path.join(DATA, "learnt")  # noqa: PTH118

#: The file with the frequent words of many languages; all others are lexicons.
PROFILES = "languages"


def names():
    """The data files without their ending, in a fixed order."""
    ending = ".toml"
    listed = os.listdir(DATA)  # noqa: PTH208
    return sorted(name.removesuffix(ending) for name in listed if name.endswith(ending))


def read(name):
    """The content of a data file."""
    # Only who checks a text pays for the parser, not who imports the package.
    import tomllib  # noqa: PLC0415

    return tomllib.loads(_content(name).decode())


def _content(name):
    with open(os.path.join(DATA, f"{name}.toml"), "rb") as file:  # noqa: PTH118, PTH123
        return file.read()


def weighed_languages():
    """The languages that there are learnt weights for, in a fixed order."""
    ending = ".tsv"
    listed = os.listdir(WEIGHTS)  # noqa: PTH208
    return sorted(name.removesuffix(ending) for name in listed if name.endswith(ending))


def _weights_path(language):
    return os.path.join(WEIGHTS, f"{language}.tsv")  # noqa: PTH118


def read_weights(language):
    """The learnt weights of a language.

    Each line has a feature, a tab, and its weight in hundredths. Lines that
    begin with ``#`` and have a value say what goes for all: ``# bias`` and so on.

    Returns:
        The values of the head, and feature → weight.
    """
    head, weights = {}, {}
    with open(_weights_path(language), encoding="utf-8") as file:  # noqa: PTH123
        for line in file:
            name, _, value = line.rstrip("\n").rpartition("\t")
            if name.startswith("# "):
                head[name[2:]] = int(value) / 100
            elif name:
                weights[name] = int(value) / 100
    return head, weights


def digest_parts():
    """Name and content of every file, with line ends evened out.

    A checkout on Windows is the same detector.
    """
    for name in names():
        content = _content(name).replace(b"\r\n", b"\n")
        yield f"{name} {len(content)}\n".encode()
        yield content
    for language in weighed_languages():
        with open(_weights_path(language), "rb") as file:  # noqa: PTH123
            content = file.read().replace(b"\r\n", b"\n")
        yield f"{language} {len(content)}\n".encode()
        yield content
