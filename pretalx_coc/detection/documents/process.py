# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Runs a program on a file, holds it to its time, and ends it whole."""

import contextlib
import os
import selectors
import signal
import subprocess
import time
from dataclasses import dataclass

_CHUNK = 1 << 16

#: How often to look whether a program has ended that left its output open.
_LOOK_SECONDS = 0.2

#: Nothing of the parent's environment is handed down, for it has passwords in it.
_ENVIRONMENT = {
    "LANG": "C.UTF-8",
    "PATH": "/nonexistent",
    "HOME": "/nonexistent",
    # One thread is one core's worth, and each further one costs address space.
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "1",
}
_KEPT = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TZDIR")


@dataclass(frozen=True, slots=True)
class Ended:
    """How a program ended: its output, its status, and which limit it hit.

    ``status`` is negative for the signal that ended it; ``limit`` is "time",
    "output" or empty.
    """

    output: bytes
    status: int
    limit: str


def run(command, stdin, *, seconds, most_output):
    """Run ``command`` with an open file as its input, and wait for its end.

    It leads a process group of its own, which is killed whatever happens: when
    ``seconds`` of wall clock are over, when it writes more than ``most_output``
    bytes, when an exception comes up here, and also after a normal end, in case
    it left processes behind.
    """
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    process = subprocess.Popen(  # noqa: S603
        command,
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env=environment | _ENVIRONMENT,
        start_new_session=True,
    )
    try:
        output, limit = _collect(process, time.monotonic() + seconds, most_output)
    finally:
        # Until it is waited for, its number can belong to nobody else.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.stdout.close()
        status = process.wait()
    return Ended(output, status, limit)


def _collect(process, deadline, most_output):
    """What the process writes until it ends, or hits a limit."""
    descriptor = process.stdout.fileno()
    os.set_blocking(descriptor, False)
    output, is_open = bytearray(), True
    with selectors.DefaultSelector() as selector:
        selector.register(descriptor, selectors.EVENT_READ)
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                return bytes(output), "time"
            ended = _has_ended(process)
            wait = 0 if ended else min(left, _LOOK_SECONDS)
            if not is_open:
                if ended:
                    return bytes(output), ""
                time.sleep(min(left, 0.002))
            elif selector.select(wait):
                chunk = os.read(descriptor, _CHUNK)
                is_open = bool(chunk)
                output += chunk
                if len(output) > most_output:
                    return bytes(output[:most_output]), "output"
            elif ended:
                return bytes(output), ""


def _has_ended(process):
    """Whether it has, without collecting it."""
    how = os.WEXITED | os.WNOWAIT | os.WNOHANG
    return os.waitid(os.P_PID, process.pid, how) is not None
