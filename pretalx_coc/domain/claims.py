# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Who is checking a file at the moment, so that two workers do not do it twice.

A claim runs out by itself: a worker that was killed leaves nothing behind that
lasts, and another one on the same machine sees at once that it is dead. Claims lie
in the cache, which all workers share; where that does not answer, a file may be
checked twice, and its result is stored once.
"""

import logging
import os
import socket
from contextlib import contextmanager

from django.core.cache import cache

logger = logging.getLogger(__name__)

CLAIM_SECONDS = 180  # more than the check of one file takes, by all detectors
ATTEMPTS = 3
ATTEMPTS_SECONDS = 24 * 3600


class TakenError(Exception):
    """Somebody else is checking this content right now."""


class BrokenOffError(Exception):
    """Checking this content has ended the worker too often."""


def _key(what: str, event, content: str) -> str:
    return f"pretalx_coc_{what}:{event.pk}:{content}"


def _asked(function, *args, fallback, **kwargs):
    try:
        return function(*args, **kwargs)
    except Exception as error:  # noqa: BLE001 -- caches fail in ways of their own
        logger.error("The cache failed: %s", type(error).__name__)  # noqa: TRY400
        return fallback


def _me() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


def _is_dead(holder) -> bool:
    """Whether a claim's holder is a process of this machine that is gone."""
    host, __, number = str(holder).rpartition(":")
    if host != socket.gethostname() or not number.isdecimal():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except OSError:
        pass  # It is somebody else's, and alive.
    return False


def _take(key: str) -> bool:
    if _asked(cache.add, key, _me(), CLAIM_SECONDS, fallback=True):
        return True
    if not _is_dead(_asked(cache.get, key, fallback="")):
        return False
    _asked(cache.delete, key, fallback=None)
    return _asked(cache.add, key, _me(), CLAIM_SECONDS, fallback=True)


@contextmanager
def claim(event, content: str):
    """Be the only one who checks a content, within this block.

    Args:
        event: The event.
        content: What tells this content, and who checks it, from another.

    Raises:
        TakenError: Another worker has it.
        BrokenOffError: ``ATTEMPTS`` workers were killed while they had it; it
            may be what kills them. ``forget`` gives it another chance.
    """
    mine, tries = _key("claim", event, content), _key("tries", event, content)
    if not _take(mine):
        raise TakenError
    number = _asked(cache.get, tries, fallback=0) or 0
    if number >= ATTEMPTS:
        _asked(cache.delete, mine, fallback=None)
        raise BrokenOffError
    _asked(cache.set, tries, number + 1, ATTEMPTS_SECONDS, fallback=None)
    try:
        yield
    finally:
        # Not reached by a worker that is killed.
        _asked(cache.delete, tries, fallback=None)
        _asked(cache.delete, mine, fallback=None)


def forget(event, content: str) -> None:
    """Count the attempts at a content from zero again."""
    _asked(cache.delete, _key("tries", event, content), fallback=None)
