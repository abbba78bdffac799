# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""``make demo``, started for real: what it serves, and how it ends and refuses."""

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pytest

from demo import content

pytest.importorskip("waitress")
pytestmark = pytest.mark.production

ROOT = Path(__file__).resolve().parents[2]
READY = "Press Ctrl-C to stop."
ASSET = re.compile(r"""(?:href|src)=["']?(/static/[^"'\s>]+)""")


def free_port():
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment(*, data, port):
    # Coverage or Django settings of the test run must not reach the demo.
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in {"HOME", "LANG", "LC_ALL", "PATH", "TMPDIR"}
    }
    return {**kept, "COC_DEMO_DATA": str(data), "PORT": str(port)}


def demo(*arguments, data, port):
    """Run the demo to its end, for what ends by itself."""
    return subprocess.run(
        [sys.executable, "-m", "demo", *arguments],
        cwd=ROOT,
        env=environment(data=data, port=port),
        capture_output=True,
        check=False,
        text=True,
        timeout=300,
    )


class Running:
    """A demo that serves, from start to stop."""

    def __init__(self, *, data, port):
        self.url = f"http://localhost:{port}"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "demo"],
            cwd=ROOT,
            env=environment(data=data, port=port),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.output = []
        for line in self.process.stdout:
            self.output.append(line)
            if READY in line:
                break
        else:
            raise AssertionError("".join(self.output))

    def stop(self, number=signal.SIGTERM):
        """The exit code."""
        self.process.send_signal(number)
        code = self.process.wait(timeout=30)
        self.process.stdout.close()
        return code


class Visitor:
    """Somebody with a browser that knows cookies and nothing else."""

    def __init__(self, url):
        self.url = url
        self.cookies = CookieJar()
        self.opener = build_opener(HTTPCookieProcessor(self.cookies))

    def get(self, path, language="en"):
        request = Request(self.url + path, headers={"Accept-Language": language})
        return self._send(request)

    def log_in(self, address, password="harbour"):
        self.get("/orga/login/")
        (token,) = (
            cookie.value
            for cookie in self.cookies
            if cookie.name == "pretalx_csrftoken"
        )
        form = {
            "login_email": address,
            "login_password": password,
            "csrfmiddlewaretoken": token,
        }
        self._send(Request(f"{self.url}/orga/login/", urlencode(form).encode()))
        return "pretalx_session" in {cookie.name for cookie in self.cookies}

    def _send(self, request):
        try:
            with self.opener.open(request, timeout=60) as response:
                return response.status, response.read().decode(errors="replace")
        except HTTPError as error:
            with error:
                return error.code, error.read().decode(errors="replace")


def proposals_in(data):
    with closing(sqlite3.connect(data / "db.sqlite3")) as database:
        return database.execute(
            "SELECT code, title, state FROM submission_submission ORDER BY code"
        ).fetchall()


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return tmp_path_factory.mktemp("demo") / "data"


@pytest.fixture(scope="module")
def running(data):
    demo = Running(data=data, port=free_port())
    yield demo
    if demo.process.poll() is None:
        demo.stop()


@pytest.fixture
def visitor(running):
    return Visitor(running.url)


@pytest.mark.parametrize(
    "login",
    (
        "organiser@example.net",
        "team@example.net",
        "reviewer@example.net",
        "speaker@example.net",
    ),
)
def test_every_login_that_is_printed_works(running, visitor, login):
    (line,) = (line for line in running.output if login in line)

    assert visitor.log_in(login, line.strip("│ \n").split()[-1])


def test_every_address_that_is_printed_works_for_the_organiser(running, visitor):
    visitor.log_in("organiser@example.net")
    found = re.findall(rf"{running.url}(/\S*)", "".join(running.output))

    assert len(found) >= 6
    assert {path: visitor.get(path)[0] for path in found} == dict.fromkeys(found, 200)


def test_mails_are_files_and_ask_whoever_has_not_accepted(running, data):
    mails = [path.read_text() for path in (data / "mails").iterdir()]
    asked = {re.search(r"(?m)^To: (.+)$", mail)[1] for mail in mails}
    outstanding = {
        speaker.email for speaker in content.speakers().values() if not speaker.accepted
    }
    # The response team and the outside contact are told of the team, and whom a
    # case is about has something to read.
    team = {person["email"] for person in content.event()["staff"]}
    team.add(content.cases()["outside"]["outside_email"])
    subjects = {
        content.speakers()[key].email
        for case in content.cases()["case"]
        for key in content.proposals()[case["flag"]].speakers
    }

    assert subjects <= asked
    assert asked - team - subjects
    assert asked - team - subjects <= outstanding


def test_a_visitor_reads_the_call_for_papers(visitor):
    status, page = visitor.get("/demo/cfp")

    assert status == 200
    assert "Tell us what you learned the hard way" in page


