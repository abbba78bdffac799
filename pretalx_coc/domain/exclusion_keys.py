# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The keys that addresses are hashed with, and the hash.

Exclusions find an address again without keeping it. The keys are the plugin's
own, in a file beside the database: whoever has only the database cannot try
addresses, and a new secret key of the server breaks nothing. ``docs/exclusions.md``
says how to keep them safe.
"""

import fcntl
import hashlib
import hmac
import json
import os
import re
import secrets
import tempfile
import unicodedata
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.utils.timezone import now

FILE_NAME = "exclusion_keys.json"
# A name in quotes that needs none is the same mailbox.
QUOTED = re.compile(r'"[\w.!#$%&\'*+/=?^`{|}~-]+"', re.ASCII)
OTHERS = 0o077  # what nobody but the owner may do with the file
# What reading a file comes to that is not what it should be.
UNREADABLE = (OSError, ValueError, KeyError, TypeError)

_read = {}  # what the file said, by its path and how it was


@dataclass(frozen=True, repr=False)
class Key:
    """One key.

    Attributes:
        id: Says which key an exclusion was hashed with; no secret.
        secret: The key, in hexadecimal digits.
        created: When it was made, in ISO 8601.
    """

    id: str
    secret: str
    created: str

    def __repr__(self):
        return f"Key({self.id})"


def key_file() -> Path:
    """Where the keys lie."""
    return Path(settings.DATA_DIR) / "pretalx_coc" / FILE_NAME


def normalise(email: str) -> str:
    """An address as it is hashed: how it is typed makes no difference.

    Capital letters, space around it, look-alike forms of one letter, quotes and the
    ways to write a domain are evened out. What is another address to a mail server
    stays another one: ``name+tag@``, ``na.me@``, an alias, another domain.
    """
    email = unicodedata.normalize("NFKC", email).strip().casefold()
    name, at, domain = unicodedata.normalize("NFKC", email).rpartition("@")
    if QUOTED.fullmatch(name):
        name = name[1:-1]
    return f"{name}{at}{_domain(domain)}"


def _domain(domain: str) -> str:
    """A domain as mail servers look it up, without the signs that they pass over."""
    try:
        return domain.encode("idna").decode().rstrip(".")
    except UnicodeError:
        return domain


def all_keys() -> list[Key]:
    """All keys, the newest first; none before the first exclusion."""
    path = key_file()
    try:
        stat = path.stat()
    except FileNotFoundError:
        return []
    how = (str(path), stat.st_ino, stat.st_mtime_ns, stat.st_size)
    if _read.get("how") != how:
        content = json.loads(path.read_text(encoding="utf-8"))
        _read.update(how=how, keys=[Key(**entry) for entry in content["keys"]])
    return list(_read["keys"])


def newest_key() -> Key:
    """The key for what is hashed now; made by the first who needs it."""
    found = all_keys()
    if found:
        return found[0]
    with _locked():
        # Somebody else may have made it while this one waited.
        found = all_keys()
        if not found:
            found = [_new_key()]
            _write(found)
    return found[0]


def add_key() -> Key:
    """Make a new key; from now on it is the newest."""
    with _locked():
        key = _new_key()
        _write([key, *all_keys()])
    return key


def drop_keys(used: set[str]) -> list[str]:
    """Forget the keys that no exclusion uses, but never the newest.

    Args:
        used: The ids of keys that stay.

    Returns:
        The ids of those that are gone.
    """
    with _locked():
        found = all_keys()
        gone = [key.id for key in found[1:] if key.id not in used]
        if gone:
            _write([key for key in found if key.id not in gone])
    return gone


def address_hash(key: Key, email: str) -> str:
    """The keyed hash of an address: HMAC-SHA256, in hexadecimal digits."""
    secret = bytes.fromhex(key.secret)
    return hmac.new(secret, normalise(email).encode(), hashlib.sha256).hexdigest()


def address_hashes(email: str) -> list[str]:
    """The hashes of an address under every key there is."""
    if not email:
        return []
    return [address_hash(key, email) for key in all_keys()]


def problems(used: set[str]) -> list[str]:
    """What is wrong with the keys, in words; nothing if all is well.

    Args:
        used: The ids of the keys that exclusions were hashed with.
    """
    path = key_file()
    try:
        known = {key.id for key in all_keys()}
    except UNREADABLE as error:
        return [f"{FILE_NAME} cannot be read ({type(error).__name__})"]
    found = [
        f"key {key_id} is missing: its exclusions hold by account only"
        for key_id in sorted(used - known)
    ]
    if known and path.stat().st_mode & OTHERS:
        found.append(f"{FILE_NAME} can be read by others; its mode must be 0600")
    return found


def _new_key() -> Key:
    return Key(
        id=secrets.token_hex(4),
        secret=secrets.token_hex(32),
        created=now().isoformat(timespec="seconds"),
    )


@contextmanager
def _locked():
    """One process at a time, on this machine and on a shared disk that locks."""
    folder = key_file().parent
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(
        os.open(folder / f"{FILE_NAME}.lock", os.O_RDWR | os.O_CREAT, 0o600), "w"
    ) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _write(entries: list[Key]) -> None:
    """Replace the file: whoever reads it finds the old one or the new one, whole."""
    path = key_file()
    handle, temporary = tempfile.mkstemp(dir=path.parent)  # readable by us alone
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump({"keys": [asdict(key) for key in entries]}, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
