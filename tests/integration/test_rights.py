# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Who may open what: every page against every kind of person."""

import datetime as dt
import io

import pytest
from django.urls import get_resolver
from django_scopes import scope, scopes_disabled

from pretalx_coc.domain import outside
from pretalx_coc.domain.access_package import start
from pretalx_coc.domain.cases import open_case, subject_in_words
from pretalx_coc.domain.checks import check_subject
from pretalx_coc.domain.copies import keep
from pretalx_coc.domain.flags import raise_flag
from pretalx_coc.domain.links import matters_token, personal_token
from pretalx_coc.domain.phrase_changes import add_phrase
from pretalx_coc.domain.team import choose_teams
from pretalx_coc.enums import CaseSubject
from pretalx_coc.models import Check, CocSettings, Finding
from tests import factories
from tests.integration.test_case_rights import PAGES as CASE_PAGES

pytestmark = pytest.mark.django_db

BAD = "Before the demo we show hot naked girls on every slide."

# page → the persons who get it; everybody else gets a 404 or a login page.
MEMBERS = {"member"}
ORGANISERS = {"organiser", "administrator"}
EVERYBODY = {
    "anonymous",
    "speaker",
    "other speaker",
    "reviewer",
    "organiser",
    "member",
    "member of another event",
    "former member",
    "administrator",
}
PAGES = {
    "settings.policy": ORGANISERS,
    "settings.preview": ORGANISERS,
    "settings.language": ORGANISERS,
    "settings.contacts": ORGANISERS,
    "settings.team": ORGANISERS,
    "settings.cases": ORGANISERS,
    "settings.acceptance": ORGANISERS,
    "settings.import": ORGANISERS,
    "settings.checks": ORGANISERS,
    "settings.phrases": MEMBERS | ORGANISERS,
    "settings.phrases.remove": MEMBERS | ORGANISERS,
    "outstanding": MEMBERS | ORGANISERS,
    "outstanding.csv": MEMBERS | ORGANISERS,
    "outstanding.remind": ORGANISERS,
    "outstanding.remind.one": ORGANISERS,
    "outstanding.paper": ORGANISERS,
    "letthrough": ORGANISERS,
    "team.accept": {"reviewer", "organiser", "member", "former member"},
    "panel": MEMBERS,
    "closed": set(),
    "retention": MEMBERS,
    "access": MEMBERS,
    "access.package": MEMBERS,
    "case.export": MEMBERS,
    "exclusions": MEMBERS,
    "record": MEMBERS,
    "finding.verdict": MEMBERS,
    "finding.file": MEMBERS,
    "finding.picture": MEMBERS,
    "unchecked": MEMBERS,
    "flag.verdict": MEMBERS,
    "flag": {"reviewer", "organiser", "administrator"},
    "flag.retract": {"reviewer"},
    "policy": EVERYBODY,
    "me": EVERYBODY - {"anonymous"},
    "me.export": EVERYBODY - {"anonymous"},
    "me.receipt": {"other speaker"},
    # Whoever has the link; who it belongs to is led to their own page.
    "me.token": EVERYBODY - {"other speaker"},
    "me.receipt.token": EVERYBODY,
    "me.messages": EVERYBODY - {"anonymous"},
    "me.messages.token": EVERYBODY - {"other speaker"},
    # Whoever has the secret of a one-time link.
    "outside": EVERYBODY,
    "policy.version": EVERYBODY,
}
POST_ONLY = {
    "case.export",
    "flag.retract",
    "outstanding.remind",
    "outstanding.remind.one",
    "settings.phrases.remove",
}


def outside_secret(event, member):
    CocSettings.objects.filter(event=event).update(outside_email="out@example.org")
    subject = subject_in_words("person", "Red hat")
    case = open_case(event=event, by=member, subject=subject)
    return outside.new_secret(outside.make_link(case=case, purpose=outside.ADVISE))


