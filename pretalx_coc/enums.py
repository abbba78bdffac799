# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The closed lists of the plugin: what can be chosen, and how it is called."""

from django.db.models import IntegerChoices, TextChoices
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


class CaseSubject(TextChoices):
    """What a case is about; always one."""

    PROFILE = "profile", _("A speaker")
    ACCOUNT = "account", _("Somebody with an account")
    PERSON = "person", _("A person described in words")
    ORGANISATION = "organisation", _("An organisation, such as a sponsor")


class CaseState(TextChoices):
    """Where a case stands. The allowed steps are in ``domain.case_steps``."""

    NEW = "new", pgettext_lazy("state of a case", "new")
    ACKNOWLEDGED = "acknowledged", pgettext_lazy("state of a case", "acknowledged")
    IN_WORK = "in_work", pgettext_lazy("state of a case", "in work")
    WAITING = "waiting", pgettext_lazy("state of a case", "waiting")
    DECIDED = "decided", pgettext_lazy("state of a case", "decided")
    APPEALED = "appealed", pgettext_lazy("state of a case", "appealed")
    CLOSED = "closed", pgettext_lazy("state of a case", "closed")


class Severity(IntegerChoices):
    """How bad it is; the highest goes before everything else."""

    LOW = 1, pgettext_lazy("severity of a case", "low")
    MEDIUM = 2, pgettext_lazy("severity of a case", "medium")
    HIGH = 3, pgettext_lazy("severity of a case", "high")
    DANGER = 4, _("people are in danger now")


class WaitingFor(TextChoices):
    """For whom a case waits."""

    SUBJECT = "subject", _("the person it is about")
    REPORTER = "reporter", _("whoever reported it")
    WITNESS = "witness", _("a witness")
    OUTSIDE = "outside", _("the outside contact")
    OTHER = "other", _("somebody else")


class CaseOutcome(TextChoices):
    """What a closed case came to; how long it is kept depends on it."""

    UNFOUNDED = "unfounded", pgettext_lazy("outcome of a case", "unfounded")
    NOT_ESTABLISHED = (
        "not_established",
        pgettext_lazy("outcome of a case", "could not be established"),
    )
    WARNING = "warning", pgettext_lazy("outcome of a case", "a warning or less")
    EXCLUSION = "exclusion", pgettext_lazy("outcome of a case", "an exclusion")


class CaseRole(TextChoices):
    """What somebody has to do with a case, other than being its subject."""

    AFFECTED = "affected", _("affected")
    WITNESS = "witness", _("witness")
    REPORTER = "reporter", _("reported it")


class Standing(TextChoices):
    """How a member of the response team stands to one case."""

    ASKED = "asked", pgettext_lazy("a member and a case", "has not declared yet")
    CLEAR = "clear", pgettext_lazy("a member and a case", "no conflict")
    CONFLICT = "conflict", pgettext_lazy("a member and a case", "conflict")
    STEPPED_BACK = "stepped_back", pgettext_lazy("a member and a case", "stepped back")


class ItemRef(TextChoices):
    """What people attach to a case."""

    FLAG = "flag", _("Flag")
    FINDING = "finding", _("Passage")
    TALK = "talk", _("Talk")


class HearingState(TextChoices):
    """Whether the subject was asked for their side."""

    OPEN = "open", _("not asked yet")
    ASKED = "asked", _("asked")
    ANSWERED = "answered", _("answered")
    SKIPPED = "skipped", _("not asked, with a reason")


class EntryKind(TextChoices):
    """What an entry on a case's timeline is."""

    OPENED = "opened", _("Case opened")
    NOTE = "note", _("Note")
    STATE = "state", _("State changed")
    DETAILS = "details", _("Details changed")
    ASSIGNED = "assigned", _("Assigned")
    CLAIMED = "claimed", _("Claimed")
    RELEASED = "released", _("Released")
    TAKEN_OVER = "taken_over", _("Taken over")
    ATTACHED = "attached", _("Attached")
    DETACHED = "detached", _("Detached")
    REPORT = "report", _("Report written down")
    REPORTER_ANSWERED = "reporter_answered", _("Reporter answered")
    SECOND_LOOK = "second_look", _("Reporter asked for another look")
    FILE = "file", _("File added")
    PERSON = "person", _("Person added")
    LET_IN = "let_in", _("Member let in")
    STEPPED_BACK = "stepped_back", _("A member stepped back")
    LINKED = "linked", _("Linked with another case")
    UNLINKED = "unlinked", _("Not linked with another case any more")
    MERGED = "merged", _("Merged")
    SPLIT = "split", _("Split off")
    HANDED_OVER = "handed_over", _("Handed over to another team")
    RECEIVED = "received", _("Handed over by another team")
    PASSED_ON = "passed_on", _("From the other team")
    HEARING_ASKED = "hearing_asked", _("Asked for their side")
    HEARING_ANSWERED = "hearing_answered", _("Their side")
    HEARING_SKIPPED = "hearing_skipped", _("Not asked for their side")
    DELIVERED = "delivered", _("Told the person it is about")
    PROPOSED = "proposed", _("Decision proposed")
    APPROVED = "approved", _("Decision approved")
    REFUSED = "refused", _("Decision not approved")
    IN_FORCE = "in_force", _("Decision in force")
    LIFTED = "lifted", _("Decision lifted")
    ENDED = "ended", _("Decision ended")
    OUTSIDE_ASKED = "outside_asked", _("Outside contact asked")
    APPLIED_AGAIN = "applied_again", _("Measure applied again")
    DONE = "done", _("Done on site")
    APPEALED = "appealed", _("Objection")
    APPEAL_DECIDED = "appeal_decided", _("Objection decided")


