# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Somebody asks what is stored about them: a package that a member redacts."""

import hashlib
import json
from dataclasses import dataclass
from io import BytesIO
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile

from dateutil.relativedelta import relativedelta
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from pretalx.person.models import User

from pretalx_coc.domain import audit
from pretalx_coc.domain.access_parts import parts_about
from pretalx_coc.domain.case_files import file_read
from pretalx_coc.domain.errors import CocError
from pretalx_coc.enums import AuditAction
from pretalx_coc.models import AccessRequest

ACCESS_CHAIN = "access"
MAX_REASON_LENGTH = 500  # code points


@dataclass(frozen=True)
class Package:
    """What is handed out: a file to be sent, its name, and of what kind it is."""

    name: str
    content_type: str
    file: BinaryIO


def requests_for(event, member):
    """The requests that a member may work on: not one of their own."""
    return AccessRequest.objects.filter(event=event).exclude(user_code=member.code)


def person_of(request: AccessRequest) -> User | None:
    """Whom a request is about; None once their account is gone."""
    return User.objects.filter(code=request.user_code).first()


@transaction.atomic
def start(*, event, by, email: str, received) -> AccessRequest:
    """Note that somebody asked.

    Args:
        event: The event.
        by: The member who notes it.
        email: The address of the account of whoever asked.
        received: The day they asked.

    Raises:
        CocError: There is no such account, it is the member's own, or there is a
            request of theirs already.
    """
    if received > now().astimezone(event.tz).date():
        raise CocError(_("Please enter the day on which they asked."))
    user = User.objects.filter(email__iexact=email.strip(), is_active=True).first()
    if not user:
        raise CocError(_("There is no account with this address."))
    if user.pk == by.pk:
        raise CocError(_("What is stored about you is for the others to hand out."))
    is_open = AccessRequest.objects.filter(
        event=event, user_code=user.code, done=None
    ).exists()
    if is_open:
        raise CocError(_("This person has asked already, and waits."))
    request = AccessRequest.objects.create(
        event=event,
        user_code=user.code,
        received=received,
        due=received + relativedelta(months=1),
        opened_by=by.code,
    )
    _log(request, by, AuditAction.ACCESS_STARTED, {"user": user.code})
    return request


def _log(request, by, action: str, data: dict, texts: dict | None = None) -> None:
    audit.write(
        event=request.event,
        chain=ACCESS_CHAIN,
        action=action,
        actor=by,
        subject=request.code,
        data=data,
        texts=texts,
    )


def _locked(request: AccessRequest) -> AccessRequest:
    return AccessRequest.objects.select_for_update().get(pk=request.pk)


def parts_of(request: AccessRequest, member) -> list:
    """The parts of a request's package that a member may see."""
    person = person_of(request)
    return parts_about(request.event, person, member) if person else []


@transaction.atomic
def leave_out(*, request: AccessRequest, by, reasons: dict[str, str]) -> AccessRequest:
    """Say what is left out, each with a reason; what has none goes in.

    What another member left out, and this one may not see, stays as it is. A file
    goes in only if it is said of it: an empty reason.

    Args:
        request: The request.
        by: The member.
        reasons: Key of a part → why it is left out; empty for what goes in.

    Raises:
        CocError: A reason is too long.
    """
    if any(len(reason) > MAX_REASON_LENGTH for reason in reasons.values()):
        raise CocError(_("This is too long. Please shorten it a little."))
    row = _locked(request)
    seen = {part.key: part for part in parts_of(row, by)}
    wanted = {
        key: reason.strip()
        for key, reason in reasons.items()
        if key in seen and (reason.strip() or seen[key].file)
    }
    kept = {key: why for key, why in row.omitted.items() if key not in seen}
    if row.omitted != kept | wanted:
        row.omitted = kept | wanted
        row.save(update_fields=["omitted"])
        left_out = sorted(key for key, why in wanted.items() if why)
        words = "\n".join(f"{key}: {wanted[key]}" for key in left_out)
        data = {"left_out": left_out, "files": sorted(wanted.keys() - left_out)}
        _log(row, by, AuditAction.ACCESS_REDACTED, data, {"reasons": words})
    request.omitted = row.omitted
    return row


def _undecided(parts, omitted: dict) -> bool:
    return any(part.file and part.key not in omitted for part in parts)


def _shown(part, omitted: dict) -> dict:
    """A part as the package has it."""
    if reason := omitted.get(part.key):
        return {"what": part.title, "left_out_because": reason}
    shown = {"what": part.title, "content": part.content}
    return shown | {"file": _path_of(part.file)} if part.file else shown


def _path_of(file) -> str:
    return f"files/{file.code}-{file.name}"


def digest_of(parts) -> str:
    """Tells whether what is handed out is what the member has read."""
    read = {part.key: part.content for part in parts if not part.is_known}
    data = json.dumps(read, cls=DjangoJSONEncoder, sort_keys=True)
    return hashlib.sha256(data.encode()).hexdigest()


@transaction.atomic
def hand_out(*, request: AccessRequest, by, seen: str) -> Package:
    """The package, without what is left out; the request is done.

    Args:
        request: The request.
        by: The member: only what they may see is in it.
        seen: What ``digest_of`` said of the parts that the page showed.

    Raises:
        CocError: The account is gone; something was added since, which nobody has
            read and which may name others; it was not said of a file whether it
            goes in, or one cannot be read.
    """
    row = _locked(request)
    person = person_of(row)
    if not person:
        raise CocError(_("This account is gone, and with it what was theirs."))
    parts = parts_about(row.event, person, by)
    if seen != digest_of(parts):
        raise CocError(
            _(
                "Something was added or changed since you opened this page. Please "
                "look through it once more."
            )
        )
    if _undecided(parts, row.omitted):
        raise CocError(_("Please say of each file whether it goes in."))
    if not row.done:
        row.done, row.done_by = now(), by.code
        row.save(update_fields=["done", "done_by"])
    files = [part.file for part in parts if part.file and not row.omitted[part.key]]
    for file in files:
        file_read(file=file, by=by)
    data = {
        "parts": len(parts),
        "left_out": sum(bool(row.omitted.get(part.key)) for part in parts),
        "files": [file.code for file in files],
    }
    _log(row, by, AuditAction.ACCESS_HANDED_OUT, data)
    content = {
        "event": str(row.event.name),
        "account": row.user_code,
        "asked": row.received,
        "made": now(),
        "parts": [_shown(part, row.omitted) for part in parts],
    }
    return _packed(row, content, files)


def _packed(row: AccessRequest, content: dict, files: list) -> Package:
    """The content as JSON; with files, in an archive beside them."""
    text = json.dumps(content, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
    name = f"{row.event.slug}-{row.code}"
    if not files:
        return Package(f"{name}.json", "application/json", BytesIO(text.encode()))
    packed = TemporaryFile()  # noqa: SIM115 -- whoever sends it closes it
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        archive.writestr(f"{name}.json", text)
        for file in files:
            try:
                source = file.file.open("rb")
            except FileNotFoundError:
                raise CocError(
                    _("The file {name} cannot be read.").format(name=file.name)
                ) from None
            with source, archive.open(_path_of(file), "w") as target:
                copyfileobj(source, target)
    packed.seek(0)
    return Package(f"{name}.zip", "application/zip", packed)
