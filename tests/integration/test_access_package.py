# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What is stored about one person: put together, redacted, handed out."""

import datetime as dt
import json
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.timezone import now
from django_scopes import scopes_disabled

from pretalx.person.domain.user import deactivate_user

from pretalx_coc.domain import audit, case_files, case_members, cases
from pretalx_coc.domain.access_package import ACCESS_CHAIN
from pretalx_coc.domain.case_log import chain_of
from pretalx_coc.domain.exclusions import exclude
from pretalx_coc.domain.flags import raise_flag
from pretalx_coc.domain.reports import Somebody, write_down
from pretalx_coc.models import AccessRequest, AuditEntry, AuditText, CaseEntry, Flag
from pretalx_coc.tasks_team import task_look_after_cases
from tests import factories
from tests.integration.test_evidence import breaches

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _everywhere():
    with scopes_disabled():
        yield


@pytest.fixture
def case(event, member, talk, reviewer):
    """A case about the speaker, reported by somebody, with a note; and a flag."""
    raise_flag(submission=talk, by=reviewer, reason="other", text="Slide three")
    report = write_down(
        event=event,
        by=member,
        text="She laughed at Rita",
        subject=cases.subject_of_profile(talk.speakers.get()),
        reporter=Somebody(name="Rita"),
    )
    cases.add_note(case=report.case, by=member, text="Rita is afraid")
    return report.case


def url(event, code=""):
    return f"/orga/event/{event.slug}/p/coc/requests/{code and code + '/'}"


def ask(client, event, user, received="2026-01-31"):
    client.post(url(event), {"email": user.email.upper(), "received": received})
    return AccessRequest.objects.filter(event=event, user_code=user.code).last()


def package(client, entry, **reasons) -> dict:
    data = {key.replace("_", ":", 1): why for key, why in reasons.items()}
    page = client.get(url(entry.event, entry.code))
    data |= {"seen": page.context["seen"], "action": "hand_out"}
    response = client.post(url(entry.event, entry.code), data)
    assert response["Content-Disposition"].startswith("attachment")
    return json.loads(response.getvalue())


def test_an_answer_is_due_within_the_legal_month(login, event, member, speaker):
    entry = ask(login(member), event, speaker)
    assert (entry.received, entry.due) == (dt.date(2026, 1, 31), dt.date(2026, 2, 28))
    page = login(member).get(url(event)).content.decode()
    assert "Ada Speaker" in page
    assert "overdue since" in page


@pytest.mark.parametrize("who", ("nobody", "themselves", "twice", "tomorrow"))
def test_a_request_that_makes_no_sense_is_refused(login, event, member, speaker, who):
    client = login(member)
    if who == "twice":
        ask(client, event, speaker)
    before = AccessRequest.objects.count()
    email = {"nobody": "x@example.org", "themselves": member.email}.get(
        who, speaker.email
    )
    received = now().date() + dt.timedelta(days=2 if who == "tomorrow" else -2)
    response = client.post(url(event), {"email": email, "received": received})
    assert response.context["form"].errors
    assert AccessRequest.objects.count() == before


def test_the_package_has_everything_that_the_member_may_see(
    login, event, member, speaker, case
):
    client = login(member)
    entry = ask(client, event, speaker)
    content = package(client, entry)
    said = json.dumps(content)
    for text in ("She laughed at Rita", "Rita is afraid", "Slide three", "Ada Speaker"):
        assert text in said
    assert content["account"] == speaker.code
    assert content["parts"][0]["content"]["account"] == speaker.code
    assert member.code not in said
    entry.refresh_from_db()
    assert (entry.done is not None, entry.done_by) == (True, member.code)
    assert breaches() == []


def test_each_part_is_left_out_with_a_reason_that_they_read(
    login, event, member, speaker, case
):
    client = login(member)
    entry = ask(client, event, speaker)
    reports = CaseEntry.objects.filter(text="She laughed at Rita")
    reasons = {f"entry_{row.pk}": "about others" for row in reports}
    reasons[f"report_{case.reports.get().code}"] = "about others"
    note = CaseEntry.objects.get(text="Rita is afraid")
    reasons[f"entry_{note.pk}"] = "would give somebody away"
    said = json.dumps(package(client, entry, **reasons))
    assert "Rita" not in said
    assert '"left_out_because": "would give somebody away"' in said
    assert "Slide three" in said
    logged = AuditEntry.objects.filter(chain=ACCESS_CHAIN).order_by("position")
    assert [row.action for row in logged] == [
        "access.started",
        "access.redacted",
        "access.handed_out",
    ]
    assert "somebody away" not in repr(list(logged.values()))
    assert audit.first_broken_link(event, ACCESS_CHAIN) is None


