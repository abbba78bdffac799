# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Copies of files: while they are checked, and when something was found in them.

What is digested, checked and kept is one and the same copy, whatever pretalx
does to its own file meanwhile. Copies lie in a folder that no web server serves.
"""

import hashlib
import os
import shutil
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.core.files import File
from django.db import transaction
from django.utils.timezone import now

from pretalx_coc.models import CaseFile, Finding, MaterialCopy
from pretalx_coc.models.storage import private_storage

WORKING = "working"
LEFT_BEHIND = 6 * 3600  # seconds after which a file without an owner is nobody's
CHUNK = 1024 * 1024


@dataclass(frozen=True)
class Working:
    """A copy to work with, gone when the work is done.

    Attributes:
        path: Where it lies.
        sha256: The digest of its content.
    """

    path: str
    sha256: str


def _folder() -> Path:
    folder = Path(private_storage().location) / WORKING
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


@contextmanager
def working_copy(file):
    """Copy a stored file, and digest it on the way.

    Args:
        file: Django's file, in any storage.

    Raises:
        OSError: It is not there, or cannot be read.
    """
    digest = hashlib.sha256()
    with tempfile.TemporaryDirectory(dir=_folder()) as folder:
        path = Path(folder) / "file"
        with file.storage.open(file.name, "rb") as source, path.open("wb") as target:
            while chunk := source.read(CHUNK):
                digest.update(chunk)
                target.write(chunk)
        yield Working(str(path), digest.hexdigest())


def keep(*, event, sha256: str, source, name: str, media: str) -> MaterialCopy:
    """Keep a file for as long as a finding refers to it; once for each content.

    Called in the transaction that stores the finding.

    Args:
        event: The event.
        sha256: The digest of its content.
        source: The file, open for reading.
        name: What its owner called it.
        media: What it really is.
    """
    same = MaterialCopy.objects.filter(event=event, sha256=sha256)
    # Locked, so that nobody drops it before the finding refers to it.
    if existing := same.select_for_update().first():
        return existing
    copy = MaterialCopy(
        event=event, sha256=sha256, name=name, media=media, created=now()
    )
    copy.file.save("copy", File(source), save=False)
    stored, created = MaterialCopy.objects.get_or_create(
        event=event,
        sha256=sha256,
        defaults={
            "name": name,
            "media": media,
            "file": copy.file.name,
            "created": copy.created,
        },
    )
    if not created:
        copy.file.storage.delete(copy.file.name)
    return stored


@transaction.atomic
def drop_unused(event) -> None:
    """Delete the copies that no finding refers to; their files go after the commit."""
    locked = [copy.pk for copy in _unused(event).select_for_update()]
    if locked:
        # Again: a finding may have come while this waited for the lock.
        _unused(event).filter(pk__in=locked).delete()


def _unused(event):
    findings = Finding.objects.filter(event=event)
    return (
        MaterialCopy.objects.filter(event=event)
        .exclude(pk__in=findings.filter(copy__isnull=False).values("copy"))
        .exclude(pk__in=findings.filter(preview__isnull=False).values("preview"))
    )


def remove_file(row: MaterialCopy | CaseFile) -> None:
    """Remove the file of a row that is being deleted, once that has committed."""
    storage, name = row.file.storage, row.file.name
    if name:
        transaction.on_commit(lambda: storage.delete(name), robust=True)


def remove_left_behind() -> None:
    """Remove files that a killed process left, in any event.

    Those of a transaction that is still open are younger than ``LEFT_BEHIND``.
    """
    storage = private_storage()
    root = Path(storage.location)
    if not root.is_dir():
        return
    before = time.time() - LEFT_BEHIND
    known = {
        *MaterialCopy._base_manager.values_list("file", flat=True),
        *CaseFile._base_manager.values_list("file", flat=True),
    }
    for entry in [*_entries(root / WORKING), *_copies(root)]:
        is_known = str(entry.relative_to(root)) in known
        if not is_known and entry.stat().st_mtime < before:
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink(missing_ok=True)


def _entries(folder: Path) -> list[Path]:
    return [Path(entry.path) for entry in os.scandir(folder)] if folder.is_dir() else []


def _copies(root: Path) -> list[Path]:
    """The files below the folders that ``models.storage`` makes."""
    return [
        path
        for folder in _entries(root)
        if folder.is_dir() and folder.name != WORKING
        for path in _entries(folder)
    ]
