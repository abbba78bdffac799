# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What a process gives up before it opens a file that it has no reason to trust.

Limits come from the kernel. Two more locks make sure that nothing is fetched,
started or left behind: an audit hook, which holds for Python anywhere, and on
Linux a filter for system calls, which holds for the libraries in C as well.
"""

import contextlib
import ctypes
import os
import platform
import resource
import signal
import struct
import sys

#: What Python code may not do from here on. Nothing of it is needed to read.
_REFUSED_EVENTS = (
    "ftplib.",
    "http.",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.system",
    "os.truncate",
    "pty.",
    "shutil.",
    "smtplib.",
    "socket.",
    "subprocess.",
    "urllib.",
)

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC

_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 38, 22, 2
_KILL, _ALLOW, _ERRNO = 0x80000000, 0x7FFF0000, 0x00050000
_EACCES, _ENOSYS = 13, 38
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER_AT, _ARCHITECTURE_AT, _FIRST_ARGUMENT_AT = 0, 4, 16
_CLONE_THREAD = 0x00010000
#: x86 has a second set of numbers for the same calls.
_X32 = 0x40000000

#: By machine: its code, its numbers of clone and clone3, and of what is refused:
#: sockets, new processes, other programs, io_uring (which can do both), signals
#: and memory of others, and whatever moves or removes a file.
_CALLS = {
    "x86_64": (
        0xC000003E,
        56,
        435,
        (
            41,
            42,
            44,
            46,
            49,
            50,
            53,
            57,
            58,
            59,
            62,
            76,
            82,
            84,
            87,
            101,
            263,
            264,
            310,
            311,
            316,
            322,
            425,
        ),
    ),
    "aarch64": (
        0xC00000B7,
        220,
        435,
        (
            35,
            38,
            45,
            117,
            129,
            198,
            199,
            200,
            201,
            203,
            206,
            211,
            221,
            270,
            271,
            276,
            281,
            425,
        ),
    ),
}


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p)]


def seal(*, memory, cpu_seconds, wall_seconds):
    """Limit this process for good; it can read files and write to its pipes.

    ``memory`` is in bytes of address space. The alarm is for the case that the
    parent is killed and nobody is left to watch the time.
    """
    limits = {
        resource.RLIMIT_CORE: (0, 0),
        resource.RLIMIT_FSIZE: (0, 0),
        resource.RLIMIT_AS: (memory, memory),
        # At the hard limit the kernel kills, and does not say that it was this.
        resource.RLIMIT_CPU: (cpu_seconds, cpu_seconds + 1),
    }
    for which, soft_and_hard in limits.items():
        # macOS knows some of these and does not let them be set.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(which, soft_and_hard)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, wall_seconds)
    _filter_system_calls()
    sys.addaudithook(_refuse)


def _refuse(event, arguments):
    writes = event == "open" and isinstance(arguments[2], int)
    if event.startswith(_REFUSED_EVENTS) or (writes and arguments[2] & _WRITING):
        raise PermissionError(f"{event} is not possible in here")


def _filter_system_calls():
    """Whether the kernel took the filter; where it does not, the hook remains."""
    if sys.platform != "linux" or platform.machine() not in _CALLS:
        return False
    code = _instructions(*_CALLS[platform.machine()])
    program = _Program(len(code) // 8, code)
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    prctl.argtypes = [ctypes.c_int, *[ctypes.c_ulong] * 4]
    if prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        return False
    where = ctypes.addressof(program)
    return prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, where, 0, 0) == 0


def _instructions(machine, clone, clone3, refused):
    """A program for the kernel's packet filter, eight bytes an instruction."""
    no = _ERRNO | _EACCES
    program = [
        (_LOAD, 0, 0, _ARCHITECTURE_AT),
        (_EQUAL, 1, 0, machine),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER_AT),
        (_AT_LEAST, 0, 1, _X32),
        (_RETURN, 0, 0, no),
    ]
    for number in refused:
        program += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, no)]
    program += [
        # The C library falls back to clone, whose flags can be looked at.
        (_EQUAL, 0, 1, clone3),
        (_RETURN, 0, 0, _ERRNO | _ENOSYS),
        (_EQUAL, 0, 3, clone),
        (_LOAD, 0, 0, _FIRST_ARGUMENT_AT),
        (_ANY_BIT, 1, 0, _CLONE_THREAD),
        (_RETURN, 0, 0, no),
        (_RETURN, 0, 0, _ALLOW),
    ]
    return b"".join(struct.pack("=HBBI", *step) for step in program)