class Measure(TextChoices):
    """The ladder: what the response team can decide, the mildest first."""

    NO_ACTION = "no_action", _("No action")
    CHANGE_REQUESTED = "change_requested", _("Change requested")
    WARNING = "warning", pgettext_lazy("measure", "Warning")
    MATERIAL_WITHHELD = "material_withheld", _("Material withheld")
    TALK_WITHDRAWN = "talk_withdrawn", _("Talk withdrawn")
    TAKEN_OFF = "taken_off", _("Taken off a talk that stays")
    EXCLUDED_EVENT = "excluded_event", _("Excluded from this event")
    EXCLUDED_FUTURE = "excluded_future", _("Excluded from future events, too")


class AlsoDone(TextChoices):
    """What can be done to talks along with a measure, for as long as it lasts."""

    HELD = "held", _("Not confirmed")
    OFF_PAGES = "off_pages", _("Taken off the public pages at once")


class TraceKind(TextChoices):
    """Where a decision leaves a trace."""

    PUBLIC = "public", _("What everybody sees")
    SUBJECT = "subject", _("What the person sees")
    MAIL = "mail", _("Mails")
    LOG = "log", _("Entries in the history that organisers read")
    ORGANISER = "organiser", _("What organisers see")
    STAYS = "stays", _("What stays as it is")


class OnSite(TextChoices):
    """What is done by hand, at the event."""

    SPOKEN_WARNING = "spoken_warning", _("Spoken warning")
    SESSION_ENDED = "session_ended", _("Session ended")
    ASKED_TO_LEAVE = "asked_to_leave", _("Asked to leave")
    NO_CONTACT = "no_contact", _("No contact with somebody")
    NOT_PUBLISHED = "not_published", _("Recording not published")
    ROLE_TAKEN = "role_taken", _("Role taken away")


class DecisionState(TextChoices):
    """Where a decision stands."""

    PROPOSED = "proposed", pgettext_lazy("state of a decision", "waits for a second")
    REFUSED = "refused", pgettext_lazy("state of a decision", "not approved")
    IN_FORCE = "in_force", pgettext_lazy("state of a decision", "in force")
    LIFTED = "lifted", pgettext_lazy("state of a decision", "lifted")
    ENDED = "ended", pgettext_lazy("state of a decision", "ended")


class AppealState(TextChoices):
    """What became of an objection."""

    OPEN = "open", pgettext_lazy("state of an objection", "being looked at")
    UPHELD = "upheld", pgettext_lazy("state of an objection", "the decision stays")
    GRANTED = (
        "granted",
        pgettext_lazy("state of an objection", "the decision is lifted"),
    )


class TwoPeople(TextChoices):
    """Which decisions need a second person."""

    EXCLUSIONS = "exclusions", _("Exclusions")
    ALL = "all", _("Every decision but “no action”")
    NONE = "none", _("None")


class ExclusionDoor(TextChoices):
    """Where an exclusion holds somebody back."""

    CFP = "cfp", _("When submitting a proposal")
    SPEAKER = "speaker", _("On becoming a speaker of a talk")
    CONFIRM = "confirm", _("When a talk was to be confirmed")


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
    MEMBERS_CHANGED = "team.members_changed", _("Members of the response team changed")
    CASE_OPENED = "case.opened", _("Case opened")
    CASE_VIEWED = "case.viewed", _("Case viewed")
    CASE_DECLARED = "case.declared", _("Declared about a conflict")
    CASE_ENTRY = "case.entry", _("Entry on the timeline of a case")
    CASE_CHANGED = "case.changed", _("Case changed")
    CASE_FILE_READ = "case.file_read", _("File of a case read")
    CASE_EXPORTED = "case.exported", _("Case exported")
    DECISION = "case.decision", _("Step of a decision")
    EXCLUSION = "exclusion", _("Exclusion set or lifted")
    EXCLUSION_HELD = "exclusion.held", _("An exclusion held somebody back")
    LIST_CHECKED = "exclusion.list_checked", _("List of addresses checked")
    ACCESS_STARTED = "access.started", _("Request for stored data noted")
    ACCESS_REDACTED = "access.redacted", _("Stored data left out of a package")
    ACCESS_HANDED_OUT = "access.handed_out", _("Package of stored data handed out")
    ERASED = "case.erased", _("Names and texts erased when their time was over")
