# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""One file through a child of its own, and its texts through the detector."""

import contextlib
import importlib.util
import json
import os
import signal
import stat
import sys
from dataclasses import asdict
from pathlib import Path

from pretalx_coc.detection.documents.collecting import Collected
from pretalx_coc.detection.documents.limits import MEGABYTE, Limits
from pretalx_coc.detection.documents.process import run
from pretalx_coc.detection.documents.result import Text
from pretalx_coc.detection.phrases import NONE

#: Raise this whenever files are read otherwise than before.
READER_VERSION = "1"

#: How the child says that Python ran out of memory where it could note nothing.
OUT_OF_MEMORY = 86

#: Python in isolation: it neither looks at its environment nor writes .pyc files,
#: and finds modules where this process does, wherever they were installed.
_CHILD = (
    "import json,sys;sys.path[:]=json.loads(sys.argv[1])['path'];"
    "from pretalx_coc.detection.documents.child import main;main(sys.argv[1])"
)
_PICTURE_MODULES = ("nudenet", "onnxruntime", "pypdfium2", "PIL", "numpy", "cv2")


def pictures_available():
    """Whether the extra ``images`` is installed, without loading any of it."""
    return all(importlib.util.find_spec(name) for name in _PICTURE_MODULES)


def check_file(
    path,
    name,
    *,
    language=None,
    phrases=NONE,
    limits=None,
    pictures=True,
    threshold=0.5,
):
    """Look for sexualised content in a file, and say what could not be read.

    ``path`` is where the file is, ``name`` what its owner calls it: that is
    checked as a text, and tells nothing about the type. ``language`` and
    ``phrases`` are those of ``check_text``. ``pictures`` asks to look at pictures too, where the extra
    is installed; ``threshold`` (0.2 to 1) is how sure that has to be. No content
    makes it raise; OSError comes up if no process can be started.
    """
    limits = limits or Limits()
    collected = Collected(limits, language, phrases)
    collected.add_text(Text(name, part="name"))
    try:
        with _opened(path, limits) as file:
            ended = run(
                _command(limits, language, pictures=pictures, threshold=threshold),
                file,
                seconds=limits.wall_seconds,
                most_output=limits.output,
            )
    except _CannotOpenError as problem:
        collected.add_unchecked(*problem.args)
    else:
        collected.add_output(ended.output)
        if ended.limit or ended.status or not collected.is_complete:
            collected.add_unchecked(*_why(ended, limits))
    return collected.result()


class _CannotOpenError(Exception):
    """With a code of ``result.UNCHECKED_FILES`` and a reason."""


@contextlib.contextmanager
def _opened(path, limits):
    """The file, if it is one; opening a pipe or a device could wait for ever."""
    try:
        file = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError):
        raise _CannotOpenError("missing", "There is no such file.") from None
    try:
        found = os.fstat(file)
        if not stat.S_ISREG(found.st_mode):
            raise _CannotOpenError("missing", "This is not a file.")
        if not found.st_size:
            raise _CannotOpenError("empty", "The file is empty.")
        if found.st_size > limits.file_bytes:
            megabytes = limits.file_bytes / MEGABYTE
            reason = f"The file is larger than {megabytes:,.0f} MB."
            raise _CannotOpenError("size", reason)
        yield file
    finally:
        os.close(file)


def _command(limits, language, *, pictures, threshold):
    order = {
        "path": [str(Path(entry).resolve()) for entry in sys.path],
        "limits": asdict(limits),
        "language": language or "",
        "pictures": bool(pictures),
        "available": pictures_available(),
        "threshold": threshold,
    }
    return [_python(), "-I", "-B", "-c", _CHILD, json.dumps(order)]


def _python():
    """The interpreter; inside a web server, ``sys.executable`` is the server."""
    if "python" in Path(sys.executable or "").name:
        return sys.executable
    return str(Path(sys.exec_prefix) / "bin" / "python3")


def _why(ended, limits):
    """Why a child ended before it was done."""
    if ended.limit == "time" or -ended.status in {signal.SIGXCPU, signal.SIGALRM}:
        return "time", "Reading it took longer than it may; the rest was not read."
    if ended.limit == "output":
        return "length", "There is more in it than is taken in."
    if ended.status == OUT_OF_MEMORY:
        megabytes = limits.memory // MEGABYTE
        return "memory", f"Reading it takes more than {megabytes:,} MB of memory."
    if ended.status == -signal.SIGKILL:
        return "memory", "The system ended it, most likely for want of memory."
    return "broken", "Reading it failed, and the rest was not read."
