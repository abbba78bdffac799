# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Whoever changes one thing in the database is found by ``coc_verify`` (rule 2)."""

import tracemalloc

import pytest
from django.db import DatabaseError, connection, transaction
from django_scopes import scopes_disabled

from pretalx.person.domain.user import deactivate_user, shred_user
from pretalx.person.models import User
from pretalx.submission.models import Submission

from pretalx_coc.domain import acceptances, audit, gate, guards, permit
from pretalx_coc.domain.flags import raise_flag
from pretalx_coc.domain.policy import publish, save_draft
from pretalx_coc.domain.verdicts import give
from pretalx_coc.enums import AcceptanceWay
from pretalx_coc.interfaces.acceptance_forms import AcceptanceSettingsForm
from pretalx_coc.models import (
    Acceptance,
    AuditEntry,
    AuditText,
    CocSettings,
    Decline,
    LetThrough,
)
from tests import factories
from tests.integration.test_evidence import breaches, execute, run_command, tamper

pytestmark = pytest.mark.django_db

on_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="is about SQLite")
SECRETS = ("Paper of Ada", "I am Ada", "Shown a slide", "Ada is ill", "No concern")


@pytest.fixture(autouse=True)
def _everywhere():
    with scopes_disabled():
        yield


@pytest.fixture
def evidence(event, version, speaker, talk, reviewer, organiser, member):
    """An event in which each thing that is written down happened once."""
    acceptances.decline(
        event=event,
        user=speaker,
        version=version,
        reason="I am Ada and I disagree",
        profile=speaker.get_speaker(event),
    )
    gate.let_through(submission=talk, by=organiser, reason="Ada is ill")
    acceptances.record(
        event=event,
        user=speaker,
        profile=speaker.get_speaker(event),
        version=version,
        language="en",
        way=AcceptanceWay.PAPER,
        submission=talk,
        by=organiser,
        note="Paper of Ada",
    )
    flag = raise_flag(
        submission=talk, by=reviewer, reason="other", text="Shown a slide"
    )
    give(item=flag, by=member, verdict="dismissed", reason="No concern", revision=0)
    return event


def test_what_the_plugin_writes_is_no_breach(evidence, member, speaker):
    save_draft(event=evidence, texts={"en": "# Be kinder"}, by=member)
    publish(event=evidence, by=member, summary="Kinder", everyone_accepts=False)
    assert breaches() == []
    deactivate_user(speaker)
    assert breaches() == []


@pytest.mark.parametrize(
    ("change", "message"),
    (
        ("acceptance SET material = NOT material", "another tick about the material"),
        ("acceptance SET note = 'Paper of Adb'", "another note"),
        ("acceptance SET note = ''", "another note"),
        ("acceptance SET recorded_by = ''", "another name of who wrote it down"),
        ("acceptance SET recorded_by = 'OTHER'", "another name of who"),
        ("acceptance SET profile_code = ''", "gone or was changed"),
        ("acceptance SET language = 'de'", "no text of version 1 in 'de'"),
        ("decline SET reason = 'I am Ada and I agree'", "another reason"),
        ("decline SET profile_code = 'OTHER'", "another profile"),
        ("policyversion SET summary = 'x'", "version 1: another summary"),
        ("policyversion SET everyone_accepts = NOT everyone_accepts", "whom to ask"),
        ("policyversion SET published_by = 'OTHER'", "version 1: another publisher"),
        ("letthrough SET reason = 'Ada is well'", "another reason than in the"),
        ("letthrough SET reason = ''", "no name or no reason"),
        ("letthrough SET let_by = 'OTHER'", "not in the audit log"),
        ("letthrough SET submission_code = 'OTHER'", "OTHER: not in the audit log"),
        ("flag SET raised_by = 'OTHER'", "not in the audit log"),
        ("flag SET verdict = 'concerns'", "not in the audit log"),
        ("flag SET verdict_by = 'OTHER'", "not in the audit log"),
        ("auditchain SET head = 'x' WHERE name = 'concern'", "broken at entry 3"),
        ("audittext SET salt = 'x' WHERE text = 'Shown a slide'", "concern: broken"),
        ("audittext SET text = 'x' WHERE text = 'No concern'", "concern: broken"),
    ),
)
def test_one_change_is_found_and_nothing_confidential_said(evidence, change, message):
    tamper(f"UPDATE pretalx_coc_{change}")
    found = breaches()
    assert [text for __, text in found if message in text]
    assert all(text.startswith(evidence.slug) for __, text in found)
    code, output = run_command()
    assert code == 1
    assert message in output
    for secret in SECRETS:
        assert secret not in output