def test_what_is_left_out_is_kept_until_it_is_taken_back(
    login, event, member, speaker, case
):
    client = login(member)
    entry = ask(client, event, speaker)
    key = f"flag:{Flag.objects.get().code}"
    for reason, expected in (("no", {key: "no"}), ("", {})):
        client.post(url(event, entry.code), {key: reason, "action": "save"})
        entry.refresh_from_db()
        assert (entry.omitted, entry.done) == (expected, None)


def test_a_case_that_the_member_may_not_see_changes_nothing(
    login, event, member, speaker, talk
):
    other = factories.make_user()
    member.teams.get().members.add(other)
    entry = ask(login(other), event, speaker)
    first = login(other).get(url(event, entry.code)).content
    subject = cases.subject_of_profile(talk.speakers.get())
    case = cases.open_case(event=event, by=member, subject=subject, text="Hidden")
    case_members.declare(case=case, by=other, conflict=True)

    def masked(content: bytes) -> str:
        import re  # noqa: PLC0415

        return re.sub(r'csrfmiddlewaretoken" value="\w+"', "", content.decode())

    assert masked(login(other).get(url(event, entry.code)).content) == masked(first)
    assert "Hidden" not in json.dumps(package(login(other), entry))


def test_what_another_member_left_out_and_this_one_cannot_see_stays(
    login, event, member, speaker, case
):
    other = factories.make_user()
    member.teams.get().members.add(other)
    client = login(member)
    entry = ask(client, event, speaker)
    note = f"entry:{CaseEntry.objects.get(text='Rita is afraid').pk}"
    client.post(url(event, entry.code), {note: "Rita", "action": "save"})
    login(other).post(url(event, entry.code), {note: "", "action": "save"})
    entry.refresh_from_db()
    assert entry.omitted == {note: "Rita"}


def test_a_member_does_not_see_a_request_of_their_own(login, event, member):
    other = factories.make_user()
    member.teams.get().members.add(other)
    entry = ask(login(member), event, other)
    client = login(other)
    assert client.get(url(event, entry.code)).status_code == 404
    assert "Nobody has asked." in client.get(url(event)).content.decode()


def test_when_the_account_goes_the_request_and_its_reasons_go(
    login, event, member, speaker, case
):
    client = login(member)
    entry = ask(client, event, speaker)
    key = f"flag:{Flag.objects.get().code}"
    client.post(url(event, entry.code), {key: "She is Ada", "action": "save"})
    deactivate_user(speaker)
    assert not AccessRequest.objects.exists()
    assert not AuditText.objects.filter(chain=ACCESS_CHAIN).exists()
    assert breaches() == []


# Files


@pytest.fixture
def file(case, member):
    uploaded = SimpleUploadedFile("Rita's photo.png", b"a picture of Rita")
    return case_files.add_file(case=case, by=member, uploaded=uploaded)


def hand_out(client, entry, **reasons):
    data = {key.replace("_", ":", 1): why for key, why in reasons.items()}
    data["seen"] = client.get(url(entry.event, entry.code)).context["seen"]
    return client.post(url(entry.event, entry.code), {**data, "action": "hand_out"})


def field_of(client, entry, file):
    form = client.get(url(entry.event, entry.code)).context["form"]
    return form[f"file:{file.code}"]


def test_a_file_is_left_out_unless_a_member_says_that_it_goes_in(
    login, event, member, speaker, file
):
    client = login(member)
    entry = ask(client, event, speaker)
    usual = str(field_of(client, entry, file).value())
    assert usual == "It can show somebody else."
    content = package(client, entry, **{f"file_{file.code}": usual})
    said = [part for part in content["parts"] if part["what"].endswith("file")]
    assert said == [{"what": f"Case {file.case.code}: file", "left_out_because": usual}]
    name = f"file_{file.code}"
    response = hand_out(client, entry, **{name: ""})
    with ZipFile(BytesIO(response.getvalue())) as archive:
        path = f"files/{file.code}-Rita's photo.png"
        assert sorted(archive.namelist()) == sorted(
            [f"{event.slug}-{entry.code}.json", path]
        )
        assert archive.read(path) == b"a picture of Rita"
        content = json.loads(archive.read(f"{event.slug}-{entry.code}.json"))
    assert [part["file"] for part in content["parts"] if "file" in part] == [path]
    assert field_of(client, entry, file).value() == ""


def test_that_a_file_went_in_is_in_the_logs(login, event, member, speaker, file):
    client = login(member)
    entry = ask(client, event, speaker)

    def read():
        log = AuditEntry.objects.filter(chain=chain_of(file.case))
        return log.filter(action="case.file_read").count()

    hand_out(client, entry, **{f"file_{file.code}": "no"})
    assert read() == 0
    hand_out(client, entry, **{f"file_{file.code}": ""})
    assert read() == 1
    last = AuditEntry.objects.filter(chain=ACCESS_CHAIN).last()
    assert (last.action, last.data["files"]) == ("access.handed_out", [file.code])


