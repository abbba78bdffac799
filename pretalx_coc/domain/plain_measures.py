# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What a decision means for whom it is about, in plain words.

They say what happens, not what it is called in the ladder, and name nobody but the
reader's own talks.
"""

from django.utils.translation import gettext as _

from pretalx_coc.enums import AlsoDone, Measure, OnSite
from pretalx_coc.models import Decision


def _whole(event: str) -> dict[str, str]:
    return {
        Measure.NO_ACTION: _("Nothing follows from this for you."),
        Measure.CHANGE_REQUESTED: _("You are asked to change something."),
        Measure.WARNING: _("This is a warning."),
        Measure.MATERIAL_WITHHELD: _(
            "Some of your material is not shown to the public."
        ),
        Measure.TALK_WITHDRAWN: _("Your talk does not take place."),
        Measure.TAKEN_OFF: _(
            "You are no longer a speaker of the talk. The talk itself stays."
        ),
        Measure.EXCLUDED_EVENT: _("You cannot take part in {event}.").format(
            event=event
        ),
        Measure.EXCLUDED_FUTURE: _(
            "You cannot take part in {event}, nor in later events of the same "
            "organisers."
        ).format(event=event),
    }


def _beside() -> dict[str, str]:
    return {
        AlsoDone.HELD: _("Your talk is not confirmed for now."),
        AlsoDone.OFF_PAGES: _("Your talk is not on the public pages for now."),
    }


def _on_site() -> dict[str, str]:
    return {
        OnSite.SPOKEN_WARNING: _("You were given a warning in person."),
        OnSite.SESSION_ENDED: _("Your session was ended."),
        OnSite.ASKED_TO_LEAVE: _("You are asked to leave the event."),
        OnSite.NO_CONTACT: _(
            "You are asked to keep away from somebody; the text below says more."
        ),
        OnSite.NOT_PUBLISHED: _("The recording of your talk is not published."),
        OnSite.ROLE_TAKEN: _("You no longer have your role at the event."),
    }


def plain_words(decision: Decision, titles: dict[str, str], *, event: str) -> tuple:
    """What it means for its subject, a sentence each.

    Args:
        decision: The decision.
        titles: Of the talks that it is about, code → title.
        event: The event's name.
    """
    also, on_site = _beside(), _on_site()
    sentences = [_whole(event)[decision.measure]]
    sentences += [also[each] for each in decision.also if each in also]
    done = [each.get("what") for each in decision.on_site]
    sentences += [on_site[each] for each in done if each in on_site]
    talks = [titles[code] for code in decision.talks if code in titles]
    if talks:
        sentences.append(
            _("This is about: {talks}").format(
                talks=", ".join(f"“{title}”" for title in talks)
            )
        )
    return tuple(sentences)