@pytest.mark.parametrize(
    ("table", "column"), (("acceptance", "accepted"), ("decline", "declined"))
)
def test_a_time_moved_by_a_second_is_found(evidence, table, column):
    model = {"acceptance": Acceptance, "decline": Decline}[table]
    row = model.objects.get()
    moved = str(getattr(row, column).replace(microsecond=1))
    tamper(
        f"UPDATE pretalx_coc_{table} SET {column} = %s", moved.removesuffix("+00:00")
    )
    assert [text for __, text in breaches() if f"its {table} has another time" in text]


@pytest.mark.parametrize("chain", ("policy", "acceptance", "concern"))
def test_the_last_entry_of_a_chain_that_is_removed_is_missed(evidence, chain):
    last = AuditEntry.objects.filter(chain=chain).count()
    tamper(
        "DELETE FROM pretalx_coc_auditentry WHERE chain = %s AND position = %s",
        chain,
        last,
    )
    broken = f"{evidence.slug}, {chain}: broken at entry {last}"
    assert (9, broken) in breaches()
    assert run_command()[0] == 1


def test_a_chain_that_is_removed_with_its_head_is_missed(evidence):
    guards.remove()
    for table, column in (("entry", "chain"), ("text", "chain"), ("chain", "name")):
        execute(f"DELETE FROM pretalx_coc_audit{table} WHERE {column} = 'concern'")
    guards.install()
    ((rule, text),) = breaches()
    assert rule == 9
    assert text.endswith("not in the audit log")


@pytest.mark.parametrize(
    "data", ("[]", "null", "3", '"x"', '{"number": [1], "sha256": {"en": [1]}}')
)
def test_an_entry_that_is_none_does_not_stop_the_command(evidence, data):
    guards.remove()
    execute("UPDATE pretalx_coc_auditentry SET data = %s", data)
    guards.install()
    code, output = run_command()
    assert code == 1
    for chain in ("policy", "acceptance", "concern"):
        assert f"{evidence.slug}, {chain}: broken at entry 1" in output


@on_sqlite
@pytest.mark.parametrize(
    "change",
    (
        "auditentry SET created = 'Paper of Ada'",
        "acceptance SET accepted = 'Paper of Ada'",
        "acceptance SET note = CAST(X'50617065FF' AS TEXT)",
        "policytext SET text = CAST(X'50617065FF' AS TEXT)",
        "audittext SET text = CAST(X'50617065FF' AS TEXT)",
    ),
)
def test_a_value_that_cannot_be_read_does_not_stop_the_command(evidence, change):
    """The other checks still run, and the error's text is not repeated."""
    guards.remove()
    execute(f"UPDATE pretalx_coc_{change}")
    execute("UPDATE pretalx_coc_letthrough SET reason = 'x'")
    guards.install()
    code, output = run_command()
    assert code == 1
    assert "cannot be read" in output
    assert "another reason than in the audit log" in output
    assert "Pape" not in output


@on_sqlite
@pytest.mark.parametrize("row", ("('erase', NULL)", "('delete', 1)"))
def test_a_permit_that_was_left_open_is_found_and_migrate_closes_it(evidence, row):
    execute(f"INSERT INTO pretalx_coc_permit (kind, event_id) VALUES {row}")
    assert breaches() == [
        (2, "a permit to change evidence was left open for everybody")
    ]
    guards.install()
    assert breaches() == []


def test_a_permit_within_a_permit_ends_alone(evidence):
    with permit.erasing():
        with permit.erasing():
            pass
        assert execute("UPDATE pretalx_coc_acceptance SET note = ''") == 1
    with pytest.raises(DatabaseError, match="append-only"):
        execute("UPDATE pretalx_coc_acceptance SET note = ''")
    assert not permit.is_left_open()


def test_an_error_within_a_permit_closes_it_for_what_follows(evidence):
    with transaction.atomic():
        with pytest.raises(ZeroDivisionError), permit.erasing(), permit.erasing():
            raise ZeroDivisionError
        assert not permit.is_left_open()
        with pytest.raises(DatabaseError, match="append-only"):
            execute("UPDATE pretalx_coc_acceptance SET note = ''")


