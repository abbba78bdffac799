# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Detectors that other plugins bring along."""

import json
import os
import re
import runpy
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from django.core import mail
from django.db import connection
from django_scopes import scope, scopes_disabled

from pretalx_coc.domain import apart, extra_detectors
from pretalx_coc.domain.announcements import announce
from pretalx_coc.domain.checks import check_subject
from pretalx_coc.domain.detectors import Detectors
from pretalx_coc.domain.phrase_changes import add_phrase
from pretalx_coc.domain.queries.unchecked import stale_subjects
from pretalx_coc.domain.settings import change_settings
from pretalx_coc.models import Check, CocSettings, Finding
from pretalx_coc.signals import text_detectors
from tests import factories, materials

pytestmark = pytest.mark.django_db

TEXT = "We present an uncommon evaluation of caches."
EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "http_detector.py"


def finding(start=14, end=22, **more):
    return {"start": start, "end": end, "category": "innuendo", "strength": 0.8, **more}


class Detector:
    """A well-behaved detector; tests replace what it answers."""

    identifier = "test.detector"
    name = "Test detector"
    version = "1"
    leaves_server = ""

    def __init__(self, answer=lambda text, language: [finding()], **attributes):
        self.check_text = answer
        for name, value in attributes.items():
            setattr(self, name, value)


@pytest.fixture
def offer():
    """Lets a plugin that is active in the event offer detectors."""
    connected = []

    def offer(*things, raises=None):
        def receive(sender, **kwargs):
            if raises:
                raise raises
            return list(things) if len(things) != 1 else things[0]

        receive.__module__ = "pretalx_coc.elsewhere"
        text_detectors.connect(receive, weak=False)
        connected.append(receive)

    yield offer
    for receive in connected:
        text_detectors.disconnect(receive)


@scopes_disabled()
def switch_on(event, *identifiers):
    by = factories.make_user()
    change_settings(event=event, by=by, extra_detectors=list(identifiers))


@pytest.fixture
def on(event, offer):
    """Offers a detector and switches it on."""

    def on(*args, **kwargs):
        detector = Detector(*args, **kwargs)
        offer(detector)
        switch_on(event, detector.identifier)
        return detector

    return on


@pytest.fixture
def talk(event):
    return factories.make_talk(event, title="Caches", abstract=TEXT)


@scopes_disabled()
def check(event, talk):
    with scope(event=event):
        check_subject(event=event, kind="talk", pk=talk.pk)
    return Check.objects.get(
        event=event, subject_code=talk.code, material="abstract", is_current=True
    )


@scopes_disabled()
def found(event):
    findings = Finding.objects.filter(
        event=event, material="abstract", check_run__is_current=True
    )
    return [(entry.passage, entry.level, entry.detector) for entry in findings]


def test_detector_that_is_switched_on_finds(event, talk, on):
    on(lambda text, language: [finding(reason="A pun.")] if text == TEXT else [])
    assert check(event, talk).state == "complete"
    assert found(event) == [("uncommon", "review", "test.detector")]
    with scopes_disabled():
        (entry,) = Finding.objects.filter(detector="test.detector")
    assert (entry.rule, entry.category, entry.strength) == (
        "test.detector",
        "innuendo",
        0.8,
    )
    assert entry.before == TEXT[:14]
    assert ["said", "A pun."] in entry.steps


def test_detector_is_off_until_somebody_switches_it_on(event, talk, offer):
    offer(Detector())
    check(event, talk)
    assert found(event) == []


def test_detector_of_a_plugin_that_is_not_active_is_not_asked(event, talk, offer):
    from pretalx.event.domain.plugins import disable_plugin  # noqa: PLC0415

    offer(Detector())
    switch_on(event, Detector.identifier)
    with scopes_disabled():
        assert len(extra_detectors.chosen_detectors(event)) == 1
        disable_plugin(event, "pretalx_coc")
        assert extra_detectors.chosen_detectors(event) == []


def test_weak_finding_is_a_hint_and_weaker_ones_are_none(event, talk, on):
    on(
        lambda text, language: [
            finding(0, 2, strength=0.5),
            finding(3, 10, strength=0.39),
        ]
    )
    check(event, talk)
    assert found(event) == [("We", "hint", "test.detector")]


