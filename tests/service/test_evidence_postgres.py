# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Evidence stays on PostgreSQL (rule 2), with several transactions at once."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, connections, models, transaction
from django_scopes import scopes_disabled

from pretalx.event.domain.event import shred_event
from pretalx.person.domain.user import deactivate_user, shred_user
from pretalx.submission.models import Submission

from pretalx_coc.domain import acceptances, guards, permit
from pretalx_coc.domain.flags import raise_flag
from pretalx_coc.domain.verify import verify
from pretalx_coc.models import Acceptance, AuditText, Decline
from tests import factories

pytestmark = [pytest.mark.service, pytest.mark.django_db(transaction=True)]

TABLES = [
    f"pretalx_coc_{name}"
    for name in (
        "acceptance",
        "auditentry",
        "decline",
        "policytext",
        "policyversion",
        "talkspeaker",
    )
]


@pytest.fixture(autouse=True)
def _on_postgres():
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: set COC_TEST_DATABASE=postgres")
    with scopes_disabled():
        yield


@pytest.fixture
def evidence(event, version, speaker, talk, reviewer):
    """An event with a row in every append-only table."""
    factories.accept(event, speaker, version, submission=talk, note="Paper of Ada")
    acceptances.decline(event=event, user=speaker, version=version, reason="No")
    raise_flag(submission=talk, by=reviewer, reason="other", text="x")
    return event


@pytest.fixture
def elsewhere():
    """A second connection to the same database."""
    other = connections.create_connection("default")
    other.settings_dict = connection.settings_dict
    yield other
    other.close()


def execute(statement, using=connection):
    with using.cursor() as cursor:
        cursor.execute(statement)
        return cursor.rowcount


def breaches():
    return [example for result in verify() for example in result.examples]


@pytest.mark.parametrize(
    "statement",
    (
        "UPDATE {} SET id = id",
        "UPDATE {} SET event_id = event_id + 1",
        "DELETE FROM {}",
        "TRUNCATE {}",
        "TRUNCATE {} CASCADE",
        "INSERT INTO {0} SELECT * FROM {0} ON CONFLICT (id) DO UPDATE SET id = 0",
    ),
)
def test_database_refuses(evidence, statement):
    for table in TABLES:
        with pytest.raises(IntegrityError, match=f"{table} is append-only"):
            execute(statement.format(table))


def test_emptying_the_events_does_not_empty_the_evidence(evidence):
    with pytest.raises(IntegrityError, match="append-only"):
        execute("TRUNCATE event_event CASCADE")


def test_flush_is_refused(evidence):
    with pytest.raises(CommandError):
        call_command("flush", interactive=False, verbosity=0)
    assert Acceptance.objects.count() == 1


def test_permit_of_one_transaction_opens_nothing_for_another(evidence, elsewhere):
    with transaction.atomic(), permit.erasing():
        permit.open_for_deletion(evidence.pk)
        for statement in (
            "DELETE FROM pretalx_coc_acceptance",
            "UPDATE pretalx_coc_acceptance SET note = ''",
        ):
            with pytest.raises(IntegrityError, match="append-only"):
                execute(statement, using=elsewhere)
        assert execute("UPDATE pretalx_coc_acceptance SET note = ''") == 1
        assert execute("DELETE FROM pretalx_coc_acceptance") == 1


def test_permit_within_a_permit_ends_alone(evidence):
    with permit.erasing():
        with permit.erasing():
            pass
        assert execute("UPDATE pretalx_coc_acceptance SET note = ''") == 1
    with pytest.raises(IntegrityError, match="append-only"):
        execute("UPDATE pretalx_coc_acceptance SET note = ''")


def test_command_finds_a_permit_that_was_left_open(evidence):
    execute("SET pretalx_coc.erasing = 'on'")
    (breach,) = breaches()
    assert "a permit to change evidence was left open" in breach
    execute("RESET pretalx_coc.erasing")
    assert breaches() == []


def test_command_finds_one_change_in_each_table(evidence):
    for change in (
        "acceptance SET material = NOT material",
        "acceptance SET note = 'Paper of Adb'",
        "acceptance SET accepted = accepted + interval '1 second'",
        "decline SET reason = 'Yes'",
        "policyversion SET summary = 'x'",
        "auditentry SET data = '[]' WHERE chain = 'concern'",
        "flag SET raised_by = 'OTHER'",
    ):
        assert breaches() == []
        guards.remove()
        execute(f"CREATE TABLE kept AS TABLE pretalx_coc_{change.split()[0]}")
        execute(f"UPDATE pretalx_coc_{change}")
        assert [text for text in breaches() if "keep" not in text], change
        execute(f"DELETE FROM pretalx_coc_{change.split()[0]}")
        execute(f"INSERT INTO pretalx_coc_{change.split()[0]} TABLE kept")
        execute("DROP TABLE kept")
        guards.install()


def test_permit_ends_with_its_transaction(evidence):
    with transaction.atomic():
        permit.open_for_deletion(evidence.pk)
    with pytest.raises(IntegrityError, match="append-only"):
        execute("DELETE FROM pretalx_coc_acceptance")


def test_permit_needs_a_transaction(evidence):
    with pytest.raises(transaction.TransactionManagementError):
        permit.open_for_deletion(evidence.pk)


