# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What the child does: seal itself, read the file on its input, tell, and end.

Run by ``checking`` with one argument, a JSON object. Lines of JSON come out as
soon as something is read. It never learns the file's path.
"""

import io
import json
import logging
import os

from pretalx_coc.detection.documents.checking import OUT_OF_MEMORY
from pretalx_coc.detection.documents.job import EnoughError, Job, Place
from pretalx_coc.detection.documents.limits import Limits
from pretalx_coc.detection.documents.sealing import seal

#: A little longer than the parent waits, who then says what happened.
_GRACE_SECONDS = 5

_SWITCHED_OFF = "Pictures were not looked at: this is switched off."
_NOT_INSTALLED = "Pictures were not looked at: the extra “images” is not installed."


def main(argument):
    """Do what ``argument`` asks for, in JSON; see ``checking`` for what is in it."""
    order = json.loads(argument)
    limits = Limits(**order["limits"])
    seal(
        memory=limits.memory,
        cpu_seconds=limits.cpu_seconds,
        wall_seconds=limits.wall_seconds + _GRACE_SECONDS,
    )
    logging.disable(logging.CRITICAL)
    try:
        _work(order, limits)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)


def _work(order, limits):
    # Under seal, like all that it imports.
    from pretalx_coc.detection.documents.reading import read  # noqa: PLC0415

    looker, no_pictures = _looker(order)
    job = Job(
        _write,
        limits,
        language=order["language"],
        looker=looker,
        no_pictures=no_pictures,
    )
    place = Place()
    # On a file one can go back and forth; that is what archives need.
    with io.BufferedReader(io.FileIO(0, closefd=False)) as stream:
        try:
            with job.guard(place):
                read(stream, place, job)
        except EnoughError as problem:
            job.unchecked(problem.code, problem.reason, place)
    job.send("end")


def _looker(order):
    """Who looks at pictures, or why nobody does."""
    if not order["available"]:
        return None, _NOT_INSTALLED
    if not order["pictures"]:
        return None, _SWITCHED_OFF
    from pretalx_coc.detection.documents.looking import Looker  # noqa: PLC0415

    return Looker(order["threshold"]), ""


def _write(line):
    while line:
        line = line[os.write(1, line) :]
