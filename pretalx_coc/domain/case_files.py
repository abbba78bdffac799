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