def test_permit_ends_with_a_savepoint_that_is_rolled_back(evidence):
    with transaction.atomic():
        point = transaction.savepoint()
        permit.open_for_deletion(evidence.pk)
        transaction.savepoint_rollback(point)
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            execute("DELETE FROM pretalx_coc_acceptance")


def test_permit_to_delete_opens_one_event_only(evidence):
    other = factories.make_event()
    with transaction.atomic():
        permit.open_for_deletion(other.pk)
        permit.open_for_deletion(evidence.pk)
        permit.close_after_deletion(evidence.pk)
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            execute("DELETE FROM pretalx_coc_acceptance")


@pytest.mark.parametrize(
    "change",
    (
        "number = 2",
        "language = 'de'",
        "sha256 = ''",
        "accepted = now()",
        "user_code = 'SOMEBODY'",
        "note = '', number = 2",
    ),
)
def test_permit_to_erase_lets_nobody_rewrite(evidence, change):
    with permit.erasing():
        for statement in (
            f"UPDATE pretalx_coc_acceptance SET {change}",
            "UPDATE pretalx_coc_policyversion SET summary = 'x'",
            "DELETE FROM pretalx_coc_acceptance",
        ):
            with (
                pytest.raises(IntegrityError, match="append-only"),
                transaction.atomic(),
            ):
                execute(statement)


def test_account_that_goes_leaves_the_fact(evidence, speaker):
    (before,) = Acceptance.objects.values()
    deactivate_user(speaker)
    (after,) = Acceptance.objects.values()
    gone = ("user_code", "profile_code", "note")
    assert after == before | dict.fromkeys(gone, "")
    assert Decline.objects.get().reason == ""
    assert not AuditText.objects.filter(chain="acceptance").exists()
    assert breaches() == []


def test_fault_of_ours_does_not_keep_an_account_from_going(evidence, speaker):
    execute(
        "CREATE FUNCTION fault() RETURNS trigger LANGUAGE plpgsql "
        "AS $$ BEGIN RAISE EXCEPTION 'fault'; END $$"
    )
    execute(
        "CREATE TRIGGER a_fault BEFORE UPDATE ON pretalx_coc_acceptance "
        "FOR EACH ROW EXECUTE FUNCTION fault()"
    )
    try:
        deactivate_user(speaker)
    finally:
        execute("DROP FUNCTION fault CASCADE")
    speaker.refresh_from_db()
    assert speaker.is_active is False


def test_deletions_in_pretalx_work(evidence, speaker, talk):
    talk.delete()
    Submission.all_objects.all().delete()
    shred_user(speaker)
    assert Acceptance.objects.count() == 1
    assert breaches() == []
    shred_event(evidence)
    for model in guards.append_only_models():
        assert not model._base_manager.exists()


def test_triggers_survive_migrations(evidence):
    call_command("migrate", "pretalx_coc", "0001", verbosity=0)
    call_command("migrate", verbosity=0)
    assert guards.broken() == []
    old = Acceptance._meta.get_field("way")
    new = models.CharField(max_length=17)
    new.set_attributes_from_name("way")
    new.model = Acceptance
    with connection.schema_editor() as editor:
        editor.alter_field(Acceptance, old, new)
        editor.alter_field(Acceptance, new, old)
    assert guards.broken() == []


@pytest.mark.parametrize(
    "statement",
    (
        "DROP TRIGGER pretalx_coc_acceptance_keep_row ON pretalx_coc_acceptance",
        (
            "ALTER TABLE pretalx_coc_acceptance DISABLE TRIGGER "
            "pretalx_coc_acceptance_keep_row"
        ),
    ),
)
def test_command_finds_a_trigger_that_does_nothing(evidence, statement):
    execute(statement)
    assert guards.broken() == ["pretalx_coc_acceptance_keep_row"]
    with pytest.raises(CommandError):
        call_command("coc_verify", stdout=io.StringIO())
    call_command("migrate", verbosity=0)
    assert guards.broken() == []


def test_command_finds_a_function_that_does_nothing(evidence):
    execute(
        "CREATE OR REPLACE FUNCTION pretalx_coc_append_only() RETURNS trigger "
        "LANGUAGE plpgsql AS $$ BEGIN RETURN OLD; END $$"
    )
    assert len(guards.broken()) == 2 * len(guards.append_only_models())
    guards.install()
    assert guards.broken() == []


def test_command_reads_one_moment_while_others_write(evidence, version, elsewhere):
    """An entry that is written while the chain is read is no breach."""
    seen = []

    def write(rows):
        if not seen:
            # In a transaction of its own, as another process would.
            execute(
                "UPDATE pretalx_coc_auditchain SET length = length + 1", using=elsewhere
            )
        seen.append(rows)

    assert not any(result.breaches for result in verify(progress=write))
    assert any(result.breaches for result in verify())


def test_command_finds_what_was_tampered_with(evidence):
    guards.remove()
    execute("UPDATE pretalx_coc_policytext SET text = 'x' WHERE language = 'en'")
    execute("UPDATE pretalx_coc_acceptance SET user_code = 'OTHER'")
    execute("UPDATE pretalx_coc_auditentry SET subject = 'x' WHERE chain = 'policy'")
    guards.install()
    rules = [result.rule for result in verify() if result.breaches]
    assert sorted(set(rules)) == [2, 9]
