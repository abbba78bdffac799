# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Evidence stays (rule 2): triggers, permits, erasure, and ``coc_verify``."""

import io
import json
from contextlib import suppress

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.core.management.base import OutputWrapper
from django.db import DatabaseError, IntegrityError, connection, models, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now
from django_scopes import scopes_disabled

from pretalx.event.domain.event import shred_event
from pretalx.person.domain.user import deactivate_user, shred_user
from pretalx.person.models import SpeakerProfile
from pretalx.submission.models import Submission

from pretalx_coc import checks
from pretalx_coc.domain import acceptances, audit, cases, erasure, guards, permit
from pretalx_coc.domain.checks import check_subject
from pretalx_coc.domain.flags import raise_flag
from pretalx_coc.domain.policy import publish, save_draft, sha256
from pretalx_coc.domain.verify import verify
from pretalx_coc.enums import CaseSubject
from pretalx_coc.management.commands.coc_verify import Bar
from pretalx_coc.models import (
    Acceptance,
    Ask,
    AuditChain,
    AuditEntry,
    AuditText,
    CaseEntry,
    Decline,
    Finding,
    Flag,
    LetThrough,
    Policy,
    PolicyText,
    PolicyVersion,
    TalkSpeaker,
)
from pretalx_coc.models.base import AppendOnlyError
from tests import factories

pytestmark = pytest.mark.django_db

APPEND_ONLY = (
    Acceptance,
    AuditEntry,
    CaseEntry,
    Decline,
    PolicyText,
    PolicyVersion,
    TalkSpeaker,
)
by_model = pytest.mark.parametrize(
    "model", APPEND_ONLY, ids=[model.__name__ for model in APPEND_ONLY]
)
on_sqlite = pytest.mark.skipif(
    "connection.vendor != 'sqlite'", reason="is about SQLite"
)
BAD = "Before the demo we show hot naked girls on every slide."


@pytest.fixture(autouse=True)
def _everywhere():
    with scopes_disabled():
        yield


@pytest.fixture
def evidence(event, version, speaker, talk, reviewer):
    """An event with a row in every append-only table."""
    factories.accept(event, speaker, version, submission=talk, note="Paper of Ada")
    acceptances.decline(
        event=event,
        user=speaker,
        version=version,
        reason="I am Ada and I disagree",
        profile=speaker.get_speaker(event),
    )
    raise_flag(submission=talk, by=reviewer, reason="other", text="x")
    subject = cases.subject_in_words(CaseSubject.PERSON, "Red hat")
    cases.open_case(event=event, by=reviewer, subject=subject, text="Seen today")
    return event


