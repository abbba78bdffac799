# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The filters that a member keeps, in words."""

from dataclasses import dataclass

from pretalx_coc.domain.saved_filters import chosen_in


@dataclass(frozen=True)
class SavedLink:
    """A filter that somebody keeps.

    Attributes:
        pk: Its primary key.
        label: What it filters by, in words.
        query: What its address ends with.
        active: It is what the queue shows now.
    """

    pk: int
    label: str
    query: str
    active: bool


def present_saved(saved, form, now: str) -> list[SavedLink]:
    """The filters that somebody keeps, as links.

    A choice that is gone, such as a member who left, is left out of the words.

    Args:
        saved: Rows of ``SavedFilter``.
        form: The form of the filter, which has the words.
        now: The query string of what is chosen now.
    """
    words = {
        name: {str(value): str(label) for value, label in field.choices}
        for name, field in form.fields.items()
        if hasattr(field, "choices")
    }
    links = []
    for one in saved:
        said = (words[name].get(value) for name, value in chosen_in(one).items())
        label = " · ".join(word for word in said if word)
        links.append(
            SavedLink(one.pk, label or one.chosen, one.chosen, one.chosen == now)
        )
    return links
