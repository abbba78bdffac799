# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Writing, publishing and reading the policy of an event."""

import hashlib

from django.db import connection, transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _
from i18nfield.strings import LazyI18nString

from pretalx.event.models import Event

from pretalx_coc.domain import audit
from pretalx_coc.domain.errors import CocError, StaleError
from pretalx_coc.enums import AuditAction
from pretalx_coc.models import Policy, PolicyText, PolicyVersion

# Kept in the event's own row, for the footer of public pages: these have the row
# at hand, and must not cost a query more. A clone's mark is removed.
PUBLISHED_MARK = "coc_policy_published"
MAX_TEXT_LENGTH = 100_000  # code points; about 60 printed pages


def sha256(text: str) -> str:
    """The SHA-256 of a text in UTF-8, as 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def _normalised(text: str | None) -> str:
    return (text or "").replace("\r\n", "\n").replace("\r", "\n").strip()


def draft_texts(policy: Policy | None, event) -> dict[str, str]:
    """The draft, language → text, without the languages that have none."""
    data = getattr(getattr(policy, "draft", None), "data", None)
    if isinstance(data, str):
        data = {event.locale: data}
    return {
        language: text
        for language in event.locales
        if (text := _normalised((data or {}).get(language)))
    }


def get_policy(event) -> Policy | None:
    """The policy of an event, or None if nobody has written one yet."""
    return Policy.objects.filter(event=event).first()


def lock_policy(event) -> Policy:
    """The policy's row, locked until the transaction ends.

    Publishing and accepting both take this lock, so that an acceptance is
    always one of the version in force.
    """
    Policy.objects.get_or_create(event=event)
    return Policy.objects.select_for_update().get(event=event)


def hold_policy(event) -> None:
    """Keep others from publishing until the transaction ends.

    Those who accept do not wait for each other: on PostgreSQL the lock is a
    shared one. SQLite has one writer at a time anyway.

    Raises:
        TransactionManagementError: There is no transaction.
    """
    if connection.vendor != "postgresql":
        lock_policy(event)
        return
    policy, __ = Policy.objects.get_or_create(event=event)
    table = connection.ops.quote_name(Policy._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT 1 FROM {table} WHERE id = %s FOR SHARE",  # noqa: S608
            [policy.pk],
        )


def version_in_force(event) -> PolicyVersion | None:
    """The version that speakers accept today, or None."""
    return (
        PolicyVersion.objects.filter(event=event)
        .select_related("event")
        .order_by("-number")
        .first()
    )


def text_of(version: PolicyVersion, language: str | None = None) -> PolicyText:
    """The text of a version that a reader of ``language`` gets to see.

    The language itself, else its main language (``de`` for ``de-formal``),
    else the event's main language, else whatever there is.
    """
    texts = {
        text.language: text
        for text in PolicyText.objects.filter(
            event_id=version.event_id, number=version.number
        )
    }
    wanted = language or ""
    for candidate in (wanted, wanted.split("-")[0], version.event.locale):
        if candidate in texts:
            return texts[candidate]
    return next(iter(texts.values()))


def languages_of(version: PolicyVersion) -> list[str]:
    """The languages of a version, as codes, in the order of publishing."""
    return list(
        PolicyText.objects.filter(
            event_id=version.event_id, number=version.number
        ).values_list("language", flat=True)
    )


def _texts_of_other_languages(policy: Policy, event) -> dict[str, str]:
    """Drafts in languages that the event does not have today, and may have again."""
    data = getattr(policy.draft, "data", None)
    if not isinstance(data, dict):
        return {}
    return {
        language: text
        for language, text in data.items()
        if language not in event.locales and text
    }


@transaction.atomic
def save_draft(
    *, event, texts: dict[str, str], by, revision: int | None = None
) -> Policy:
    """Replace the draft.

    Args:
        event: The event.
        texts: Language → Markdown, for languages of the event.
        by: The user who saves.
        revision: The draft's revision when the form was opened; None where
            there was no form.

    Raises:
        StaleError: Somebody else has saved the draft since.
        CocError: A text is too long.
    """
    policy = lock_policy(event)
    if revision is not None and revision != policy.revision:
        raise StaleError(
            _(
                "Somebody else has saved this text since you opened it. Your text "
                "is still in the form: copy what you need, then reload the page."
            )
        )
    if policy.number_in_force and not is_marked_published(event):
        # Somebody saved the event's settings while a version was published.
        _mark_published(event, published=True)
    new = {language: _normalised(texts.get(language)) for language in event.locales}
    new = {language: text for language, text in new.items() if text}
    if any(len(text) > MAX_TEXT_LENGTH for text in new.values()):
        raise CocError(
            _("This text is too long: at most {number} characters.").format(
                number=MAX_TEXT_LENGTH
            )
        )
    if new == draft_texts(policy, event):
        return policy
    policy.draft = LazyI18nString({**_texts_of_other_languages(policy, event), **new})
    policy.revision += 1
    policy.save()
    audit.write(
        event=event,
        chain=audit.POLICY_CHAIN,
        action=AuditAction.POLICY_DRAFT_SAVED,
        actor=by,
        data={"revision": policy.revision, "languages": sorted(new)},
    )
    return policy


def _published_texts(event, number: int | None) -> dict[str, str]:
    """What is published in the languages that the event has today."""
    rows = PolicyText.objects.filter(
        event=event, number=number or 0, language__in=event.locales
    )
    return dict(rows.values_list("language", "text"))


@transaction.atomic
def publish(
    *, event, by, summary: str = "", revision: int | None = None
) -> PolicyVersion:
    """Make the draft the version in force.

    Args:
        event: The event.
        by: The user who publishes.
        summary: What changed, for readers; may be empty.
        revision: The draft's revision that was previewed.

    Raises:
        StaleError: The draft is not the one that was previewed.
        CocError: There is no text, or nothing has changed.
    """
    policy = lock_policy(event)
    if revision is not None and revision != policy.revision:
        raise StaleError(
            _(
                "The text has changed since you opened the preview. Please read the "
                "new preview and publish again."
            )
        )
    texts = draft_texts(policy, event)
    if not texts:
        raise CocError(_("There is no text to publish yet."))
    if texts == _published_texts(event, policy.number_in_force):
        raise CocError(_("This text is already published; nothing has changed."))
    version = _create_version(policy, texts, by=by, summary=summary)
    _mark_published(event, published=True)
    audit.write(
        event=event,
        chain=audit.POLICY_CHAIN,
        action=AuditAction.POLICY_PUBLISHED,
        actor=by,
        subject=str(version.number),
        data={"sha256": {language: sha256(text) for language, text in texts.items()}},
    )
    return version


def _create_version(policy: Policy, texts: dict, *, by, summary: str) -> PolicyVersion:
    number = (policy.number_in_force or 0) + 1
    version = PolicyVersion.objects.create(
        event=policy.event,
        number=number,
        published=now(),
        published_by=by.code or "",
        summary=_normalised(summary),
    )
    for language, text in texts.items():
        PolicyText.objects.create(
            event=policy.event,
            number=number,
            language=language,
            text=text,
            sha256=sha256(text),
        )
    policy.number_in_force = number
    policy.save(update_fields=["number_in_force"])
    return version


def _mark_published(event, *, published: bool) -> None:
    # Not the key: rows that refer to the event can be written meanwhile.
    row = Event.objects.select_for_update(no_key=True).get(pk=event.pk)
    row.display_settings.pop(PUBLISHED_MARK, None)
    if published:
        row.display_settings[PUBLISHED_MARK] = event.pk
    row.save(update_fields=["display_settings"])
    event.display_settings = row.display_settings


def is_marked_published(event) -> bool:
    """Whether the footer of the event's public pages leads to the policy."""
    # The event's own number, so that a copied mark says nothing in a clone.
    return event.display_settings.get(PUBLISHED_MARK) == event.pk


@transaction.atomic
def forget_published(event) -> None:
    """Drop the mark that a version is published, copied with a clone's settings."""
    _mark_published(event, published=False)