def test_two_answers_about_one_place_are_one_finding(event, talk, on):
    on(lambda text, language: [finding(strength=0.6), finding(strength=0.9)])
    check(event, talk)
    assert found(event) == [("uncommon", "review", "test.detector")]


def test_passage_that_our_own_detectors_point_at_is_one_thing_to_look_at(event, on):
    text = "Before the demo we show naked girls on the slides."
    talk = factories.make_talk(event, abstract=text)
    place = text.index("girls"), text.index("girls") + 5
    on(lambda asked, language: [finding(*place)] if asked == text else [])
    check(event, talk)
    assert {detector for *_, detector in found(event)} == {""}


def test_allowed_phrase_holds_for_every_detector(event, talk, on):
    on()
    with scopes_disabled():
        by = factories.make_user()
        add_phrase(event=event, by=by, kind="allowed", text="an uncommon evaluation")
    check(event, talk)
    assert found(event) == []


def nonsense():
    def numbered(count):
        return lambda text, language: [finding(0, i + 1) for i in range(count)]

    def endless(text, language):
        while True:
            yield finding()

    answers = {
        "none": None,
        "a number": 7,
        "texts": ["uncommon"],
        "a list of lists": [[1, 2]],
        "empty dictionary": [{}],
        "end before start": [finding(22, 14)],
        "empty passage": [finding(14, 14)],
        "negative": [finding(-1, 5)],
        "behind the end": [finding(0, 10_000)],
        "offsets as text": [finding("14", "22")],
        "offsets as fractions": [finding(14.0, 22.0)],
        "offsets as truths": [finding(False, True)],
        "unknown category": [finding(category="boring")],
        "category as list": [finding(category=["innuendo"])],
        "strength above one": [finding(strength=80)],
        "strength not a number": [finding(strength=float("nan"))],
        "strength as text": [finding(strength="0.8")],
        "reason as list": [finding(reason=["x"])],
        "an object": [finding(reason=object())],
        "one good, one bad": [finding(), finding(-1, 5)],
    }
    for name, answer in answers.items():
        yield pytest.param(lambda text, language, a=answer: a, id=name)
    yield pytest.param(numbered(201), id="too many")
    yield pytest.param(endless, id="endless")
    yield pytest.param(
        lambda text, language: [finding(reason="x" * 2_000_000)], id="too long"
    )


@pytest.mark.parametrize("answer", list(nonsense()))
def test_nonsense_costs_only_itself_and_is_reported(event, on, answer):
    text = f"{TEXT} Before the demo we show naked girls on the slides."
    talk = factories.make_talk(event, abstract=text)
    on(answer)
    done = check(event, talk)
    assert done.state == "partial"
    assert done.unchecked == "extra Test detector"
    assert {detector for *_, detector in found(event)} == {""}


def raising(text, language):
    raise RuntimeError(f"quotes {text}")


def leaving(text, language):
    os._exit(0)


def exiting(text, language):
    raise SystemExit(3)


def killed(text, language):
    os.kill(os.getpid(), 9)


@pytest.mark.parametrize("answer", (raising, leaving, exiting, killed))
def test_detector_that_dies_costs_only_itself(event, talk, on, caplog, answer):
    on(answer)
    assert check(event, talk).unchecked == "extra Test detector"
    assert TEXT not in caplog.text
    assert "Detector test.detector: failed" in caplog.text


def sleeping(text, language):
    time.sleep(600)


def spinning(text, language):
    while True:
        pass


def backtracking(text, language):
    """Keeps every thread of its process from running."""
    re.fullmatch(r"(a+)+b", "a" * 64)


def having_children(text, language):
    if not os.fork():
        time.sleep(600)
        os._exit(0)
    time.sleep(600)


@pytest.mark.parametrize("answer", (sleeping, spinning, backtracking, having_children))
def test_detector_that_hangs_is_ended_and_asked_once_for_a_talk(
    event, talk, on, monkeypatch, answer, tmp_path
):
    def counting(text, language):
        with (tmp_path / "asked").open("a") as file:
            file.write("x")
        answer(text, language)

    monkeypatch.setattr(extra_detectors, "MAX_SECONDS", 0.5)
    on(counting)
    assert check(event, talk).unchecked == "extra Test detector"
    with scopes_disabled():
        partial = Check.objects.filter(event=event, state="partial").count()
    assert partial == 2  # title and abstract
    assert (tmp_path / "asked").read_text() == "x"


