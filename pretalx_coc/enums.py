# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The closed lists of the plugin: what can be chosen, and how it is called."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class AcceptanceWay(TextChoices):
    """By which way somebody accepted a version."""

    CFP = "cfp", _("When submitting a proposal")
    PAGE = "page", _("On the page for speakers")
    PAPER = "paper", _("On paper")
    IMPORT = "import", _("Imported from a custom field")
    TEAM = "team", _("As a team member")


class MailMode(TextChoices):
    """How speakers are asked."""

    AT_ONCE = "at_once", _("Send at once")
    OUTBOX = "outbox", _("Put into the outbox, and I send it")


class FlagReason(TextChoices):
    """The part of a code of conduct that a flag is about.

    Codes of conduct differ, their parts hardly do; the parts are those that
    the two codes of conduct behind this project name.
    """

    SEXUALISED = "sexualised", _("Sexualised images, texts or other material")
    OFFENSIVE = "offensive", _("Offensive or demeaning words about people")
    DISCRIMINATION = (
        "discrimination",
        _("Discrimination, e.g. by gender, origin, disability, age or religion"),
    )
    INTIMIDATION = "intimidation", _("Threats, intimidation or stalking")
    CONSENT = "consent", _("Photos, recordings or contact without consent")
    OTHER = "other", _("Another part of the code of conduct")


class Verdict(TextChoices):
    """What a person says of a passage or a flag."""

    CONCERNS = "concerns", _("Concerns the code of conduct")
    DISMISSED = "dismissed", _("Dismissed")


class FlagState(TextChoices):
    """What the person who raised a flag may know of it: never its outcome."""

    OPEN = "open", pgettext_lazy("state of a flag", "waiting to be looked at")
    LOOKED_AT = "looked_at", pgettext_lazy("state of a flag", "looked at")
    RETRACTED = "retracted", pgettext_lazy("state of a flag", "retracted")


class CheckState(TextChoices):
    """How a check ended. What could not be checked is never shown as clean."""

    COMPLETE = "complete", pgettext_lazy("state of a check", "checked")
    PARTIAL = "partial", pgettext_lazy("state of a check", "not fully checked")


class PhraseKind(TextChoices):
    """What a phrase of an event's own does."""

    ALLOWED = "allowed", _("Never point at this")
    WATCHED = "watched", _("Always point at this")


class SubjectKind(TextChoices):
    """What a material belongs to."""

    TALK = "talk", _("Talk")
    PROFILE = "profile", pgettext_lazy("a speaker's profile", "Profile")


class FindingCategory(TextChoices):
    """The detectors' categories, in words for the organiser.

    The values are those of ``pretalx_coc.detection.CATEGORIES``; a test keeps
    the two lists the same.
    """

    EXPLICIT_ACT = "explicit_act", _("Explicit sexual act")
    PORNOGRAPHY = "pornography", _("Pornography")
    VULGAR_ANATOMY = "vulgar_anatomy", _("Vulgar word for a part of the body")
    OBJECTIFICATION = "objectification", _("People shown as sexual objects")
    SEXUAL_OFFER = "sexual_offer", _("Sexual offer or event")
    INNUENDO = "innuendo", _("Innuendo")
    VOYEURISM = "voyeurism", _("Voyeurism")
    SEXUAL_SLUR = "sexual_slur", _("Sexual slur")


class FindingLevel(TextChoices):
    """How sure the detectors are. Organisers see ``REVIEW`` by default."""

    REVIEW = "review", pgettext_lazy("level of a finding", "worth a look")
    HINT = "hint", pgettext_lazy("level of a finding", "hint")


class ItemKind(TextChoices):
    """What can wait for somebody on the panel."""

    FINDING = "finding", pgettext_lazy("kind of item on the panel", "Passage")
    FLAG = "flag", pgettext_lazy("kind of item on the panel", "Flag")
    UNCHECKED = (
        "unchecked",
        pgettext_lazy("kind of item on the panel", "Not fully checked"),
    )
    OUTSTANDING = (
        "outstanding",
        pgettext_lazy("kind of item on the panel", "Acceptance outstanding"),
    )


class AuditAction(TextChoices):
    """Every kind of entry in the audit log."""

    POLICY_DRAFT_SAVED = "policy.draft_saved", _("Draft of the policy saved")
    POLICY_PUBLISHED = "policy.published", _("Version of the policy published")
    TEAM_CHOSEN = "team.chosen", _("Response team chosen")
    ACCEPTED = "acceptance.recorded", _("Acceptance recorded")
    DECLINED = "acceptance.declined", _("Acceptance declined")
    LET_THROUGH = "talk.let_through", _("Talk let through")
    LET_THROUGH_UNDONE = "talk.let_through_undone", _("Talk no longer let through")
    SETTINGS_CHANGED = "settings.changed", _("Settings changed")
    LANGUAGE_ADDED = "policy.language_added", _("Language added to a version")
    FLAG_RAISED = "flag.raised", _("Flag raised")
    FLAG_RETRACTED = "flag.retracted", _("Flag retracted")
    VERDICT_GIVEN = "verdict.given", _("Verdict given")
    VERDICT_UNDONE = "verdict.undone", _("Verdict taken back")
    LOOKED_AT = "check.looked_at", _("Looked at what was not fully checked")
    PHRASE_ADDED = "phrase.added", _("Word or phrase added")
    PHRASE_REMOVED = "phrase.removed", _("Word or phrase removed")
