# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Calling what is not ours in a process of its own, and no longer than allowed.

A thread would not do: nobody can end it, and one pattern that backtracks keeps
all others of its process from running.
"""

import json
import os
import select
import signal
import time
import warnings
from contextlib import suppress

from django.db import connections

MAX_BYTES = 1_000_000
CHUNK = 65_536
TIMEOUT = "timeout"


class ApartError(Exception):
    """The call ended without an answer; the message says how, in one word."""


def call_apart(function, *args, seconds: float):
    """Call a function in a child process, and give back what it returns.

    Args:
        function: What it returns must be plain values, as in JSON.
        *args: Its arguments.
        seconds: How long it may take by the clock.

    Raises:
        ApartError: It raised ("failed"), took too long ("timeout"), or said
            too much ("size").
    """
    reading, writing = os.pipe()
    child = _fork()
    if not child:
        os.close(reading)
        _answer(writing, function, args)
    os.close(writing)
    try:
        answer = _read(reading, time.monotonic() + seconds)
    finally:
        os.close(reading)
        _end(child)
    try:
        return json.loads(answer)
    except ValueError:
        raise ApartError("failed") from None


def _fork() -> int:
    with warnings.catch_warnings():
        # A lock that another thread holds stays locked in the child. If that
        # matters, the child hangs, and is ended as one that hangs.
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()


def _answer(writing: int, function, args) -> None:
    """The child: call, write the answer, and end without any tidying up.

    What would be tidied up, such as connections to the database, belongs to
    the parent.
    """
    try:
        os.setsid()
        # The parent's connections: kept, so that nothing closes them from here.
        kept = [connections[name] for name in connections]
        for name in connections:
            del connections[name]
        answer = json.dumps(function(*args)).encode()
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(answer)
        del kept
    finally:
        os._exit(0)


def _read(reading: int, deadline: float) -> bytes:
    answer = b""
    while True:
        left = deadline - time.monotonic()
        ready = left > 0 and select.select([reading], [], [], left)[0]
        if not ready:
            raise ApartError(TIMEOUT)
        chunk = os.read(reading, CHUNK)
        if not chunk:
            return answer
        answer += chunk
        if len(answer) > MAX_BYTES:
            raise ApartError("size")


def _end(child: int) -> None:
    """Kill the child with all that it started, and wait for its end."""
    for kill in (os.killpg, os.kill):
        with suppress(ProcessLookupError, PermissionError):
            kill(child, signal.SIGKILL)
    with suppress(ChildProcessError):
        os.waitpid(child, 0)