def fill_chain(event, number):
    with transaction.atomic():
        audit.write_all(
            event=event,
            chain="long",
            notes=[
                audit.Note(action="flag.raised", texts={"text": "x" * 20_000})
                for __ in range(number)
            ],
        )


def memory_of_a_walk(event):
    tracemalloc.start()
    assert audit.first_broken_link(event, "long") is None
    __, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


def test_a_long_chain_is_walked_in_the_memory_of_a_short_one(event):
    fill_chain(event, 2 * audit.CHUNK)
    short = memory_of_a_walk(event)
    fill_chain(event, 6 * audit.CHUNK)
    assert memory_of_a_walk(event) < 1.3 * short
    tamper(
        "UPDATE pretalx_coc_audittext SET text = 'y' WHERE position = %s",
        7 * audit.CHUNK,
    )
    assert audit.first_broken_link(event, "long") == 7 * audit.CHUNK


def test_texts_that_are_erased_here_and_there_leave_the_chain_whole(evidence):
    AuditText.objects.filter(text__startswith="I am Ada").delete()
    AuditText.objects.filter(text="No concern").delete()
    for chain in ("acceptance", "concern"):
        assert audit.first_broken_link(evidence, chain) is None
    tamper("UPDATE pretalx_coc_audittext SET text = 'x' WHERE text = 'Paper of Ada'")
    assert audit.first_broken_link(evidence, "acceptance") == 3


# Reasons for which talks were let through


@pytest.mark.parametrize("way", ("deactivated", "deleted"))
def test_when_an_account_goes_the_reason_for_its_talk_goes(
    evidence, speaker, talk, organiser, way
):
    other = factories.make_user()
    theirs = factories.make_talk(evidence, other)
    gate.let_through(submission=theirs, by=organiser, reason="Bob is ill")
    code = talk.code
    if way == "deactivated":
        deactivate_user(speaker)
    else:
        Submission.all_objects.filter(speakers__user=speaker).delete()
        shred_user(speaker)
    assert LetThrough.objects.get(submission_code=code).reason == ""
    assert LetThrough.objects.get(submission_code=theirs.code).reason == "Bob is ill"
    assert not AuditText.objects.filter(text="Ada is ill").exists()
    assert AuditText.objects.filter(text="Bob is ill").exists()
    assert breaches() == []


def test_when_an_account_goes_a_reason_that_was_taken_back_goes(
    evidence, speaker, talk, organiser
):
    gate.undo_let_through(submission=talk, by=organiser)
    deactivate_user(speaker)
    assert not AuditText.objects.filter(text="Ada is ill").exists()
    assert audit.first_broken_link(evidence, audit.ACCEPTANCE_CHAIN) is None


def test_accounts_that_went_past_the_plugin_are_said(evidence, speaker):
    User.objects.filter(pk=speaker.pk).update(is_active=False)
    code, output = run_command()
    assert code == 0
    assert f"{evidence.slug}: 1 acceptances still say whose they are" in output


# What the audit log keeps in clear


def test_settings_kept_in_clear_are_none_that_somebody_wrote(login, event, organiser):
    """An entry can never be erased, so no name, address or sentence is in it."""
    client, settings = login(organiser), f"/orga/event/{event.slug}/settings/p/coc/"
    written = {
        "contact_email": "zora@example.org",
        "contact_phone": "+49 555 0199",
        "contact_people": "Zora Secret, in the red hat",
    }
    client.post(f"{settings}contacts/", written)
    client.post(
        f"{settings}acceptance/",
        {"mail_mode": "outbox", "reminder_days": "3", "reminder_max": "2"},
    )
    stored = CocSettings.objects.get(event=event)
    assert (stored.contact_email, stored.mail_mode) == ("zora@example.org", "outbox")
    said = repr(list(AuditEntry.objects.values()))
    for text in ("zora", "555 0199", "Zora"):
        assert text not in said
    for name in AcceptanceSettingsForm.base_fields:
        field = CocSettings._meta.get_field(name)
        is_text = field.get_internal_type() in ("CharField", "TextField", "EmailField")
        assert field.choices or not is_text
