# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Writing, publishing and reading the policy of an event."""

import hashlib
import json

from django.db import connection, transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _
from i18nfield.strings import LazyI18nString

from pretalx_coc.domain import audit
from pretalx_coc.domain.errors import CocError, StaleError
from pretalx_coc.domain.marks import set_marks
from pretalx_coc.domain.policy_text import check_filled, filled_texts
from pretalx_coc.enums import AuditAction
from pretalx_coc.models import Policy, PolicyText, PolicyVersion

MAX_TEXT_LENGTH = 100_000  # code points; about 60 printed pages


def sha256(text: str) -> str:
    """The SHA-256 of a text in UTF-8, as 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def digest_of(texts: dict[str, str]) -> str:
    """One SHA-256 for the texts of all languages together."""
    return sha256(json.dumps(texts, sort_keys=True))


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

    Those who submit in the CfP do not wait for each other: on PostgreSQL the
    lock is a shared one. Where the same answer sent twice must count once, take
    ``lock_policy``, and take it first. SQLite has one writer at a time anyway.

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
    return texts[language_to_read(texts, version.event, language)]


def language_to_read(languages, event, wanted: str | None = None) -> str:
    """Which of some languages a reader gets to see; see ``text_of``."""
    wanted = wanted or ""
    for candidate in (wanted, wanted.split("-")[0], event.locale):
        if candidate in languages:
            return candidate
    return next(iter(languages))


def languages_of(version: PolicyVersion) -> list[str]:
    """The languages of a version, as codes, in the order of publishing."""
    return list(
        PolicyText.objects.filter(
            event_id=version.event_id, number=version.number
        ).values_list("language", flat=True)
    )


def _checked(event, texts: dict[str, str]) -> dict[str, str]:
    """The texts in languages of the event that have one, none of them too long."""
    texts = {language: _normalised(texts.get(language)) for language in event.locales}
    if any(len(text) > MAX_TEXT_LENGTH for text in texts.values()):
        raise CocError(
            _("This text is too long: at most {number} characters.").format(
                number=MAX_TEXT_LENGTH
            )
        )
    return {language: text for language, text in texts.items() if text}


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
    if policy.number_in_force:
        # Somebody may have saved the event's settings while one was published.
        set_marks(event, published=True)
    new = _checked(event, texts)
    if new == draft_texts(policy, event):
        return policy
    policy.draft = LazyI18nString({**_texts_of_other_languages(policy, event), **new})
    policy.revision += 1
    policy.save()
    set_marks(event)
    audit.write(
        event=event,
        chain=audit.POLICY_CHAIN,
        action=AuditAction.POLICY_DRAFT_SAVED,
        actor=by,
        data={"revision": policy.revision, "languages": sorted(new)},
    )
    return policy


def published_texts(event, number: int | None) -> dict[str, str]:
    """The texts of a version, language → text; none without a number."""
    rows = PolicyText.objects.filter(event=event, number=number or 0)
    return dict(rows.values_list("language", "text"))


@transaction.atomic
def publish(
    *,
    event,
    by,
    summary: str = "",
    revision: int | None = None,
    previewed: str | None = None,
    everyone_accepts: bool = True,
) -> PolicyVersion:
    """Make the draft the version in force, with its placeholders filled in.

    Args:
        event: The event.
        by: The user who publishes; None for the software itself.
        summary: What changed, for readers; may be empty.
        revision: The draft's revision that was previewed.
        previewed: The ``digest_of`` the texts that were previewed: a contact or
            the event's name may have changed since, and the draft has not.
        everyone_accepts: Whether those who accepted an earlier version are
            asked again; otherwise it applies to new proposals. The first
            version always applies to everyone.

    Raises:
        StaleError: The text is not the one that was previewed.
        LeftOverError: A placeholder has no value.
        CocError: There is no text, or nothing has changed.
    """
    policy = lock_policy(event)
    if revision not in (None, policy.revision):
        raise _stale_preview()
    texts = _texts_to_publish(policy, event)
    if previewed not in (None, digest_of(texts)):
        raise _stale_preview()
    version = _create_version(
        policy,
        texts,
        by=by,
        summary=summary,
        everyone_accepts=everyone_accepts or not policy.number_required,
    )
    set_marks(event, published=True)
    audit.write(
        event=event,
        chain=audit.POLICY_CHAIN,
        action=AuditAction.POLICY_PUBLISHED,
        actor=by,
        subject=str(version.number),
        data={
            "sha256": {language: sha256(text) for language, text in texts.items()},
            "everyone_accepts": version.everyone_accepts,
            "summary_sha256": sha256(version.summary),
            "time": version.published.isoformat(),
        },
    )
    return version


def _stale_preview() -> StaleError:
    return StaleError(
        _(
            "The text has changed since you opened the preview. Please read the new "
            "preview and publish again."
        )
    )


def _texts_to_publish(policy: Policy, event) -> dict[str, str]:
    drafts = draft_texts(policy, event)
    if not drafts:
        raise CocError(_("There is no text to publish yet."))
    check_filled(event, drafts)
    texts = filled_texts(event, drafts)
    published = published_texts(event, policy.number_in_force)
    # A language that the event has lost since is no change of the text.
    if texts == {
        code: text for code, text in published.items() if code in event.locales
    }:
        raise CocError(_("This text is already published; nothing has changed."))
    return texts


def _create_text(event, number: int, language: str, text: str) -> PolicyText:
    return PolicyText.objects.create(
        event=event, number=number, language=language, text=text, sha256=sha256(text)
    )


def _create_version(
    policy: Policy, texts: dict, *, by, summary: str, everyone_accepts: bool
) -> PolicyVersion:
    number = (policy.number_in_force or 0) + 1
    version = PolicyVersion.objects.create(
        event=policy.event,
        number=number,
        published=now(),
        published_by=getattr(by, "code", None) or "",
        summary=_normalised(summary),
        everyone_accepts=everyone_accepts,
    )
    for language, text in texts.items():
        _create_text(policy.event, number, language, text)
    policy.number_in_force = number
    if everyone_accepts:
        policy.number_required = number
    policy.save(update_fields=["number_in_force", "number_required"])
    return version


@transaction.atomic
def add_language(
    *, event, language: str, text: str, by, number: int | None = None
) -> PolicyText:
    """Add a language to the version in force. Nobody is asked again.

    Args:
        event: The event.
        language: A language of the event that the version does not have yet.
        text: The draft's text in this language; placeholders are filled in.
        by: The user who adds it.
        number: The version that the page showed.

    Raises:
        StaleError: Another version is in force by now.
        CocError: The language or the text is not one that can be added.
    """
    policy = lock_policy(event)
    if not policy.number_in_force or number not in (None, policy.number_in_force):
        raise StaleError(
            _("Another version is in force by now. Please look at it and start again.")
        )
    number = policy.number_in_force
    if language not in event.locales or language in published_texts(event, number):
        raise CocError(_("This version has a text in this language already."))
    draft = _checked(event, {language: text})
    if not draft:
        raise CocError(_("There is no text to publish yet."))
    check_filled(event, draft)
    added = _create_text(event, number, language, filled_texts(event, draft)[language])
    _keep_in_draft(policy, event, draft)
    audit.write(
        event=event,
        chain=audit.POLICY_CHAIN,
        action=AuditAction.LANGUAGE_ADDED,
        actor=by,
        subject=str(number),
        data={"language": language, "sha256": added.sha256},
    )
    return added


def _keep_in_draft(policy: Policy, event, added: dict[str, str]) -> None:
    """Put an added text into the draft: the next version is to have it, too.

    Where the draft has other changes already, it is about the next version, and
    keeps what it says in this language.
    """
    drafts = draft_texts(policy, event)
    others = {code: text for code, text in drafts.items() if code not in added}
    published = published_texts(event, policy.number_in_force)
    is_changed = any(
        text != published.get(code)
        for code, text in filled_texts(event, others).items()
    )
    wanted = added | drafts if is_changed else drafts | added
    if wanted == drafts:
        return
    policy.draft = LazyI18nString(
        {**_texts_of_other_languages(policy, event), **wanted}
    )
    policy.revision += 1
    policy.save(update_fields=["draft", "revision"])


def check_before_live(event) -> None:
    """Keep an event from going live while there is nothing to accept.

    Raises:
        CocError: No version is published; the message is for the organiser.
    """
    if not version_in_force(event):
        raise CocError(
            _(
                "Please publish the code of conduct first, or switch its plugin off: "
                "speakers could not accept anything yet."
            )
        )
