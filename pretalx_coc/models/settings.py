# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What the organiser set for one event.

Not in pretalx's settings store: that one is copied to clones of the event, and
a response team must not be.
"""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from pretalx_coc.enums import MailMode, TwoPeople
from pretalx_coc.models.base import EventModel


class CocSettings(EventModel):
    """The response team of one event, and how its speakers are asked.

    ``team_chosen`` stays true once a team was chosen, so that a team which is
    later deleted or emptied does not open the panel to anybody else.
    """

    event = models.OneToOneField(
        to="event.Event", on_delete=models.CASCADE, related_name="+"
    )
    response_teams = models.ManyToManyField(
        to="event.Team", related_name="+", blank=True
    )
    team_chosen = models.BooleanField(default=False)

    ask_each_proposal = models.BooleanField(
        default=False,
        verbose_name=_("Ask again with each proposal"),
        help_text=_(
            "Otherwise speakers accept each version once, however many proposals "
            "they submit."
        ),
    )
    material_tick = models.BooleanField(
        default=False,
        verbose_name=_("Ask for a second tick about the material"),
        help_text=_("Speakers also tick that their slides and texts follow it."),
    )
    gate_holds = models.BooleanField(
        default=True,
        verbose_name=_("Confirm no talk while one of its speakers has not accepted"),
        help_text=_(
            "Otherwise you only see a warning. Talks that are confirmed already stay "
            "confirmed either way."
        ),
    )
    team_accepts = models.BooleanField(
        default=False,
        verbose_name=_("Ask team members, too"),
        help_text=_("They see a note in the organiser area until they have accepted."),
    )
    mail_mode = models.CharField(
        max_length=16,
        choices=MailMode.choices,
        default=MailMode.AT_ONCE,
        verbose_name=_("Mails that ask speakers"),
    )
    reminder_days = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        verbose_name=_("Remind every … days"),
        help_text=_("Leave empty to send no automatic reminders."),
    )
    reminder_max = models.PositiveSmallIntegerField(
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(20)],
        verbose_name=_("At most … times"),
    )
    reminder_until = models.DateField(
        null=True, blank=True, verbose_name=_("Remind until")
    )
    contact_email = models.EmailField(
        blank=True, default="", verbose_name=_("Mail address for concerns")
    )
    contact_phone = models.CharField(
        max_length=64, blank=True, default="", verbose_name=_("Telephone for concerns")
    )
    contact_people = models.CharField(
        max_length=500,
        blank=True,
        default="",
        verbose_name=_("People to talk to"),
        help_text=_("Names, and how to recognise them on site."),
    )
    clone_publishes = models.BooleanField(
        default=False,
        verbose_name=_("Publish the text at once in copies of this event"),
        help_text=_(
            "Otherwise a copied event starts with the text as a draft of its own."
        ),
    )

    check_pictures = models.BooleanField(
        default=True,
        verbose_name=_("Look at pictures, too"),
        help_text=_("Pictures in slides, session images and profile pictures."),
    )
    picture_threshold = models.FloatField(
        default=0.5,
        validators=[MinValueValidator(0.3), MaxValueValidator(0.9)],
        verbose_name=_("How sure the picture check must be"),
        help_text=_("From 0.3 (more hints, more of them wrong) to 0.9 (fewer)."),
    )
    hints_before_submitting = models.BooleanField(
        default=False,
        verbose_name=_("Tell speakers before they submit"),
        help_text=_(
            "A step of the CfP shows them, and nobody else, which passages may be "
            "in conflict with the code of conduct. They can submit in any case."
        ),
    )
    extra_detectors = models.JSONField(default=list, blank=True)

    outside_name = models.CharField(
        max_length=200,
        blank=True,
        default="",
        verbose_name=_("Outside contact: name"),
        help_text=_(
            "Somebody outside your organisation who steps in where nobody inside "
            "may: a case about all of you, a second opinion, an objection."
        ),
    )
    outside_email = models.EmailField(
        blank=True, default="", verbose_name=_("Outside contact: mail address")
    )
    two_people = models.CharField(
        max_length=16,
        choices=TwoPeople.choices,
        default=TwoPeople.EXCLUSIONS,
        verbose_name=_("Decisions that need two people"),
        help_text=_("One proposes, another without a conflict approves."),
    )
    acknowledge_hours = models.PositiveSmallIntegerField(
        default=24,
        validators=[MinValueValidator(1), MaxValueValidator(720)],
        verbose_name=_("Acknowledge a case within … hours"),
    )
    decide_days = models.PositiveSmallIntegerField(
        default=14,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
        verbose_name=_("Decide within … days"),
    )
    appeal_days = models.PositiveSmallIntegerField(
        default=14,
        validators=[MinValueValidator(3), MaxValueValidator(365)],
        verbose_name=_("Objections within … days"),
        help_text=_("From when the person was told of the decision."),
    )
    administrators_look = models.BooleanField(
        default=False,
        verbose_name=_("Administrators of the server may open cases"),
        help_text=_("Each time they do is an entry in the case's log."),
    )
    keep_unfounded = models.PositiveSmallIntegerField(
        default=6,
        validators=[MinValueValidator(2), MaxValueValidator(120)],
        verbose_name=_("Months to keep unfounded cases"),
    )
    keep_not_established = models.PositiveSmallIntegerField(
        default=12,
        validators=[MinValueValidator(2), MaxValueValidator(120)],
        verbose_name=_("Months to keep what could not be established"),
    )
    keep_warning = models.PositiveSmallIntegerField(
        default=24,
        validators=[MinValueValidator(2), MaxValueValidator(120)],
        verbose_name=_("Months to keep warnings and what is milder"),
    )
    keep_exclusion = models.PositiveSmallIntegerField(
        default=12,
        validators=[MinValueValidator(2), MaxValueValidator(120)],
        verbose_name=_("Months to keep exclusions after they ended"),
    )
    keep_concerns = models.PositiveSmallIntegerField(
        default=12,
        validators=[MinValueValidator(2), MaxValueValidator(120)],
        verbose_name=_("Months to keep passages and flags that are on no case"),
        help_text=_("Counted from the end of the event."),
    )

    #: The codes of the members whom the last announcement was about; None before.
    members_known = models.JSONField(null=True, blank=True)
    #: Up to which entry of the policy's chain everybody was told of changes.
    announced = models.PositiveIntegerField(default=0)

    def __str__(self):
        return f"CocSettings(event={self.event_id})"