@pytest.mark.parametrize(
    ("language", "heading"),
    (("en", "What we do not accept"), ("de", "Was wir nicht hinnehmen")),
)
def test_a_visitor_reads_the_policy_in_their_language(
    running, visitor, language, heading
):
    (path,) = (
        line.split(running.url)[1].strip("│ \n")
        for line in running.output
        if "Code of conduct" in line and running.url in line
    )

    status, page = visitor.get(path, language=language)

    assert status == 200
    assert heading in page


def test_pages_come_with_their_styles_and_scripts(visitor):
    _, page = visitor.get("/demo/")
    assets = ASSET.findall(page)

    assert assets
    assert {path: visitor.get(path)[0] for path in assets} == dict.fromkeys(assets, 200)


def test_the_panel_is_for_the_response_team(running):
    (path,) = (
        line.split(running.url)[1].strip("│ \n")
        for line in running.output
        if line.startswith("│ Response team ") and running.url in line
    )
    member, reviewer = Visitor(running.url), Visitor(running.url)
    member.log_in("team@example.net")
    reviewer.log_in("reviewer@example.net")

    status, page = member.get(path)

    assert status == 200
    assert "Size matters: how to satisfy your cluster" in page
    assert reviewer.get(path)[0] == 404


def test_a_second_demo_on_the_same_data_is_refused(running, data):
    again = demo("run", data=data, port=free_port())

    assert again.returncode == 1
    assert again.stderr.splitlines() == [
        f"A demo is already running with the data in {data}; stop it first."
    ]


def test_it_listens_on_this_machine_only(running):
    port = int(running.url.rsplit(":", 1)[1])
    others = {
        entry[4][0]
        for entry in socket.getaddrinfo(socket.gethostname(), port, socket.AF_INET)
    } - {"127.0.0.1", "127.0.1.1"}

    for address in others:
        with closing(socket.socket()) as probe:
            assert probe.connect_ex((address, port)) != 0


def test_after_ctrl_c_it_ends_well_and_goes_on_with_what_is_there(running, data):
    """Comes after the tests that need the running demo."""
    before = proposals_in(data)

    assert running.stop(signal.SIGINT) == 0
    started = time.monotonic()
    again = Running(data=data, port=free_port())
    elapsed = time.monotonic() - started

    assert len(before) >= 28
    assert proposals_in(data) == before
    assert "Going on with what is there …\n" in again.output
    assert elapsed < 60
    assert again.stop(signal.SIGTERM) == 0


def test_a_filling_that_was_interrupted_starts_over(running, data):
    """Comes last: it throws away what the others look at."""
    if running.process.poll() is None:
        running.stop()
    before = proposals_in(data)
    (data / "filled.json").unlink()

    filled = demo("fill", data=data, port=free_port())

    assert filled.returncode == 0, filled.stderr
    after = proposals_in(data)
    assert {row[1:] for row in after} == {row[1:] for row in before}
    assert {row[0] for row in after}.isdisjoint(row[0] for row in before)


def test_a_port_in_use_is_one_sentence(tmp_path):
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        refused = demo("run", data=tmp_path, port=port)

    assert refused.returncode == 1
    assert refused.stderr.splitlines() == [
        f"Port {port} is in use; choose another one: make demo PORT={port + 1}"
    ]
    assert refused.stdout == ""


@pytest.mark.parametrize("port", ("http", "0", "65536", "-1", "8e3"))
def test_a_port_that_is_none_is_one_sentence(tmp_path, port):
    refused = demo("run", data=tmp_path, port=port)

    assert refused.returncode == 1
    assert refused.stderr.splitlines() == [
        f"PORT must be a number from 1 to 65535, and is “{port}”."
    ]


def test_a_folder_that_cannot_be_written_to_is_one_sentence(tmp_path):
    blocked = tmp_path / "file"
    blocked.touch()

    refused = demo("run", data=blocked / "data", port=free_port())

    assert refused.returncode == 1
    assert refused.stderr.splitlines() == [
        f"The demo cannot write to {blocked / 'data'} (Not a directory)."
    ]


def find_python(python):
    return subprocess.run(
        ["sh", "demo/environment.sh"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PYTHON": str(python)},
        capture_output=True,
        check=False,
        text=True,
    )


def test_a_python_that_is_too_old_is_one_sentence(tmp_path):
    old = tmp_path / "python3.13"
    old.write_text('#!/bin/sh\ncase "$2" in *exit*) exit 1;; esac\necho 3.11.2\n')
    old.chmod(0o755)

    refused = find_python(old)

    assert refused.returncode == 1
    assert refused.stderr.splitlines() == [
        f"pretalx-coc needs Python 3.13 or newer, and found only Python 3.11.2 ({old})."
    ]


def test_no_python_is_one_sentence(tmp_path):
    refused = find_python(tmp_path / "python3.13")

    assert refused.returncode == 1
    assert refused.stderr.splitlines() == [
        f"pretalx-coc needs Python 3.13 or newer, and found no {tmp_path}/python3.13."
    ]
