# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What speakers are told, and nobody else, before they submit.

Only our own detectors look: within a request there is no time for files or for
detectors of others, and nothing that was not submitted leaves the server.
"""

from dataclasses import dataclass

from pretalx_coc.detection import check_text
from pretalx_coc.domain.detectors import CONTEXT_LENGTH
from pretalx_coc.domain.phrases import cached_phrases
from pretalx_coc.enums import FindingLevel

MAX_HINTS = 20
MAX_LENGTH = 50_000  # code points of one text that are looked at


@dataclass(frozen=True)
class Hint:
    """A passage that may be in conflict with the policy.

    Attributes:
        name: Which of the texts it is in.
        before: What stands before it.
        passage: The passage.
        after: What stands behind it.
        category: A value of ``FindingCategory``.
        steps: Why, as in a finding.
    """

    name: str
    before: str
    passage: str
    after: str
    category: str
    steps: tuple


def hints_for(*, event, texts: dict[str, str], language: str | None) -> list[Hint]:
    """The passages that organisers would see by default. Nothing is stored.

    Args:
        event: The event, whose own phrases count.
        texts: The texts by names of the caller's choice.
        language: A hint at their language.
    """
    hints = []
    phrases = cached_phrases(event) if texts else None
    for name, text in texts.items():
        for found in check_text(text[:MAX_LENGTH], language, phrases).findings:
            if found.level != FindingLevel.REVIEW:
                continue
            start, end = found.start, found.end
            hints.append(
                Hint(
                    name=name,
                    before=text[max(0, start - CONTEXT_LENGTH) : start],
                    passage=text[start:end],
                    after=text[end : end + CONTEXT_LENGTH],
                    category=found.category,
                    steps=found.steps,
                )
            )
    return hints[:MAX_HINTS]
