# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The child that opens a file is ended whole, and can do nothing but read."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pretalx_coc.detection.documents import checking, sealing
from pretalx_coc.detection.documents.process import run
from tests.unit.documents.making import BAD

SLEEP = "import time; time.sleep(600)"
FORK = (
    "import os, sys, time\n"
    "child = os.fork()\n"
    "if child: sys.stdout.write(f'{child}\\n'); sys.stdout.flush()\n"
)


def python(code, *, seconds=60, most_output=1 << 20):
    with Path(os.devnull).open("rb") as nothing:
        command = [sys.executable, "-c", code]
        return run(command, nothing, seconds=seconds, most_output=most_output)


def sealed(code):
    """Run code in a process that has sealed itself, and give what it printed."""
    seal = (
        f"import sys; sys.path[:] = {sys.path!r}\n"
        "from pretalx_coc.detection.documents.sealing import seal\n"
        "seal(memory=1 << 30, cpu_seconds=10, wall_seconds=30)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", seal + code], capture_output=True, text=True, check=False
    )
    return done.stdout.split()


def is_running(number):
    """Whether a process runs; one that only waits to be collected does not."""
    listed = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(number)],
        capture_output=True,
        text=True,
        check=False,
    )
    return listed.stdout.strip()[:1] not in {"", "Z"}


def wait_for_end(number):
    for _try in range(500):
        if not is_running(number):
            return True
        time.sleep(0.01)
    return False


def test_a_program_gives_its_output_and_its_status():
    ended = python("import sys; print('read', flush=True); sys.exit(3)")
    assert (ended.output, ended.status, ended.limit) == (b"read\n", 3, "")


def test_a_program_that_sleeps_is_ended_and_what_it_said_is_kept():
    ended = python(f"print('read', flush=True); {SLEEP}", seconds=1)
    assert (ended.output, ended.status, ended.limit) == (
        b"read\n",
        -signal.SIGKILL,
        "time",
    )


def test_a_program_that_closes_its_output_and_sleeps_is_ended():
    assert python(f"import os; os.close(1); {SLEEP}", seconds=1).limit == "time"


def test_a_program_that_ignores_signals_is_ended():
    code = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    assert python(code + SLEEP, seconds=1).limit == "time"


def test_a_program_that_never_stops_talking_is_ended():
    ended = python("while True: print('x' * 1000)", most_output=50_000)
    assert (len(ended.output), ended.limit) == (50_000, "output")


@pytest.mark.parametrize("parent", (SLEEP, "sys.exit()"), ids=("sleeps", "ends"))
def test_what_a_program_started_is_ended_with_it(parent):
    code = FORK + f"if child: {parent}\n" + SLEEP
    ended = python(code, seconds=3)
    assert ended.limit == ("time" if parent == SLEEP else "")
    assert wait_for_end(int(ended.output))


def test_an_exception_in_the_parent_ends_the_program(tmp_path):
    """Such as that of a task queue when a task has taken too long."""
    waiting = (
        "import os, signal, sys\n"
        f"sys.path[:] = {sys.path!r}\n"
        "from pretalx_coc.detection.documents import process\n"
        "signal.alarm(1)\n"
        "def stop(*_): raise RuntimeError\n"
        "signal.signal(signal.SIGALRM, stop)\n"
        "note = open(sys.argv[1], 'w')\n"
        "code = 'import os, time; os.write(1, b\"%d\" % os.getpid()); time.sleep(600)'\n"
        "popen = process.subprocess.Popen\n"
        "def noting(*args, **more):\n"
        "    started = popen(*args, **more)\n"
        "    note.write(str(started.pid)); note.flush()\n"
        "    return started\n"
        "process.subprocess.Popen = noting\n"
        "try:\n"
        "    process.run([sys.executable, '-c', code], 0, seconds=60, most_output=99)\n"
        "except RuntimeError:\n"
        "    print('stopped')\n"
    )
    note = tmp_path / "note"
    done = subprocess.run(
        [sys.executable, "-c", waiting, note], capture_output=True, check=False
    )
    assert done.stdout == b"stopped\n"
    assert not is_running(int(note.read_text()))


def test_a_program_sees_nothing_of_our_environment(monkeypatch):
    monkeypatch.setenv("DATABASE_PASSWORD", "a secret")
    ended = python("import json, os; print(json.dumps(dict(os.environ)))")
    assert "DATABASE_PASSWORD" not in json.loads(ended.output)


