# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What other plugins may hook into."""

from pretalx.common.signals import EventPluginSignal

text_detectors = EventPluginSignal()
"""
Asks plugins for detectors of their own, which look at texts beside ours.

A receiver returns a detector or a list of them. None is used until an organiser
switches it on in the settings of the event. A detector is any object with

``identifier``
    What it is called in the database: letters, digits, ``.``, ``_`` and ``-``, at
    most 64, and never changed.
``name``
    What organisers read, at most 100 characters; may be translated lazily.
``version``
    At most 64 characters. When it changes, everything is checked again: name a
    model or a prompt in it.
``leaves_server``
    What it sends to somebody else and to whom, in one or two sentences for
    organisers; empty if nothing leaves the server.
``files``
    True if it reads the text of files, too: each page, slide or other part as a
    text of its own. May be left out, and is False then.
``check_text(text, language)``
    Gives back what it finds, as dictionaries: ``start`` and ``end`` (code points
    of the text), ``category`` (one of ``pretalx_coc.enums.FindingCategory``),
    ``strength`` (0 to 1; from 0.7 on organisers see it by default, below 0.4
    nobody does) and, if it likes, ``reason``, a sentence for people. ``language``
    is a hint such as ``de``, or None. It may raise: the text is then shown as not
    fully checked.

``check_text`` runs in a process of its own, forked for the one text and killed
after ``pretalx_coc.domain.extra_detectors.MAX_SECONDS``: it must not count on
anything it leaves behind in memory.

As with all plugin signals, the ``sender`` keyword argument will contain the event.
"""