def test_no_process_and_no_pipe_is_left_behind(event, talk, on, monkeypatch):
    monkeypatch.setattr(extra_detectors, "MAX_SECONDS", 0.3)
    before = set(Path("/proc/self/fd").iterdir())
    on(sleeping)
    check(event, talk)
    assert len(set(Path("/proc/self/fd").iterdir()) - before) <= 1
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_child_does_not_touch_the_database_connection_of_its_parent(event, talk, on):
    def asking(text, language):
        from django.db import connections  # noqa: PLC0415

        connections["default"].close()
        return [finding()] if text == TEXT else []

    on(asking)
    check(event, talk)
    assert len(found(event)) == 1
    assert connection.is_usable()


def test_what_the_child_changes_in_memory_stays_there():
    changed = []
    assert apart.call_apart(lambda: changed.append(1) or [1], seconds=10) == [1]
    assert changed == []


def test_other_version_makes_checks_stale_and_files_are_left_alone(event, talk, on):
    detector = on()
    check(event, talk)
    with scope(event=event):
        assert list(stale_subjects(event)) == []
        files = Detectors(event).file_version
        detector.version = "2"
        assert list(stale_subjects(event)) == [("talk", talk.pk)]
        assert Detectors(event).file_version == files


def test_switching_it_on_and_off_checks_again(
    event, talk, offer, django_capture_on_commit_callbacks
):
    offer(Detector(lambda text, language: [finding()] if text == TEXT else []))
    check(event, talk)
    with django_capture_on_commit_callbacks(execute=True):
        switch_on(event, "test.detector")
    assert len(found(event)) == 1
    with django_capture_on_commit_callbacks(execute=True):
        switch_on(event)
    assert found(event) == []


def test_what_is_no_detector_is_left_out(event, offer):
    class Broken(Detector):
        @property
        def name(self):
            raise RuntimeError

    offer(
        Detector(),
        Detector(version="second of that name"),
        Detector(identifier="with space"),
        Detector(identifier=None),
        Detector(identifier="x" * 65),
        Detector(identifier="no.check", answer=None),
        Broken(identifier="broken"),
        object(),
        None,
    )
    offer(raises=RuntimeError("broken"))
    offer(None)
    with scopes_disabled():
        (detector,) = extra_detectors.offered_detectors(event)
    assert (detector.identifier, detector.version) == ("test.detector", "1")


# The settings


def settings_url(event):
    return f"/orga/event/{event.slug}/settings/p/coc/checks/"


def test_settings_say_what_leaves_the_server_and_switch_on(
    login, event, organiser, offer
):
    offer(
        Detector(),
        Detector(identifier="b", name="<b>Cloud</b>", leaves_server="Texts go to B."),
    )
    client = login(organiser)
    content = client.get(settings_url(event)).content.decode()
    assert "Nothing leaves the server." in content
    assert "Leaves the server: Texts go to B." in content
    assert "<b>Cloud</b>" not in content
    data = {"picture_threshold": 0.5, "extra_detectors": ["b"]}
    client.post(settings_url(event), data)
    with scopes_disabled():
        assert CocSettings.objects.get(event=event).extra_detectors == ["b"]
    client.post(settings_url(event), {**data, "extra_detectors": ["nosuch"]})
    with scopes_disabled():
        assert CocSettings.objects.get(event=event).extra_detectors == ["b"]


def test_team_is_told_which_detectors_are_switched_on_and_off(
    login, event, organiser, member, offer, django_capture_on_commit_callbacks
):
    offer(Detector(), Detector(identifier="b", name="Another"))
    with scopes_disabled():
        announce(event.pk)  # that the team was chosen

    def told(**data):
        mail.outbox.clear()
        data = {"check_pictures": "on", "picture_threshold": 0.5} | data
        with django_capture_on_commit_callbacks(execute=True):
            assert login(organiser).post(settings_url(event), data).status_code == 302
        return [(sent.to, sent.body) for sent in mail.outbox]

    ((to, body),) = told(extra_detectors=["b", "test.detector"])
    assert to == [member.email]
    assert "Detectors of other plugins: b, test.detector (before: –)" in body
    ((to, body),) = told()
    assert "Detectors of other plugins: – (before: b, test.detector)" in body
    assert told(hints_before_submitting="on") == []


