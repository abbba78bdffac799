# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What the demo consists of, read from the files in ``content/``.

Nothing here needs Django, so that the texts can be tested on their own.
"""

import hashlib
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

CONTENT = Path(__file__).resolve().parent / "content"
# One for everybody: this is a demo, and it listens on this machine only.
PASSWORD = "harbour"
COMMENT = re.compile(r"\A<!--.*?-->\s*", re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class Speaker:
    key: str
    name: str
    biography: str
    email: str
    locale: str = "en"
    accepted: str | None = None


@dataclass(frozen=True, kw_only=True)
class Proposal:
    key: str
    kind: str
    title: str
    language: str
    type: str
    track: str
    state: str
    speakers: tuple[str, ...]
    abstract: str
    description: str
    notes: str = ""
    slides: bool = False


def _read(name):
    return tomllib.loads((CONTENT / name).read_text(encoding="utf-8"))


@cache
def event():
    return _read("event.toml")


@cache
def speakers():
    return {
        key: Speaker(
            key=key, **{"email": f"{key.replace('-', '.')}@example.net", **fields}
        )
        for key, fields in _read("speakers.toml").items()
    }


@cache
def proposals():
    found = {}
    for path in sorted((CONTENT / "proposals").glob("*.toml")):
        for fields in _read(f"proposals/{path.name}")["proposal"]:
            texts = {
                name: fields.get(name, "").strip()
                for name in ("abstract", "description", "notes")
            }
            proposal = Proposal(
                **{**fields, **texts, "speakers": tuple(fields["speakers"])}
            )
            if proposal.key in found:
                raise ValueError(f"Two proposals are called {proposal.key}.")
            found[proposal.key] = proposal
    return found


@cache
def policy():
    """The code of conduct by language."""
    return {
        path.name.split(".")[1]: COMMENT.sub("", path.read_text(encoding="utf-8"))
        for path in sorted(CONTENT.glob("policy.*.md"))
    }


@cache
def reviews():
    return _read("reviews.toml")


@cache
def cases():
    return _read("cases.toml")


@cache
def slides():
    return _read("slides.toml")


def fingerprint():
    """Changes whenever one of the files does."""
    digest = hashlib.sha256()
    for path in sorted(CONTENT.rglob("*.*")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()
