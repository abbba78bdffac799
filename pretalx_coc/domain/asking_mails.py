# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The mails that ask, remind and confirm, in the language of their reader.

Their context is the event and what is handed over: with a user in it, pretalx
would work out every placeholder there is, the person's schedule included, for
each single mail.
"""

from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import override

from pretalx.mail.domain.placeholders import untrusted_plain_value
from pretalx.mail.domain.queue import save_draft
from pretalx.mail.domain.render import render_to_mail

from pretalx_coc.domain.addresses import acceptance_url, own_acceptance_url


def mail_language(event, user) -> str:
    """The person's language, where the event speaks it."""
    return user.locale if user.locale in event.locales else event.locale


def _ask_texts() -> tuple[str, str]:
    return (
        _("Please accept the code of conduct of {event_name}"),
        _(
            "Hi {name},\n\n"
            "everyone who speaks at {event_name} accepts our code of conduct. "
            "Please read it and accept it here:\n\n"
            "{coc_url}\n\n"
            "This link is yours alone, please do not pass it on. If you do not want "
            "to accept it, you can say so there, too. If you have a question, please "
            "answer this mail.\n\n"
            "The {event_name} organisers"
        ),
    )


def _ask_again_texts() -> tuple[str, str]:
    return (
        _("Please accept the new code of conduct of {event_name}"),
        _(
            "Hi {name},\n\n"
            "there is a new version of the code of conduct of {event_name}. You "
            "accepted an earlier one, thank you! Please read what has changed, and "
            "accept the new version here:\n\n"
            "{coc_url}\n\n"
            "This link is yours alone, please do not pass it on. If you do not want "
            "to accept it, you can say so there, too. If you have a question, please "
            "answer this mail.\n\n"
            "The {event_name} organisers"
        ),
    )


def _reminder_texts() -> tuple[str, str]:
    return (
        _("Reminder: please accept the code of conduct of {event_name}"),
        _(
            "Hi {name},\n\n"
            "you have not yet accepted the code of conduct of {event_name}. We "
            "cannot confirm your talk before you do. Please read it and accept it "
            "here:\n\n"
            "{coc_url}\n\n"
            "This link is yours alone, please do not pass it on. If you do not want "
            "to accept it, you can say so there, too.\n\n"
            "The {event_name} organisers"
        ),
    )


def _reminder_texts_not_held() -> tuple[str, str]:
    return (
        _reminder_texts()[0],
        _(
            "Hi {name},\n\n"
            "you have not yet accepted the code of conduct of {event_name}. "
            "Please read it and accept it here:\n\n"
            "{coc_url}\n\n"
            "This link is yours alone, please do not pass it on. If you do not want "
            "to accept it, you can say so there, too.\n\n"
            "The {event_name} organisers"
        ),
    )


def _paper_texts() -> tuple[str, str]:
    return (
        _("We have noted that you accepted the code of conduct of {event_name}"),
        _(
            "Hi {name},\n\n"
            "you gave us your acceptance of the code of conduct of {event_name} on "
            "paper (version {coc_number}), and we have noted it. You can read what "
            "you accepted here:\n\n"
            "{coc_url}\n\n"
            "If this is wrong, please answer this mail.\n\n"
            "The {event_name} organisers"
        ),
    )


def rendered(*, event, user, person, texts, url: str, **context):
    """A mail with a link to a page of ours, in the language of its reader.

    Args:
        event: The event.
        user: Who reads it.
        person: Their profile or account, whose name it greets.
        texts: Gives subject and text, when the language is set.
        url: Where its link leads.
        **context: More placeholders, name → safe value.
    """
    language = mail_language(event, user)
    with override(language):
        subject, text = texts()
        name = person.get_display_name()
    return render_to_mail(
        subject_template=subject,
        text_template=text,
        event=event,
        locale=language,
        safe_extra_context={
            "name": untrusted_plain_value(name),
            "coc_url": mark_safe(url),  # noqa: S308 -- an address of our own
            **context,
        },
    )


def _draft(*, event, profile, texts, url: str, **context):
    user = profile.user
    mail = rendered(
        event=event, user=user, person=profile, texts=texts, url=url, **context
    )
    return save_draft(mail, to_users=[user])


def draft_ask(*, event, profile, again: bool = False):
    """Put the mail that asks one speaker into the outbox.

    ``again`` is whether they have accepted an earlier version.
    """
    url = acceptance_url(event, profile.user)
    texts = _ask_again_texts if again else _ask_texts
    return _draft(event=event, profile=profile, texts=texts, url=url)


def draft_reminder(*, event, profile, held: bool = True):
    """Put the mail that reminds one speaker into the outbox.

    Args:
        event: The event.
        profile: The speaker's profile.
        held: Whether a talk of theirs is not confirmed before they accept.
    """
    url = acceptance_url(event, profile.user)
    texts = _reminder_texts if held else _reminder_texts_not_held
    return _draft(event=event, profile=profile, texts=texts, url=url)


def draft_paper(*, event, profile, number: int):
    """Put the mail that tells of an acceptance on paper into the outbox."""
    return _draft(
        event=event,
        profile=profile,
        texts=_paper_texts,
        url=own_acceptance_url(event),
        coc_number=number,
    )