def execute(statement, *parameters):
    """Run SQL past all code of ours, in a savepoint of its own."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.rowcount


def tamper(statement, *parameters):
    """Run SQL as somebody who owns the database."""
    # PostgreSQL alters no table with foreign keys that are still to be checked.
    connection.check_constraints()
    guards.remove()
    changed = execute(statement, *parameters)
    connection.check_constraints()
    guards.install()
    assert changed == 1


def breaches(**options):
    """The breaches that ``verify`` names: rule and text."""
    return [
        (result.rule, example)
        for result in verify(**options)
        for example in result.examples
    ]


def test_these_are_the_append_only_tables():
    assert guards.append_only_models() == sorted(
        APPEND_ONLY, key=lambda model: model.__name__
    )


@by_model
def test_the_only_foreign_key_of_evidence_is_its_event(model):
    relations = [field.name for field in model._meta.fields if field.is_relation]
    assert relations == ["event"]
    assert model._meta.many_to_many == ()


@by_model
def test_code_refuses_to_change_and_delete(evidence, model):
    row = model.objects.first()
    for refused in (
        row.save,
        row.delete,
        model.objects.all().delete,
        lambda: model.objects.update(event=evidence),
        lambda: model.objects.bulk_update([row], ["event"]),
        lambda: model.objects.update_or_create(pk=row.pk),
    ):
        with pytest.raises(AppendOnlyError):
            refused()


@by_model
@pytest.mark.parametrize("column", ("event_id", "id", "last"))
def test_database_refuses_an_update(evidence, model, column):
    if column == "last":
        column = model._meta.concrete_fields[-1].column
    table = model._meta.db_table
    with pytest.raises(DatabaseError, match="append-only"):
        execute(f"UPDATE {table} SET {column} = {column}")


@by_model
def test_database_refuses_a_deletion(evidence, model):
    before = model.objects.count()
    assert before
    with pytest.raises(DatabaseError, match="append-only"):
        execute(f"DELETE FROM {model._meta.db_table}")
    assert model.objects.count() == before


@on_sqlite
@by_model
@pytest.mark.parametrize("with_id", (True, False))
def test_sqlite_replaces_no_row(evidence, model, with_id):
    """``INSERT OR REPLACE`` deletes what has the same id, or the same values that
    are unique, and asks no delete trigger."""
    columns = ", ".join(
        field.column
        for field in model._meta.concrete_fields
        if with_id or not field.primary_key
    )
    table = model._meta.db_table
    before = list(model.objects.order_by("pk").values())
    with suppress(IntegrityError):
        execute(
            f"INSERT OR REPLACE INTO {table} ({columns}) SELECT {columns} FROM {table}"
        )
    after = list(model.objects.order_by("pk").values())
    assert after[: len(before)] == before


@on_sqlite
@by_model
def test_sqlite_says_that_it_replaces_nothing(evidence, model):
    table = model._meta.db_table
    statement = f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}"
    if model in guards.FIRST_STAYS:
        assert execute(statement) == 0
        return
    with pytest.raises(IntegrityError, match="append-only"):
        execute(statement)


def test_speaker_noted_twice_is_noted_once(evidence, talk, reviewer):
    before = list(TalkSpeaker.objects.values())
    raise_flag(submission=talk, by=reviewer, reason="consent")
    assert list(TalkSpeaker.objects.values()) == before


@by_model
def test_permit_to_delete_opens_one_event_only(evidence, model):
    other = factories.make_event()
    table = model._meta.db_table
    with transaction.atomic():
        permit.open_for_deletion(other.pk)
        with pytest.raises(DatabaseError, match="append-only"):
            execute(f"DELETE FROM {table}")
        permit.open_for_deletion(evidence.pk)
        permit.close_after_deletion(other.pk)
        assert execute(f"DELETE FROM {table}")
        permit.close_after_deletion(evidence.pk)


@by_model
def test_permit_to_delete_changes_nothing(evidence, model):
    permit.open_for_deletion(evidence.pk)
    with pytest.raises(DatabaseError, match="append-only"):
        execute(f"UPDATE {model._meta.db_table} SET event_id = event_id + 1")


def test_permit_is_over_when_it_is_closed(evidence):
    permit.open_for_deletion(evidence.pk)
    permit.close_after_deletion(evidence.pk)
    with pytest.raises(DatabaseError, match="append-only"):
        execute("DELETE FROM pretalx_coc_acceptance")


def test_permit_goes_with_what_is_rolled_back(evidence):
    with pytest.raises(ZeroDivisionError), permit.erasing():
        raise ZeroDivisionError
    point = transaction.savepoint()
    permit.open_for_deletion(evidence.pk)
    transaction.savepoint_rollback(point)
    with pytest.raises(DatabaseError, match="append-only"):
        execute("DELETE FROM pretalx_coc_acceptance")
    with pytest.raises(DatabaseError, match="append-only"):
        execute("UPDATE pretalx_coc_acceptance SET note = ''")


@pytest.mark.parametrize(
    "change",
    (
        "number = 2",
        "language = 'de'",
        "sha256 = ''",
        "way = 'paper'",
        "submission_code = ''",
        "accepted = '2020-01-01 00:00:00+00:00'",
        "event_id = event_id + 1",
        "user_code = 'SOMEBODY'",
        "note = '', number = 2",
    ),
)
def test_permit_to_erase_lets_nobody_rewrite(evidence, change):
    with permit.erasing():
        with pytest.raises(DatabaseError, match="append-only"):
            execute(f"UPDATE pretalx_coc_acceptance SET {change}")
        with pytest.raises(DatabaseError, match="append-only"):
            execute("DELETE FROM pretalx_coc_acceptance")
        assert execute("UPDATE pretalx_coc_acceptance SET note = ''") == 1


@pytest.mark.parametrize("model", (AuditEntry, PolicyText, PolicyVersion, TalkSpeaker))
def test_permit_to_erase_does_not_open_other_tables(evidence, model):
    column = model._meta.concrete_fields[-1].column
    with permit.erasing(), pytest.raises(DatabaseError, match="append-only"):
        execute(f"UPDATE {model._meta.db_table} SET {column} = ''")


def test_triggers_survive_migrations(evidence):
    call_command("migrate", verbosity=0)
    assert guards.broken() == []
    # A migration of ours that has to be run takes them down and brings them back.
    call_command("migrate", "pretalx_coc", fake=True, verbosity=0)
    assert guards.broken() == []


@on_sqlite
@pytest.mark.django_db(transaction=True)
def test_triggers_survive_a_migration_that_replaces_the_table():
    event = factories.make_event()
    version = factories.publish_policy(event)
    factories.accept(event, factories.make_user(), version)
    old = Acceptance._meta.get_field("way")
    new = models.CharField(max_length=17)
    new.set_attributes_from_name("way")
    new.model = Acceptance
    with connection.schema_editor() as editor:
        editor.alter_field(Acceptance, old, new)
        editor.alter_field(Acceptance, new, old)
    assert guards.broken() == [
        f"pretalx_coc_acceptance_keep_{kind}" for kind in ("insert", "update", "delete")
    ]
    call_command("migrate", verbosity=0)
    assert guards.broken() == []
    with pytest.raises(DatabaseError, match="append-only"):
        execute("DELETE FROM pretalx_coc_acceptance")


@pytest.mark.django_db(transaction=True)
def test_migrations_of_ours_can_go_back_and_forth():
    call_command("migrate", "pretalx_coc", "0001", verbosity=0)
    call_command("migrate", "pretalx_coc", verbosity=0)
    assert guards.broken() == []
    event = factories.make_event()
    version = factories.publish_policy(event)
    factories.accept(event, factories.make_user(), version)
    with pytest.raises(DatabaseError, match="append-only"):
        execute("UPDATE pretalx_coc_acceptance SET note = 'x'")


def test_deleting_the_event_takes_its_evidence_and_no_other(evidence, speaker):
    other = factories.make_event()
    factories.accept(other, speaker, factories.publish_policy(other))
    shred_event(evidence)
    assert {event for (event,) in Acceptance.objects.values_list("event")} == {other.pk}
    for model in APPEND_ONLY:
        assert not model.objects.filter(event=evidence.pk).exists()
    with pytest.raises(DatabaseError, match="append-only"):
        execute("DELETE FROM pretalx_coc_acceptance")
    assert breaches() == []


def test_deleting_an_event_without_the_plugin_works(evidence):
    evidence.plugins = ""
    evidence.save()
    shred_event(evidence)
    assert not Acceptance.objects.exists()


def test_deleting_talks_and_profiles_reaches_no_evidence(evidence, talk, speaker):
    before = [list(model.objects.order_by("pk").values()) for model in APPEND_ONLY]
    talk.delete()
    SpeakerProfile.objects.filter(user=speaker).delete()
    assert not Submission.all_objects.exists()
    after = [list(model.objects.order_by("pk").values()) for model in APPEND_ONLY]
    assert after == before


@pytest.fixture(params=("deactivated", "deleted"))
def leave(request):
    """Takes somebody's account away, in pretalx's own two ways."""

    def leave(user):
        if request.param == "deactivated":
            deactivate_user(user)
            return
        Submission.all_objects.filter(speakers__user=user).delete()
        shred_user(user)

    return leave


def everything_stored():
    """All that our tables hold, as one text."""
    return repr(
        [
            list(model._base_manager.values())
            for model in apps.get_app_config("pretalx_coc").get_models()
        ]
    )


def test_when_an_account_goes_the_fact_remains(evidence, speaker, talk, leave):
    (before,) = Acceptance.objects.values()
    leave(speaker)
    (after,) = Acceptance.objects.values()
    gone = dict.fromkeys(("user_code", "profile_code", "note"), "")
    assert after == before | gone
    (decline,) = Decline.objects.all()
    assert (decline.user_code, decline.profile_code, decline.reason) == ("", "", "")
    assert decline.number == 1
    assert breaches() == []


def test_when_an_account_goes_its_texts_go(evidence, speaker, leave):
    assert "Ada" in everything_stored()
    leave(speaker)
    stored = everything_stored()
    for text in ("Paper of Ada", "I am Ada", speaker.email):
        assert text not in stored
    assert not AuditText.objects.filter(chain=audit.ACCEPTANCE_CHAIN).exists()
    assert audit.first_broken_link(evidence, audit.ACCEPTANCE_CHAIN) is None


def test_when_an_account_goes_it_is_asked_no_more(evidence, speaker, leave):
    other = factories.make_user()
    for user in (speaker, other):
        Ask.objects.create(
            event=evidence,
            user_code=user.code,
            profile_code=user.get_speaker(evidence).code,
            number=1,
            asked=now(),
        )
    leave(speaker)
    assert [ask.user_code for ask in Ask.objects.all()] == [other.code]


def test_when_an_account_goes_others_keep_theirs(evidence, speaker, version, leave):
    other = factories.make_user()
    factories.accept(evidence, other, version, note="Paper of Bob")
    leave(speaker)
    assert Acceptance.objects.get(user_code=other.code).note == "Paper of Bob"
    assert AuditText.objects.get(name="note").text == "Paper of Bob"


def test_when_an_organiser_goes_what_they_wrote_down_stays(evidence, version):
    organiser = factories.make_organiser(evidence)
    other = factories.make_user()
    factories.accept(evidence, other, version, note="Paper of Bob", by=organiser)
    deactivate_user(organiser)
    acceptance = Acceptance.objects.get(user_code=other.code)
    assert acceptance.recorded_by == organiser.code
    assert AuditText.objects.get(text="Paper of Bob").name == "note"


def test_when_an_account_goes_passages_of_its_profile_go(event, speaker):
    profile = factories.profile_of(speaker, event)
    profile.biography = BAD
    profile.save()
    check_subject(event=event, kind="profile", pk=profile.pk)
    findings = Finding.objects.filter(subject_kind="profile")
    assert findings.exists()
    first = findings.first()
    deactivate_user(speaker)
    assert not findings.exists()
    first.verdict = "concerns"
    first.pk = None
    first.save()
    erasure.forget_user(speaker)
    assert findings.count() == 1


def test_profile_code_of_another_event_is_somebody_elses(evidence, version, speaker):
    other = factories.make_event()
    second = factories.publish_policy(other)
    user = factories.make_user()
    profile = user.get_speaker(other)
    profile.code = speaker.get_speaker(evidence).code
    profile.save()
    acceptances.record(
        event=other, version=second, language="en", way="paper", profile=profile
    )
    erasure.forget_user(speaker)
    assert Acceptance.objects.get(event=other).profile_code == profile.code


@on_sqlite
def test_fault_of_ours_does_not_keep_an_account_from_going(evidence, speaker):
    guards.remove()
    execute(
        "CREATE TRIGGER broken BEFORE UPDATE ON pretalx_coc_acceptance "
        "BEGIN SELECT RAISE(ABORT, 'fault'); END"
    )
    deactivate_user(speaker)
    speaker.refresh_from_db()
    assert speaker.is_active is False


def run_command(*args):
    """Run ``coc_verify``: its exit code, and what it printed."""
    out = io.StringIO()
    try:
        call_command("coc_verify", *args, stdout=out, stderr=io.StringIO())
    except CommandError as error:
        return error.returncode, out.getvalue()
    return 0, out.getvalue()


def test_command_is_content_with_what_the_plugin_writes(evidence, version, speaker):
    save_draft(event=evidence, texts={"en": "# Be kinder"}, by=speaker)
    second = publish(event=evidence, by=speaker)
    factories.accept(evidence, speaker, second)
    assert breaches() == []
    code, output = run_command()
    assert code == 0
    assert "Breach of" not in output
    assert "Audit chains hold" in output


def test_command_is_content_with_an_empty_database():
    assert run_command()[0] == 0


@pytest.mark.parametrize(
    ("statement", "rule", "message"),
    (
        (
            "UPDATE pretalx_coc_policytext SET text = 'Be rude' WHERE language = 'en'",
            2,
            "version 1, en: the text does not match its SHA-256",
        ),
        (
            "UPDATE pretalx_coc_policytext SET number = 7 WHERE language = 'en'",
            2,
            "version 7, en: there is no such version",
        ),
        (
            "DELETE FROM pretalx_coc_policytext WHERE language = 'de'",
            2,
            "version 1, de: gone",
        ),
        (
            "UPDATE pretalx_coc_acceptance SET sha256 = 'a'",
            2,
            "no text of version 1 in 'en' has its SHA-256",
        ),
        (
            "UPDATE pretalx_coc_acceptance SET user_code = 'OTHER'",
            9,
            "not in the audit log",
        ),
        (
            "UPDATE pretalx_coc_acceptance SET accepted = '2020-01-01 00:00:00+00:00'",
            9,
            "its acceptance has another time",
        ),
        ("DELETE FROM pretalx_coc_acceptance", 9, "its acceptance is gone"),
        ("DELETE FROM pretalx_coc_decline", 9, "its decline is gone"),
        ("UPDATE pretalx_coc_decline SET number = 4", 2, "no version 4"),
        (
            (
                "UPDATE pretalx_coc_auditentry SET actor_code = 'OTHER' "
                "WHERE chain = 'acceptance' AND position = 2"
            ),
            9,
            "acceptance: broken at entry 2",
        ),
        (
            (
                "DELETE FROM pretalx_coc_auditentry "
                "WHERE chain = 'acceptance' AND position = 1"
            ),
            9,
            "acceptance: broken at entry 1",
        ),
        (
            "UPDATE pretalx_coc_audittext SET text = 'x' WHERE name = 'note'",
            9,
            "acceptance: broken at entry 1",
        ),
        (
            "DELETE FROM pretalx_coc_auditchain WHERE name = 'acceptance'",
            9,
            "acceptance: the head of the chain is gone",
        ),
        ("UPDATE pretalx_coc_policy SET number_in_force = 3", 1, "not the last"),
        ("UPDATE pretalx_coc_policyversion SET number = 2", 2, "version 2: no text"),
        ("UPDATE pretalx_coc_flag SET verdict = 'dismissed'", 4, "half a verdict"),
    ),
)
def test_command_finds(evidence, statement, rule, message):
    tamper(statement)
    found = breaches()
    assert [text for number, text in found if number == rule and message in text]
    assert run_command()[0] == 1


def test_command_finds_a_text_changed_together_with_its_hash(evidence):
    tamper(
        "UPDATE pretalx_coc_policytext SET text = %s, sha256 = %s WHERE language = 'de'",
        "Be rude",
        sha256("Be rude"),
    )
    (breach,) = breaches()
    assert breach == (
        2,
        (
            f"{evidence.slug}, version 1, de: not the text that the audit log says was "
            "published"
        ),
    )


def test_command_finds_a_talk_let_through_without_a_reason(evidence):
    LetThrough.objects.create(
        event=evidence, submission_code="X", reason="", let_by="Y", created=now()
    )
    assert breaches() == [(3, f"{evidence.slug}, X: no name or no reason")]


def test_command_finds_a_missing_trigger(evidence):
    guards.remove()
    missing = sum(result.breaches for result in verify() if result.rule == 2)
    kinds = 3 if connection.vendor == "sqlite" else 2
    assert missing == kinds * len(APPEND_ONLY)
    assert run_command()[0] == 1
    guards.install()
    assert breaches() == []


@on_sqlite
def test_command_finds_a_trigger_that_does_nothing(evidence):
    execute("DROP TRIGGER pretalx_coc_acceptance_keep_delete")
    execute(
        "CREATE TRIGGER pretalx_coc_acceptance_keep_delete BEFORE DELETE ON "
        "pretalx_coc_acceptance BEGIN SELECT 1; END"
    )
    ((rule, text),) = breaches()
    assert rule == 2
    assert text.startswith("pretalx_coc_acceptance_keep_delete ")
    guards.install()
    assert breaches() == []


def test_command_looks_at_one_event_if_told_so(evidence):
    other = factories.make_event()
    factories.publish_policy(other)
    tamper("UPDATE pretalx_coc_acceptance SET sha256 = 'a'")
    assert run_command("--event", other.slug)[0] == 0
    assert run_command("--event", evidence.slug)[0] == 1
    assert run_command("--event", "unknown")[0] == 2


def test_command_speaks_json(evidence):
    code, output = run_command("--json")
    answer = json.loads(output)
    assert code == 0
    assert answer["ok"] is True
    assert {entry["breaches"] for entry in answer["checks"]} == {0}
    tamper("UPDATE pretalx_coc_acceptance SET sha256 = 'a'")
    code, output = run_command("--json")
    answer = json.loads(output)
    assert code == 1
    assert answer["ok"] is False
    assert [entry["rule"] for entry in answer["checks"] if entry["breaches"]] == [2, 9]


def test_command_names_twenty_breaches_and_counts_all(evidence):
    Flag.objects.bulk_create(
        Flag(
            event=evidence,
            code=f"F{number}",
            subject_kind="talk",
            subject_code=f"T{number}",
            raised_by="X",
            reason="other",
            created=now(),
            verdict="dismissed",
        )
        for number in range(25)
    )
    code, output = run_command()
    assert code == 1
    assert output.count("half a verdict") == 20
    assert "Breach of rule 4: 5 more like it" in output


def test_command_makes_as_many_queries_for_many_rows_as_for_one(
    evidence, version, django_assert_num_queries
):
    with CaptureQueriesContext(connection) as captured:
        verify()
    for __ in range(10):
        factories.accept(evidence, factories.make_user(), version)
    with django_assert_num_queries(len(captured)):
        verify()


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_progress_is_shown_on_a_terminal_only(evidence):
    for stream in (io.StringIO(), Terminal()):
        bar = Bar(OutputWrapper(stream), 4)
        bar.advance(2)
        bar.advance(2)
        bar.clear()
        shown = stream.getvalue()
        assert bool(shown) is stream.isatty()
    assert [part[-5:] for part in shown.split("\r")[1:3]] == [" 50 %", "100 %"]
    terminal = Terminal()
    call_command("coc_verify", stdout=io.StringIO(), stderr=terminal)
    assert "100 %" in terminal.getvalue()


def test_what_is_outstanding_is_said_and_is_no_breach(event, version, speaker, talk):
    code, output = run_command()
    assert code == 0
    assert (
        f"To know: {event.slug}: 1 speakers have not accepted version 1 or a later "
        "one; 0 confirmed talks are theirs"
    ) in output


def test_head_moved_back_is_found(evidence):
    AuditChain.objects.filter(name="acceptance").update(length=1)
    assert breaches() == [(9, f"{evidence.slug}, acceptance: broken at entry 2")]


def test_policy_without_a_required_version_is_no_breach(evidence):
    Policy.objects.update(number_required=None)
    assert breaches() == []


def test_database_without_triggers_is_a_warning():
    (message,) = checks.compare_database("mysql")
    assert message.id == "pretalx_coc.W002"
    assert not message.is_serious()
    assert checks.compare_database("postgresql") == []
    assert checks.database_has_triggers(None) == []