@pytest.fixture
def world(event, version, speaker, organiser, reviewer):
    """One event with everything in it that could leak, and people of all kinds."""
    with scopes_disabled():
        # A language that the version in force does not have yet.
        event.locales = [*event.locales, "fr"]
        event.save()
        talk = factories.make_talk(event, speaker, abstract=BAD)
        with scope(event=event):
            check_subject(event=event, kind="talk", pk=talk.pk)
        finding = Finding.objects.first()
        finding.copy = finding.preview = keep(
            event=event,
            sha256="0" * 64,
            source=io.BytesIO(b"JPEG"),
            name="slides.pdf",
            media="jpeg",
        )
        finding.save()
        partial = Check.objects.filter(event=event, material="title").first()
        partial.state, partial.unchecked = "partial", "language"
        partial.save()
        flag = raise_flag(submission=talk, by=reviewer, reason="other", text="Slide 3")
        former = factories.make_user(name="Former")
        team = factories.make_team(event, former, name="Old team")
        choose_teams(event=event, teams=[team], by=organiser)
        member = factories.make_member(event)
        CocSettings.objects.filter(event=event).update(team_accepts=True)
        other_event = factories.make_event()
        other_speaker = factories.make_user()
        factories.make_talk(event, other_speaker)
        acceptance = factories.accept(event, other_speaker, version)
        phrase = add_phrase(event=event, by=organiser, kind="allowed", text="beach")
        token = personal_token(event, other_speaker)
        people = {
            "anonymous": None,
            "speaker": speaker,
            "other speaker": other_speaker,
            "reviewer": reviewer,
            "organiser": organiser,
            "member": member,
            "member of another event": factories.make_member(other_event),
            "former member": former,
            "administrator": factories.make_user(is_administrator=True),
        }
        subject = subject_in_words(CaseSubject.PERSON, "Red hat")
        case = open_case(event=event, by=member, subject=subject)
        today = event.date_from - dt.timedelta(days=100)
        asked = start(event=event, by=member, email=speaker.email, received=today)
        codes = {
            "case.export": {"code": case.code},
            "access.package": {"code": asked.code},
            "outstanding.remind.one": {"code": speaker.get_speaker(event).code},
            "outstanding.paper": {"code": speaker.get_speaker(event).code},
            "letthrough": {"code": talk.code},
            "record": {"code": speaker.get_speaker(event).code},
            "finding.verdict": {"code": finding.code},
            "finding.file": {"code": finding.code},
            "finding.picture": {"code": finding.code},
            "unchecked": {"pk": partial.pk},
            "settings.phrases.remove": {"pk": phrase.pk},
            "flag.verdict": {"code": flag.code},
            "flag": {"code": talk.code},
            "flag.retract": {"code": talk.code, "flag": flag.code},
            "policy.version": {"number": 1},
            "me.token": {"token": token},
            "me.messages.token": {"token": matters_token(event, other_speaker)},
            "outside": {"secret": outside_secret(event, member)},
            "me.receipt": {"pk": acceptance.pk},
            "me.receipt.token": {"pk": acceptance.pk, "token": token},
            "settings.language": {"language": "fr"},
        }
    return people, codes


def url_of(name, event, codes):
    from django.urls import reverse  # noqa: PLC0415

    return reverse(
        f"plugins:pretalx_coc:{name}",
        kwargs={"event": event.slug, **codes.get(name, {})},
    )


def test_every_route_is_in_the_table():
    resolver = get_resolver()
    __, plugins = resolver.namespace_dict["plugins"]
    __, ours = plugins.namespace_dict["pretalx_coc"]
    names = {name for name in ours.reverse_dict if isinstance(name, str)}
    # Those of cases are asked in a table of their own, with more kinds of people.
    assert names == set(PAGES) | set(CASE_PAGES)