def test_nothing_is_handed_out_before_it_is_said_of_each_file(
    login, event, member, speaker, file
):
    client = login(member)
    entry = ask(client, event, speaker)
    response = hand_out(client, entry)
    assert response.context["form"].errors
    entry.refresh_from_db()
    assert (entry.done, entry.omitted) == (None, {})


def test_a_file_that_is_gone_from_the_disk_is_named(
    login, event, member, speaker, file
):
    client = login(member)
    entry = ask(client, event, speaker)
    file.file.storage.delete(file.file.name)
    response = hand_out(client, entry, **{f"file_{file.code}": ""})
    assert "Rita&#x27;s photo.png cannot be read" in response.content.decode()
    entry.refresh_from_db()
    assert entry.done is None


# In time


def sweep() -> list[str]:
    mail.outbox.clear()
    task_look_after_cases()
    return sorted(address for entry in mail.outbox for address in entry.to)


@pytest.fixture
def waiting(login, event, member, speaker):
    """A request with no case around it, and everybody told of the team."""
    entry = ask(login(member), event, speaker)
    sweep()
    AccessRequest.objects.update(chased=None)
    return entry


def due(entry, days: int) -> None:
    day = now().astimezone(entry.event.tz).date() + dt.timedelta(days=days)
    AccessRequest.objects.filter(pk=entry.pk).update(due=day)


def later() -> None:
    day = dt.timedelta(days=1, minutes=1)
    AccessRequest.objects.update(chased=now() - day)


def test_when_a_week_is_left_members_are_told_once(event, member, speaker, waiting):
    due(waiting, 8)
    assert sweep() == []
    due(waiting, 7)
    assert sweep() == [member.email]
    text = mail.outbox[0].subject + mail.outbox[0].body
    assert url(event, waiting.code) in text
    assert [word for word in ("Ada", speaker.email, speaker.code) if word in text] == []
    later()
    assert sweep() == []


def test_once_the_month_is_over_members_are_told_each_day_until_it_is_done(
    login, member, waiting
):
    due(waiting, 0)
    later()
    assert sweep() == []
    due(waiting, -1)
    assert sweep() == [member.email]
    assert sweep() == []
    later()
    assert sweep() == [member.email]
    package(login(member), waiting)
    later()
    assert sweep() == []


def test_only_who_may_answer_is_told(event, member, waiting):
    other, blind = factories.make_user(), factories.make_user()
    member.teams.get().members.add(other, blind)
    factories.make_team(
        event, blind, name="Blind", is_reviewer=True, force_hide_speaker_names=True
    )
    sweep()
    AccessRequest.objects.update(user_code=other.code, chased=None)
    due(waiting, -1)
    assert sweep() == [member.email]


@pytest.mark.parametrize("page", ("", "cases/"))
def test_what_is_overdue_is_a_line_for_who_may_answer(
    login, event, member, waiting, page
):
    def says(user):
        content = login(user).get(f"/orga/event/{event.slug}/p/coc/{page}").content
        return "asked what is stored about them, and" in content.decode()

    other = factories.make_user()
    member.teams.get().members.add(other)
    due(waiting, 0)
    assert (says(member), says(other)) == (False, False)
    due(waiting, -1)
    assert (says(member), says(other)) == (True, True)
    AccessRequest.objects.update(user_code=other.code)
    assert (says(member), says(other)) == (True, False)


def test_what_nobody_has_read_is_not_handed_out(login, event, case, member, speaker):
    """A note that was added while the page was open can name somebody."""
    client = login(member)
    entry = ask(client, event, speaker)
    page = client.get(url(event, entry.code))
    data = {"seen": page.context["seen"], "action": "hand_out"}
    cases.add_note(case=case, by=member, text="Her neighbour Wim saw it, too")
    response = client.post(url(event, entry.code), data)
    content = response.content.decode()
    assert "Something was added or changed since you opened this page." in content
    assert "Wim" in content
    entry.refresh_from_db()
    assert entry.done is None
    response = client.post(
        url(event, entry.code), data | {"seen": response.context["seen"]}
    )
    assert response["Content-Disposition"].startswith("attachment")


def test_an_exclusion_is_in_it_for_who_may_know_of_its_case_only(
    login, event, case, member, speaker
):
    """Asking for somebody's package is no way around a conflict."""
    colleague = factories.make_user(name="Colleague")
    member.teams.get().members.add(colleague)
    case_members.let_in(case=case, by=member, user=colleague)
    case_members.declare(case=case, by=colleague, conflict=True)
    entry = ask(login(member), event, speaker)
    exclude(event=event, by=member, user_code=speaker.code, case_code=case.code)

    def titles(user):
        return [part["what"] for part in package(login(user), entry)["parts"]]

    assert titles(colleague).count("Exclusion") == 0
    assert titles(member).count("Exclusion") == 1