def test_settings_without_offers_say_nothing_of_them(login, event, organiser):
    content = login(organiser).get(settings_url(event)).content.decode()
    assert "More detectors" not in content


def test_copy_of_an_event_asks_nobody_until_somebody_switches_it_on(event, on):
    from pretalx_coc.domain.cloning import copy_to_clone  # noqa: PLC0415

    on()
    clone = factories.make_event(organiser=event.organiser)
    copy_to_clone(event=clone, source_slug=event.slug)
    with scopes_disabled():
        assert CocSettings.objects.get(event=clone).extra_detectors == []


# The text of files


FILE = ("A quiet first page.", "An uncommon second page.")


@pytest.fixture
def upload(event, talk):
    """Uploads a file for the talk and checks it; what was found, and the check."""

    @scopes_disabled()
    def upload(data=None):
        materials.upload(talk, data or materials.pdf(*FILE))
        with scope(event=event):
            check_subject(event=event, kind="talk", pk=talk.pk)
        done = Check.objects.get(event=event, media="pdf", is_current=True)
        found = done.findings.order_by("page", "start")
        return done, [(each.page, each.passage, each.detector) for each in found]

    return upload


def uncommon(text, language):
    start = text.find("uncommon")
    return [finding(start, start + 8)] if start >= 0 else []


def test_detector_that_reads_files_is_given_each_page(on, upload, tmp_path):
    def noting(text, language):
        with (tmp_path / "asked").open("a") as file:
            file.write(f"{type(text).__name__} {text.strip()}\n")
        return uncommon(text, language)

    on(noting, files=True)
    done, found = upload()
    assert (done.state, found) == ("complete", [(2, "uncommon", "test.detector")])
    asked = (tmp_path / "asked").read_text().splitlines()
    assert [line for line in asked if "page" in line] == [
        f"str {text}" for text in FILE
    ]


@pytest.mark.parametrize("files", (False, 1, "yes", None))
def test_detector_that_does_not_say_so_is_given_no_file(on, upload, files):
    on(uncommon, files=files)
    assert upload()[1] == []


def test_passage_in_a_file_says_where_it_is_and_who_found_it(
    login, event, member, on, upload
):
    on(uncommon, files=True)
    upload()
    with scopes_disabled():
        code = Finding.objects.get(event=event, page=2).code
    url = f"/orga/event/{event.slug}/p/coc/finding/{code}/"
    content = login(member).get(url).content.decode()
    assert ", page 2”" in content
    assert "<mark>uncommon</mark>" in content
    assert "It was found by “Test detector”" in content


def test_passage_in_a_file_that_is_known_or_allowed_is_left_out(event, on, upload):
    def everything(text, language):
        return [finding(0, len(text))]

    on(everything, files=True)
    with scopes_disabled():
        by = factories.make_user()
        add_phrase(event=event, by=by, kind="allowed", text="A quiet first page")
    bad = "Before the demo we show naked girls on the slides."
    __, found = upload(materials.pdf("A quiet first page", bad))
    assert {(page, detector) for page, __, detector in found} == {(2, "")}


@pytest.mark.parametrize("answer", (raising, leaving, killed, sleeping, "nonsense"))
def test_detector_that_fails_in_a_file_costs_only_itself(
    on, upload, monkeypatch, answer
):
    def failing(text, language):
        if "second" not in text:
            return []
        return 7 if answer == "nonsense" else answer(text, language)

    monkeypatch.setattr(extra_detectors, "MAX_SECONDS", 0.5)
    on(failing, files=True)
    bad = "Before the second demo we show naked girls on the slides."
    done, found = upload(materials.pdf(FILE[0], bad))
    assert (done.state, done.unchecked) == ("partial", "extra Test detector")
    assert {(page, detector) for page, __, detector in found} == {(2, "")}


def test_file_takes_no_longer_than_it_may(on, upload, monkeypatch):
    def slow(text, language):
        time.sleep(0.3)
        return uncommon(text, language)

    monkeypatch.setattr(extra_detectors, "MAX_FILE_SECONDS", 0.5)
    on(slow, files=True)
    pages = [f"An uncommon page {number}." for number in range(20)]
    done, found = upload(materials.pdf(*pages))
    assert done.unchecked == "extra Test detector"
    assert 1 <= len(found) < 5


