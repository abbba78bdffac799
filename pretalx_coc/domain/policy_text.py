# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The placeholders of a policy's text, and the text to start with.

A draft says ``{event_name}`` where a published text says the name. Filling
happens once, when the text is previewed or published: what readers accept is
stored word by word.
"""

import re
from functools import cache
from pathlib import Path

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from pretalx.common.language import LANGUAGE_NAMES

from pretalx_coc.domain.contacts import CONTACT_FIELDS, contacts_of
from pretalx_coc.domain.errors import CocError

# ``{event_name}``, but not ``{ code }``, ``{{ template }}`` and ``\\{escaped}``.
PLACEHOLDER = re.compile(r"(?<![\\{$])\{([a-z]+(?:_[a-z]+)*)\}(?!\})")
PLACEHOLDERS = {
    "event_name": gettext_lazy("Name of the event"),
    "event_dates": gettext_lazy("Dates of the event"),
    "organiser_name": gettext_lazy("Name of the organiser"),
    "contact_email": gettext_lazy("Mail address for concerns"),
    "contact_phone": gettext_lazy("Telephone for concerns"),
    "contact_people": gettext_lazy("People to talk to"),
}
# What is not quite a placeholder, and would stand in the published text as it is:
# ``{ event_name }``, ``{{event_name}}``, ``{Event name}``, ``{event\\_name}``.
MISSPELT = re.compile(
    r"(?<![\\{$])\{[{\s]{0,3}("
    + "|".join(name.replace("_", r"[\W_]{0,2}") for name in PLACEHOLDERS)
    + r")[}\s]{0,3}\}",
    re.IGNORECASE,
)
STARTING_TEXTS = Path(__file__).resolve().parents[1] / "data" / "starting_policy"
COMMENT = re.compile(r"\A\s*<!--.*?-->\s*", re.DOTALL)


class LeftOverError(CocError):
    """A placeholder stands in the text and nothing can be put in its place.

    Attributes:
        names: The placeholders, each with the languages that have it; in brackets,
            as it stands in the text, where it is not quite one.
    """

    def __init__(self, names: dict[str, list[str]]):
        self.names = names
        super().__init__(" ".join(_complaint(*entry) for entry in names.items()))


def misspelt(text: str) -> list[str]:
    """What was meant to be a placeholder and is not written like one, each once."""
    found = (match[0] for match in MISSPELT.finditer(PLACEHOLDER.sub("", text)))
    return list(dict.fromkeys(found))


def _complaint(name: str, languages: list[str]) -> str:
    if name.startswith("{"):
        message = _(
            "{placeholder} in the text ({languages}) is not written like a "
            "placeholder. Write it as in the list of placeholders, or put a \\ before "
            "it to keep the brackets."
        )
    elif name in CONTACT_FIELDS:
        message = _(
            "{placeholder} in the text ({languages}) has no value yet. Enter one "
            "under “Contacts”, or take the placeholder out of the text."
        )
    elif name in PLACEHOLDERS:
        message = _(
            "{placeholder} in the text ({languages}) has no value yet. Enter one "
            "in the settings of the event, or take the placeholder out of the text."
        )
    else:
        message = _(
            "{placeholder} in the text ({languages}) is not a placeholder that can "
            "be filled in. Write what you mean in its place, or put a \\ before it "
            "to keep the brackets."
        )
    return message.format(
        placeholder=name if name.startswith("{") else f"{{{name}}}",
        languages=", ".join(LANGUAGE_NAMES.get(code, code) for code in languages),
    )


def _dates(event) -> str:
    if event.date_from == event.date_to:
        return date_format(event.date_from, "DATE_FORMAT")
    return str(event.get_date_range_display())


def values_for(event, language: str, contacts: dict | None = None) -> dict[str, str]:
    """What stands for each placeholder in a text of this language.

    Args:
        event: The event.
        language: The language of the text.
        contacts: The contacts, where they are known already.
    """
    contacts = contacts_of(event) if contacts is None else contacts
    with override(language):
        values = {
            "event_name": str(event.name),
            "event_dates": _dates(event),
            "organiser_name": str(event.organiser.name),
        }
    return values | {name: contacts.get(name, "") for name in CONTACT_FIELDS}


def fill(text: str, values: dict[str, str]) -> str:
    """Put the values in; a placeholder without one stays as it is."""
    return PLACEHOLDER.sub(lambda match: values.get(match[1]) or match[0], text)


def left_over(text: str, values: dict[str, str]) -> list[str]:
    """The placeholders without a value, each once, in their order."""
    names = dict.fromkeys(PLACEHOLDER.findall(text))
    return [name for name in names if not values.get(name)]


def filled_texts(event, texts: dict[str, str]) -> dict[str, str]:
    """The texts as readers get them, language → text."""
    contacts = contacts_of(event)
    return {
        language: fill(text, values_for(event, language, contacts))
        for language, text in texts.items()
    }


def check_filled(event, texts: dict[str, str]) -> None:
    """Refuse texts with a placeholder that has no value, or is not quite one.

    Raises:
        LeftOverError: There is one; the message names it and its languages.
    """
    contacts = contacts_of(event)
    names = {}
    for language, text in texts.items():
        values = values_for(event, language, contacts)
        for name in [*left_over(text, values), *misspelt(text)]:
            names.setdefault(name, []).append(language)
    if names:
        raise LeftOverError(names)


@cache
def _starting_texts() -> dict[str, str]:
    return {
        path.stem: COMMENT.sub("", path.read_text(encoding="utf-8")).strip()
        for path in STARTING_TEXTS.glob("*.md")
    }


def starting_text(language: str) -> str:
    """The project's own text to start with; empty where there is none.

    ``de-formal`` gets the text of ``de``.
    """
    return _starting_texts().get(language.split("-", maxsplit=1)[0], "")


def with_starting_texts(event, texts: dict[str, str]) -> dict[str, str]:
    """Fill in our text where a language of the event has none yet."""
    return {
        language: text
        for language in event.locales
        if (text := (texts.get(language) or "").strip() or starting_text(language))
    }
