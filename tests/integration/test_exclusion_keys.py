# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The keys of exclusions: made once, changed, kept while they are used, checked."""

import io
import json
import threading

import pytest
from django.core.management import CommandError, call_command
from django_scopes import scope, scopes_disabled

from pretalx.person.domain.user import change_email, deactivate_user

from pretalx_coc.domain import audit, exclusion_keys, exclusions
from pretalx_coc.domain.verify import verify
from pretalx_coc.models import AuditEntry, Exclusion
from tests import factories

pytestmark = pytest.mark.django_db

ADDRESS = "grace@example.org"


@pytest.fixture(autouse=True)
def data_dir(settings, tmp_path):
    """A folder of its own for each test: the keys are not in the database."""
    settings.DATA_DIR = tmp_path
    return tmp_path


@pytest.fixture
def person(db):
    return factories.make_user(name="Grace", email=ADDRESS)


def exclude(event, **who):
    with scope(event=event):
        return exclusions.exclude(event=event, by=None, **who)


def run(*args):
    out, err = io.StringIO(), io.StringIO()
    call_command("coc_keys", *args, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def key_ids():
    return [key.id for key in exclusion_keys.all_keys()]


def is_found(event, email=ADDRESS):
    with scope(event=event):
        return exclusions.is_excluded(event, email=email) is not None


def breaches():
    return [
        line
        for result in verify()
        if result.title == "Keys of exclusions are there"
        for line in result.examples
    ]


def test_no_key_before_the_first_exclusion(event):
    assert not is_found(event)
    assert not exclusion_keys.key_file().exists()
    assert run("list")[0] == "There is no key yet. The first exclusion makes one.\n"
    assert run("--check")[1] == ""


def test_the_first_exclusion_makes_one_that_only_we_may_read(event):
    exclude(event, email=ADDRESS)
    file = exclusion_keys.key_file()
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert [entry.name for entry in sorted(file.parent.iterdir())] == [
        "exclusion_keys.json",
        "exclusion_keys.json.lock",
    ]
    assert len(key_ids()) == 1


def test_many_who_need_the_first_key_at_once_get_the_same():
    found = []
    start = threading.Barrier(8)

    def need():
        start.wait()
        found.append(exclusion_keys.newest_key())

    threads = [threading.Thread(target=need) for __ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert {key.id for key in found} == set(key_ids())


def test_a_key_says_nothing_of_itself(event):
    exclude(event, email=ADDRESS)
    [key] = exclusion_keys.all_keys()
    assert key.secret not in f"{key!r} {key}"
    assert key.secret not in "".join(run("list"))


def test_the_hash_is_keyed_and_the_same_for_the_same_address():
    first = exclusion_keys.newest_key()
    second = exclusion_keys.add_key()
    assert exclusion_keys.address_hash(first, ADDRESS) == exclusion_keys.address_hash(
        first, " GRACE@example.org"
    )
    assert exclusion_keys.address_hash(first, ADDRESS) != exclusion_keys.address_hash(
        second, ADDRESS
    )


def test_rotating_hashes_anew_what_is_known_and_drops_the_old_key(event, person):
    exclusion = exclude(event, user_code=person.code)
    [old] = key_ids()
    out, __ = run("rotate")
    [new] = key_ids()
    assert new != old
    assert f"New key {new}: 1 exclusions hashed anew, 0 keep an older key" in out
    exclusion.refresh_from_db()
    assert exclusion.key_id == new
    assert is_found(event)
    with scope(event=event):
        entry = AuditEntry.objects.filter(action="exclusion").last()
        assert (entry.data["step"], entry.data["key"]) == ("hashed_anew", new)
        assert audit.first_broken_link(event, audit.CONCERN_CHAIN) is None


def test_rotating_keeps_the_key_of_an_account_that_is_gone(event, person):
    exclude(event, user_code=person.code)
    with scopes_disabled():
        deactivate_user(person)
    [old] = key_ids()
    run("rotate")
    assert key_ids()[1:] == [old]
    assert is_found(event)


def test_rotating_keeps_the_address_that_was_excluded(event, person):
    exclude(event, user_code=person.code)
    with scopes_disabled():
        change_email(person, "new@example.org")
    run("rotate")
    assert is_found(event)
    assert is_found(event, "new@example.org")


def test_new_exclusions_use_the_newest_key(event, person):
    exclude(event, email="somebody@example.org")
    run("rotate")
    exclusion = exclude(event, user_code=person.code)
    assert exclusion.key_id == key_ids()[0]
    assert is_found(event, "somebody@example.org")


def test_rotating_after_the_event_is_gone(event, person):
    exclude(event, user_code=person.code, only_event=False)
    Exclusion.objects.update(event_slug="gone")
    run("rotate")
    assert is_found(event)


def test_a_missing_key_is_a_breach_and_the_account_still_holds(event, person):
    exclusion = exclude(event, user_code=person.code)
    assert breaches() == []
    exclusion_keys.key_file().unlink()
    line = f"key {exclusion.key_id} is missing: its exclusions hold by account only"
    assert breaches() == [line]
    with pytest.raises(CommandError):
        run("--check")
    with scope(event=event):
        assert exclusions.is_excluded(event, user=person) == exclusion


def test_rotating_mends_what_it_can_after_a_key_was_lost(event, person):
    exclude(event, user_code=person.code)
    lost = exclude(event, email="somebody@example.org")
    exclusion_keys.key_file().unlink()
    assert not is_found(event, "somebody@example.org")
    __, err = run("rotate")
    assert err.startswith(f"key {lost.key_id} is missing")
    assert is_found(event)


def test_a_file_that_others_can_read_is_a_breach(event):
    exclude(event, email=ADDRESS)
    exclusion_keys.key_file().chmod(0o644)
    assert breaches() == [
        "exclusion_keys.json can be read by others; its mode must be 0600"
    ]


@pytest.mark.parametrize("content", ("", "{}", '{"keys": [{"id": 1}]}', "[]"))
def test_a_broken_file_is_a_breach(event, content):
    exclude(event, email=ADDRESS)
    exclusion_keys.key_file().write_text(content, encoding="utf-8")
    [line] = breaches()
    assert line.startswith("exclusion_keys.json cannot be read")
    with pytest.raises(CommandError):
        run("rotate")
    with pytest.raises(CommandError):
        run("--check")
    assert exclusion_keys.key_file().read_text(encoding="utf-8") == content


def test_a_restored_file_holds_again(event):
    exclude(event, email=ADDRESS)
    file = exclusion_keys.key_file()
    copy = file.read_text(encoding="utf-8")
    file.unlink()
    assert not is_found(event)
    file.write_text(copy, encoding="utf-8")
    assert len(json.loads(copy)["keys"]) == 1
    assert is_found(event)