def test_too_many_passages_in_a_file_are_none(on, upload, monkeypatch):
    monkeypatch.setattr(extra_detectors, "MAX_FINDINGS", 3)
    on(uncommon, files=True)
    done, found = upload(materials.pdf(*["An uncommon page."] * 4))
    assert (done.unchecked, found) == ("extra Test detector", [])


def test_other_version_of_one_that_reads_files_checks_them_again(
    event, talk, on, upload
):
    detector = on(uncommon, files=True)
    assert len(upload()[1]) == 1
    detector.version = "2"
    detector.check_text = lambda text, language: []
    with scope(event=event):
        assert list(stale_subjects(event)) == [("talk", talk.pk)]
        check_subject(event=event, kind="talk", pk=talk.pk)
    with scopes_disabled():
        done = Check.objects.get(event=event, media="pdf", is_current=True)
        assert list(done.findings.all()) == []


def test_settings_say_who_reads_files(login, event, organiser, offer):
    offer(Detector(), Detector(identifier="b", name="Reader", files=True))
    content = login(organiser).get(settings_url(event)).content.decode()
    assert content.count("Reads what speakers type.") == 1
    assert "Reader – Reads what speakers type, and the text in their files." in content


# The example in the documentation


class Service(BaseHTTPRequestHandler):
    """A service as the example asks it; each path behaves in its own way."""

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(asked)
        status, body = getattr(self, f"answer_{self.path.strip('/')}")()
        with suppress(BrokenPipeError):
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

    def answer_good(self):
        entry = {"passage": "uncommon", "category": "innuendo", "strength": 0.9}
        return 200, json.dumps({"findings": [entry]}).encode()

    def answer_invented(self):
        entry = {"passage": "not there", "category": "innuendo", "strength": 0.9}
        return 200, json.dumps({"findings": [entry]}).encode()

    def answer_broken(self):
        return 200, b'{"findings": ['

    def answer_other(self):
        return 200, b'{"error": "no model"}'

    def answer_failing(self):
        return 500, b"no"

    def answer_slow(self):
        self.server.done.wait(60)
        return 200, b'{"findings": []}'

    def log_message(self, *args):
        pass


@pytest.fixture
def service():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    server.asked, server.done = [], threading.Event()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.done.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def ask(event, talk, offer, service):
    """Checks the talk with the documented example and a way to behave."""

    def ask(path):
        example = runpy.run_path(str(EXAMPLE))["HttpDetector"]
        url = f"http://127.0.0.1:{service.server_port}/{path}"
        offer(example(url, name="Our model"))
        switch_on(event, "example.http")
        return check(event, talk)

    return ask


def test_example_asks_a_service_and_finds(event, ask, service):
    assert ask("good").state == "complete"
    assert found(event) == [("uncommon", "review", "example.http")]
    assert {"text": TEXT, "language": "en"} in service.asked


def test_example_leaves_out_what_the_service_has_invented(event, ask):
    assert ask("invented").state == "complete"
    assert found(event) == []


@pytest.mark.parametrize("how", ("broken", "other", "failing", "slow"))
def test_example_reports_a_service_that_does_not_work(event, ask, monkeypatch, how):
    monkeypatch.setattr(extra_detectors, "MAX_SECONDS", 1)
    done = ask(how)
    assert (done.state, done.unchecked) == ("partial", "extra Our model")
    assert found(event) == []


def test_example_reports_a_service_that_is_not_there(event, ask, service):
    service.shutdown()
    service.server_close()
    assert ask("good").unchecked == "extra Our model"


def test_example_asks_about_the_text_of_files_if_it_is_to(
    event, offer, service, upload
):
    example = runpy.run_path(str(EXAMPLE))["HttpDetector"]
    url = f"http://127.0.0.1:{service.server_port}/good"
    offer(example(url, name="Our model", files=True))
    switch_on(event, "example.http")
    __, found = upload()
    assert found == [(2, "uncommon", "example.http")]


@pytest.mark.parametrize(
    ("files", "what"),
    (
        (False, "What speakers type goes to http://a.example."),
        (
            True,
            "What speakers type, and the text in their files, goes to http://a.example.",
        ),
    ),
)
def test_example_says_what_leaves_the_server(files, what):
    detector = runpy.run_path(str(EXAMPLE))["HttpDetector"](
        "http://a.example", name="A", files=files
    )
    assert detector.leaves_server == what