def test_a_program_gets_no_open_file_but_its_input(tmp_path):
    secret = os.open(tmp_path, os.O_RDONLY)
    os.set_inheritable(secret, True)
    ended = python(f"import os; os.fstat({secret})")
    os.close(secret)
    assert ended.status == 1


SEALED = {
    "socket": "import socket; socket.socket()",
    "name": "import socket; socket.getaddrinfo('localhost', 80)",
    "address": "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9/')",
    "program": "import subprocess; subprocess.run(['true'])",
    "shell": "import os; os.system('true')",
    "fork": "import os; os.fork()",
    "file": "open('/dev/shm/left-behind', 'w')",
    "file, bare": "import os; os.open('/dev/shm/left-behind', os.O_CREAT | os.O_RDWR)",
    "removal": "import os; os.remove('/nonexistent')",
}


@pytest.mark.parametrize("code", SEALED.values(), ids=SEALED)
def test_a_sealed_process_reaches_starts_and_writes_nothing(code):
    code = f"try:\n    {code}\nexcept PermissionError:\n    print('refused')\n"
    assert sealed(code) == ["refused"]


@pytest.mark.skipif(
    sys.platform != "linux" or os.uname().machine not in sealing._CALLS,
    reason="The filter for system calls is for Linux",
)
@pytest.mark.parametrize(
    "call",
    ("socket(2, 1, 0)", "fork()", "vfork()", "execv(b'/bin/true', None)", "kill(1, 0)"),
)
def test_a_library_in_c_is_held_as_well(call):
    code = (
        "import ctypes\nlibrary = ctypes.CDLL(None, use_errno=True)\n"
        f"print(library.{call}, ctypes.get_errno())\n"
    )
    assert sealed(code) == ["-1", "13"]


def test_a_sealed_process_can_still_use_threads():
    code = "import threading\nt = threading.Thread(target=print, args=['ran'])\nt.start(); t.join()\n"
    assert sealed(code) == ["ran"]


def test_a_sealed_process_ends_although_nobody_watches_it():
    code = (
        f"import sys; sys.path[:] = {sys.path!r}\n"
        "from pretalx_coc.detection.documents.sealing import seal\n"
        "seal(memory=1 << 30, cpu_seconds=10, wall_seconds=1)\n"
    )
    done = subprocess.run([sys.executable, "-c", code + SLEEP], check=False)
    assert done.returncode == -signal.SIGALRM


def test_a_child_that_is_killed_or_crashes_leaves_what_it_read(check, monkeypatch):
    """Killed as the kernel does for want of memory, or crashed in a library."""
    told = json.dumps(
        {
            "is": "text",
            "text": BAD,
            "page": 4,
            "slide": None,
            "part": "text",
            "member": "",
        }
    )
    for number, code in ((signal.SIGKILL, "memory"), (signal.SIGSEGV, "broken")):
        ending = (
            "import os, sys\n"
            f"print({told!r}, flush=True); print('{{\"is\": \"te', end='', flush=True)\n"
            f"os.kill(os.getpid(), {int(number)})\n"
        )
        monkeypatch.setattr(checking, "_CHILD", ending)
        result = check(b"whatever")
        assert [finding.page for finding in result.findings] == [4]
        assert [one.code for one in result.unchecked] == [code]


def test_a_child_that_talks_nonsense_is_not_believed(check, monkeypatch):
    lines = [
        {"is": "kind", "kind": "<script>"},
        {
            "is": "text",
            "text": BAD,
            "page": "x",
            "slide": None,
            "part": "text",
            "member": "",
        },
        {
            "is": "text",
            "text": BAD,
            "page": 1,
            "slide": None,
            "part": "?",
            "member": "",
        },
        {"is": "text"},
        {"is": "result"},
        ["text"],
        {
            "is": "picture",
            "rows": [["x", "y", "z"]],
            "jpeg": "",
            "size": [1, 1],
            "page": None,
            "slide": None,
            "part": "text",
            "member": "",
        },
    ]
    code = "".join(f"print({json.dumps(line)!r})\n" for line in lines)
    monkeypatch.setattr(checking, "_CHILD", code)
    result = check(b"whatever")
    assert (result.kind, result.findings) == ("unknown", ())
    assert [one.code for one in result.unchecked] == ["broken"]
