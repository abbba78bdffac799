# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Files that members add to a case: kept where no web server finds them."""

import hashlib
import unicodedata
from pathlib import PurePosixPath

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from pretalx_coc.domain import audit
from pretalx_coc.domain.case_log import chain_of, change, note, refuse_closed
from pretalx_coc.domain.errors import CocError
from pretalx_coc.enums import AuditAction, EntryKind
from pretalx_coc.models import Case, CaseFile

MAX_MEGABYTES = 20
MAX_BYTES = MAX_MEGABYTES * 1024 * 1024
MAX_NAME_LENGTH = 200  # code points


def _clean_name(name: str) -> str:
    """What its owner called a file, as a name that a download can have.

    The end stays where it is too long: it says what kind of file it is.
    """
    name = PurePosixPath(name.replace("\\", "/")).name
    # Neither control characters nor those that turn the direction of writing.
    name = "".join(
        letter for letter in name if unicodedata.category(letter) not in ("Cc", "Cf")
    )
    return name.strip()[-MAX_NAME_LENGTH:] or "file"


def _check_size(uploaded) -> None:
    if not uploaded.size:
        raise CocError(_("This file is empty."))
    if uploaded.size > MAX_BYTES:
        raise CocError(
            _("This file is too large: at most {number} MB.").format(
                number=MAX_MEGABYTES
            )
        )


@transaction.atomic
def add_file(*, case: Case, by, uploaded) -> CaseFile:
    """Add a file to a case.

    Args:
        case: The case.
        by: The member.
        uploaded: Django's uploaded file.

    Raises:
        CocError: It is empty or too large, or the case is closed.
    """
    _check_size(uploaded)
    digest = hashlib.sha256()
    for chunk in uploaded.chunks():
        digest.update(chunk)
    with change(case, revision=None) as row:
        refuse_closed(row)
        file = CaseFile(
            event=row.event,
            case=row,
            name=_clean_name(uploaded.name),
            size=uploaded.size,
            sha256=digest.hexdigest(),
            created=now(),
            added_by=by.code,
        )
        # What is left behind where the transaction fails is cleared away with
        # what killed processes leave, see ``domain.copies``.
        file.file.save("file", uploaded, save=False)
        file.save()
        data = {"file": file.code, "size": file.size, "sha256": file.sha256}
        note(row, EntryKind.FILE, by=by, text=file.name, data=data)
    return file


@transaction.atomic
def copy_file(*, file: CaseFile, case: Case, by) -> CaseFile:
    """Put a copy of a file of one case on another, just opened one.

    The bytes are copied, so that either case can go without the other.

    Args:
        file: The file.
        case: The case that gets the copy.
        by: The member.

    Raises:
        CocError: Its bytes are not there any more.
    """
    try:
        source = file.file.open("rb")
    except FileNotFoundError as error:
        raise CocError(
            _("“{name}” is not there any more.").format(name=file.name)
        ) from error
    kept = {name: getattr(file, name) for name in ("name", "size", "sha256")}
    copy = CaseFile(
        event=case.event, case=case, created=now(), added_by=by.code, **kept
    )
    with source:
        copy.file.save("file", source, save=False)
    copy.save()
    data = {"revision": 0, "file": copy.code, "size": copy.size, "sha256": copy.sha256}
    note(case, EntryKind.FILE, by=by, text=copy.name, data=data)
    return copy


@transaction.atomic
def file_read(*, file: CaseFile, by) -> None:
    """Note that somebody fetched a file, before they get it."""
    audit.write(
        event=file.event,
        chain=chain_of(file.case),
        action=AuditAction.CASE_FILE_READ,
        actor=by,
        subject=file.case.code,
        data={"file": file.code},
    )