def test_every_page_opens_for_the_right_people_and_no_others(client, event, world):
    people, codes = world
    opened = {name: set() for name in PAGES}
    # What is posted changes what the others can see: it comes last.
    visits = [
        (person, user, name)
        for names in (set(PAGES) - POST_ONLY, POST_ONLY)
        for person, user in people.items()
        for name in names
    ]
    for person, user, name in visits:
        client.logout()
        if user:
            client.force_login(user)
        ask = client.post if name in POST_ONLY else client.get
        response = ask(url_of(name, event, codes))
        if response.status_code == 200 or (
            name in POST_ONLY and response.status_code == 302 and user
        ):
            opened[name].add(person)
        elif name.endswith(".token") and person == "other speaker":
            own_page = url_of(name.removesuffix(".token"), event, codes)
            assert response.url == own_page
        elif name == "panel" and person in ORGANISERS:
            # Who chooses the team is led to where it is chosen.
            assert response.url == url_of("settings.team", event, codes)
        elif user:
            assert response.status_code == 404, (name, person)
        else:
            assert "/login/?next=" in response.url, (name, person)
    assert opened == PAGES


def test_writing_is_for_the_right_people_only(client, event, world):
    people, codes = world
    posts = {
        "settings.policy": {"text_0": "# New", "revision": 1, "action": "save"},
        "settings.preview": {"revision": 1},
        "settings.team": {"teams": []},
        "settings.cases": {"outside_email": "x@example.org"},
        "case.export": {},
        "access": {"email": "x@example.org", "received": "2026-01-01"},
        "access.package": {"action": "hand_out"},
        "settings.acceptance": {"mail_mode": "outbox", "reminder_max": 3},
        "settings.import": {"action": "import"},
        "outstanding.remind": {},
        "outstanding.remind.one": {},
        "outstanding.paper": {"version": 1, "language": "en", "note": "x"},
        "letthrough": {"reason": "x"},
        "settings.checks": {"picture_threshold": 0.9},
        "settings.phrases": {"kind": "allowed", "text": "beach", "action": "add"},
        "settings.phrases.remove": {},
        "finding.verdict": {"verdict": "concerns", "revision": 0},
        "unchecked": {"action": "looked"},
        "flag.verdict": {"verdict": "concerns", "revision": 0},
        "flag": {"reason": "consent"},
    }
    for name, data in posts.items():
        for person, user in people.items():
            if person in PAGES[name]:
                continue
            client.logout()
            if user:
                client.force_login(user)
            response = client.post(url_of(name, event, codes), data)
            expected = 404 if user else 302
            assert response.status_code == expected, (name, person)
    with scopes_disabled():
        assert set(Finding.objects.values_list("verdict", flat=True)) == {""}
        assert not Check.objects.filter(looked_at__isnull=False).exists()
        assert not CocSettings.objects.filter(picture_threshold=0.9).exists()


def test_until_a_team_is_chosen_the_settings_teams_see_the_panel(
    login, event, organiser, reviewer
):
    url = f"/orga/event/{event.slug}/p/coc/"
    assert login(organiser).get(url).status_code == 200
    assert login(reviewer).get(url).status_code == 404


def test_chosen_team_replaces_the_settings_teams(login, event, organiser, member):
    url = f"/orga/event/{event.slug}/p/coc/"
    assert login(organiser).get(url).status_code == 302
    assert login(member).get(url).status_code == 200


@pytest.mark.parametrize("how", ("deleted", "emptied", "taken off the event"))
def test_team_that_is_gone_does_not_open_the_panel_to_others(
    login, event, organiser, member, how
):
    with scopes_disabled():
        team = CocSettings.objects.get(event=event).response_teams.get()
        if how == "deleted":
            team.delete()
        elif how == "emptied":
            team.members.clear()
        else:
            team.limit_events.clear()
    url = f"/orga/event/{event.slug}/p/coc/"
    assert login(organiser).get(url).status_code == 302
    assert login(member).get(url).status_code == 404
    settings = login(organiser).get(f"/orga/event/{event.slug}/settings/p/coc/team/")
    assert "Nobody is on the response team any more" in settings.content.decode()


