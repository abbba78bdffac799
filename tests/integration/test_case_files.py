# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Files of a case, asked of the domain."""

import hashlib
import os
import stat
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from pretalx_coc.domain import audit, case_files, cases
from pretalx_coc.domain.case_log import chain_of
from pretalx_coc.domain.copies import LEFT_BEHIND, remove_left_behind
from pretalx_coc.domain.errors import CocError
from pretalx_coc.enums import AuditAction, CaseState, EntryKind
from pretalx_coc.models import AuditEntry, Case, CaseEntry, CaseFile

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_event")]


@pytest.fixture
def case(event, member, talk):
    subject = cases.subject_of_profile(talk.speakers.get())
    return cases.open_case(event=event, by=member, subject=subject)


def upload(name="photo.jpg", content=b"what was seen"):
    return SimpleUploadedFile(name, content)


def test_a_file_is_kept_as_it_came_under_a_random_name(case, member):
    file = case_files.add_file(case=case, by=member, uploaded=upload())
    assert file.file.read() == b"what was seen"
    assert (file.name, file.size) == ("photo.jpg", 13)
    assert file.sha256 == hashlib.sha256(b"what was seen").hexdigest()
    assert "photo" not in file.file.name
    assert stat.S_IMODE(Path(file.file.path).stat().st_mode) == 0o600
    assert not Path(file.file.path).is_relative_to(settings.MEDIA_ROOT)


def test_it_is_on_the_timeline_and_its_name_is_not_in_the_log(event, case, member):
    file = case_files.add_file(case=case, by=member, uploaded=upload("Ada.pdf"))
    entry = CaseEntry.objects.last()
    assert (entry.kind, entry.text) == (EntryKind.FILE, "Ada.pdf")
    assert entry.data["file"] == file.code
    assert "Ada" not in repr(list(AuditEntry.objects.values()))
    assert audit.first_broken_link(event, chain_of(case)) is None


@pytest.mark.parametrize(
    ("name", "kept"),
    (
        ("../../etc/passwd", "passwd"),
        ("C:\\photos\\me.jpg", "me.jpg"),
        ("a\r\nb\u202efdp.exe", "abfdp.exe"),
        ("x" * 300 + ".png", "x" * 196 + ".png"),
    ),
)
def test_a_name_is_only_a_name(name, kept):
    assert case_files._clean_name(name) == kept


def test_what_is_empty_or_too_large_is_refused(case, member, monkeypatch):
    with pytest.raises(CocError, match="empty"):
        case_files.add_file(case=case, by=member, uploaded=upload(content=b""))
    monkeypatch.setattr(case_files, "MAX_BYTES", 5)
    with pytest.raises(CocError, match="20 MB"):
        case_files.add_file(case=case, by=member, uploaded=upload())
    assert not CaseFile.objects.exists()


def test_a_closed_case_is_given_no_file(case, member):
    Case.objects.update(state=CaseState.CLOSED)
    with pytest.raises(CocError):
        case_files.add_file(case=case, by=member, uploaded=upload())
    assert not CaseFile.objects.exists()


def test_reading_it_is_an_entry(case, member):
    file = case_files.add_file(case=case, by=member, uploaded=upload())
    case_files.file_read(file=file, by=member)
    entry = AuditEntry.objects.filter(chain=chain_of(case)).last()
    assert entry.action == AuditAction.CASE_FILE_READ
    assert (entry.actor_code, entry.data) == (member.code, {"file": file.code})


def test_the_file_goes_with_its_row(case, member, django_capture_on_commit_callbacks):
    file = case_files.add_file(case=case, by=member, uploaded=upload())
    path = file.file.path
    with django_capture_on_commit_callbacks(execute=True):
        file.delete()
    assert not Path(path).exists()


def test_clearing_away_leaves_what_a_case_has(case, member):
    file = case_files.add_file(case=case, by=member, uploaded=upload())
    long_ago = time.time() - LEFT_BEHIND - 60
    os.utime(file.file.path, (long_ago, long_ago))
    remove_left_behind()
    assert Path(file.file.path).exists()
    # And takes what none has any more.
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM pretalx_coc_casefile")
    remove_left_behind()
    assert not Path(file.file.path).exists()