def test_deactivated_member_is_no_member(event, member):
    from pretalx_coc.domain.access import rights_in  # noqa: PLC0415

    with scopes_disabled():
        assert rights_in(member, event).member
        member.is_active = False
        assert not rights_in(member, event).member


def test_member_needs_no_other_right_and_finds_the_panel(login, event, member):
    content = login(member).get("/orga/event/").content.decode()
    assert f'href="/orga/event/{event.slug}/p/coc/"' in content
    assert login(member).get(f"/orga/event/{event.slug}/p/coc/").status_code == 200


def test_navigation_shows_the_panel_to_members_only(login, event, organiser, member):
    link = f'href="/orga/event/{event.slug}/p/coc/"'
    content = login(organiser).get(f"/orga/event/{event.slug}/").content.decode()
    assert link not in content


def test_session_that_may_preview_the_event_opens_no_panel(client, event):
    """pretalx lets such a session into views that use its own mixin."""
    from django.contrib.sessions.backends.db import SessionStore  # noqa: PLC0415

    parent = SessionStore()
    parent["event_access"] = True
    parent.create()
    client.force_login(factories.make_user())
    session = client.session
    session[f"pretalx_event_access_{event.pk}"] = parent.session_key
    session.save()
    for page in ("p/coc/", "settings/p/coc/", "settings/p/coc/team/"):
        assert client.get(f"/orga/event/{event.slug}/{page}").status_code == 404


def test_only_teams_of_the_event_can_be_chosen(login, event, organiser):
    other = factories.make_team(factories.make_event(), factories.make_user())
    url = f"/orga/event/{event.slug}/settings/p/coc/team/"
    response = login(organiser).post(url, {"teams": [other.pk]})
    assert response.status_code == 200
    assert response.context["form"].errors["teams"]
    response = login(organiser).post(url, {"teams": ["x"]})
    assert response.context["form"].errors["teams"]
    with scopes_disabled():
        assert not CocSettings.objects.filter(event=event, team_chosen=True).exists()


def test_choosing_the_team_is_in_the_audit_log(event, member):
    from pretalx_coc.models import AuditEntry  # noqa: PLC0415

    with scopes_disabled():
        assert AuditEntry.objects.filter(event=event, action="team.chosen").count() == 1


# Not your own matter


@pytest.fixture
def own_matter(event, version):
    """A member who speaks, with a finding and a flag on their talk."""
    with scopes_disabled():
        member = factories.make_member(event, name="Speaking Member")
        co_speaker = factories.make_user(name="Co-speaker")
        talk = factories.make_talk(event, member, co_speaker, abstract=BAD)
        profile = member.get_speaker(event)
        profile.biography = BAD
        profile.save()
        with scope(event=event):
            check_subject(event=event, kind="talk", pk=talk.pk)
            check_subject(event=event, kind="profile", pk=profile.pk)
        reviewer = factories.make_reviewer(event)
        flag = raise_flag(submission=talk, by=reviewer, reason="other", text="Slide 3")
        findings = list(Finding.objects.filter(event=event))
    assert {finding.subject_kind for finding in findings} == {"talk", "profile"}
    return member, co_speaker, talk, flag, findings


def assert_sees_nothing(client, event, member, flag, findings, *profiles):
    base = f"/orga/event/{event.slug}/p/coc/"
    content = client.get(base).content.decode()
    assert "Nothing here." in content
    assert 'class="badge color-info"' not in content
    assert client.get(f"{base}flag/{flag.code}/").status_code == 404
    for finding in findings:
        url = f"{base}finding/{finding.code}/"
        assert client.get(url).status_code == 404
        answer = client.post(url, {"verdict": "concerns", "revision": 0})
        assert answer.status_code == 404


def test_member_sees_nothing_about_themselves_or_their_talks(login, event, own_matter):
    member, co_speaker, talk, flag, findings = own_matter
    with scopes_disabled():
        version = publish_accepted(event, co_speaker)
    assert version
    client = login(member)
    assert_sees_nothing(client, event, member, flag, findings)
    own = factories.profile_of(member, event)
    base = f"/orga/event/{event.slug}/p/coc/"
    assert client.get(f"{base}speaker/{own.code}/").status_code == 404
    other = factories.profile_of(co_speaker, event)
    record = client.get(f"{base}speaker/{other.code}/").content.decode()
    assert talk.title not in record
    assert "Slide 3" not in record


def publish_accepted(event, user):
    from pretalx_coc.domain.policy import version_in_force  # noqa: PLC0415

    version = version_in_force(event)
    factories.accept(event, user, version)
    return version


def test_colleague_sees_what_the_speaking_member_does_not(login, event, own_matter):
    _member, *_ = own_matter
    with scopes_disabled():
        colleague = factories.make_user()
        CocSettings.objects.get(event=event).response_teams.get().members.add(colleague)
    content = login(colleague).get(f"/orga/event/{event.slug}/p/coc/").content.decode()
    assert "Passage" in content
    assert "Flag" in content


@pytest.mark.parametrize("how", ("taken off the talk", "talk deleted"))
def test_own_matter_stays_own_after_the_talk_has_changed(login, event, own_matter, how):
    member, co_speaker, talk, flag, findings = own_matter
    with scopes_disabled():
        publish_accepted(event, co_speaker)
        if how == "talk deleted":
            talk.delete()
        else:
            talk.speakers.remove(member.get_speaker(event))
    assert_sees_nothing(login(member), event, member, flag, findings)


# Blind stays blind


@pytest.fixture
def blind_member(event):
    """A member who is also a reviewer, while names are hidden."""
    with scopes_disabled():
        member = factories.make_member(event)
        factories.make_team(event, member, is_reviewer=True)
        event.review_phases.update(can_see_speaker_names=False)
    return member


def test_blind_reviewer_who_is_a_member_learns_no_name(
    login, event, speaker, version, blind_member
):
    with scopes_disabled():
        talk = factories.make_talk(event, speaker, abstract=BAD)
        with scope(event=event):
            check_subject(event=event, kind="talk", pk=talk.pk)
        finding = Finding.objects.first()
    client = login(blind_member)
    base = f"/orga/event/{event.slug}/p/coc/"
    profile = factories.profile_of(speaker, event)
    finding_page = f"{base}finding/{finding.code}/"
    pages = (
        base,
        f"{base}?kind=unchecked",
        f"{base}speaker/{profile.code}/",
        f"{base}unchecked/{finding.check_run_id}/",
        finding_page,
        f"{finding_page}file/",
        f"{finding_page}picture/",
    )
    for page in pages:
        response = client.get(page, follow=True)
        content = response.content.decode()
        assert "You are reviewing proposals without knowing who wrote" in content
        assert speaker.name not in content
        assert profile.code not in content
        assert 'class="badge color-info"' not in content


def test_panel_opens_for_them_when_names_may_be_seen(login, event, blind_member):
    with scopes_disabled():
        event.review_phases.update(can_see_speaker_names=True)
    response = login(blind_member).get(f"/orga/event/{event.slug}/p/coc/")
    assert response.status_code == 200


def test_plugin_switched_off_closes_every_page(client, event, world):
    from pretalx.event.domain.plugins import disable_plugin  # noqa: PLC0415

    people, codes = world
    disable_plugin(event, "pretalx_coc")
    event.save()
    for user in people.values():
        client.logout()
        if user:
            client.force_login(user)
        for name in PAGES:
            response = client.get(url_of(name, event, codes))
            assert response.status_code == 404 or not user, name
            assert response.status_code != 200, name
