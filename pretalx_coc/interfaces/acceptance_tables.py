# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The tables of who is outstanding."""

import django_tables2 as tables
from django.db.models.functions import Lower
from django.template.loader import get_template
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pretalx.common.tables import PretalxTable, SortableColumn
from pretalx.person.models import SpeakerProfile
from pretalx.submission.models import Submission

from pretalx_coc.domain.queries.acceptance_list import (
    BY_NAME,
    let_through_codes,
    read_details,
)

NAME = pgettext_lazy("a person who speaks at the event", "Speaker")
CELLS = "pretalx_coc/acceptance/cells/{}.html"


class OutstandingTable(PretalxTable):
    """What both tables have in common.

    ``may_change`` is whether the reader may work with the event's proposals:
    others get names and titles, and no links and buttons. ``may_remind`` is
    whether a row has a button that mails its speaker; it leads back to the list
    with ``query``.
    """

    printable = False

    def __init__(
        self,
        *args,
        may_change=False,
        may_see_talks=False,
        may_remind=False,
        query="",
        **kwargs,
    ):
        self.may_change = may_change
        self.may_remind = may_remind
        self.query = query
        self.may_see_talks = may_see_talks
        super().__init__(*args, **kwargs)

    @property
    def page_rows(self) -> list:
        """The records that are on the page; these and no others are read."""
        page = getattr(self, "page", None)
        return [row.record for row in (page.object_list if page else self.rows)]

    def get_profiles(self) -> list:
        raise NotImplementedError

    @cached_property
    def details(self):
        return read_details(self.event, self.get_profiles())

    @cached_property
    def let_through(self) -> set:
        return let_through_codes(self.event)

    def cell(self, name: str, **context) -> str:
        template = self.__dict__.setdefault("_templates", {}).get(name)
        if not template:
            template = self._templates[name] = get_template(CELLS.format(name))
        return template.render({"table": self, **context})


class OutstandingSpeakerTable(OutstandingTable):
    """One row a speaker."""

    speaker = SortableColumn(verbose_name=NAME, accessor="pk", order_by=BY_NAME)
    talks = tables.Column(verbose_name=_("Talks"), accessor="pk", orderable=False)
    mails = tables.Column(verbose_name=_("Mails"), accessor="pk", orderable=False)
    declined = tables.Column(
        verbose_name=pgettext_lazy(
            "a speaker said no to the code of conduct", "Declined"
        ),
        accessor="pk",
        orderable=False,
    )

    default_columns = ("speaker", "talks", "mails", "declined")

    class Meta:
        model = SpeakerProfile
        fields = ("speaker", "talks", "mails", "declined")
        empty_text = _("Nobody here still has to accept.")

    def get_profiles(self):
        return self.page_rows

    def render_speaker(self, record):
        return self.cell("speaker", profile=record, event=self.event)

    def render_talks(self, record):
        return self.cell(
            "talks",
            talks=self.details.talks.get(record.code, ()),
            let_through=self.let_through,
        )

    def render_mails(self, record):
        return self.cell(
            "mails",
            profile=record,
            ask=self.details.asks.get(record.code),
            event=self.event,
        )

    def render_declined(self, record):
        return self.cell("declined", decline=self.details.declines.get(record.code))


class OutstandingTalkTable(OutstandingTable):
    """One row a talk, with its outstanding speakers."""

    title = SortableColumn(verbose_name=_("Title"), order_by=Lower("title"))
    state = tables.Column(
        verbose_name=pgettext_lazy("of a talk", "State"), orderable=True
    )
    speakers = tables.Column(
        verbose_name=_("Has not accepted"), accessor="pk", orderable=False
    )
    gate = tables.Column(
        verbose_name=pgettext_lazy("what may happen to a talk", "Confirming"),
        accessor="pk",
        orderable=False,
    )

    default_columns = ("title", "state", "speakers", "gate")

    class Meta:
        model = Submission
        fields = ("title", "state", "speakers", "gate")
        empty_text = _("No talk here has a speaker who still has to accept.")

    def get_profiles(self):
        return [
            profile for talk in self.page_rows for profile in talk.outstanding_speakers
        ]

    def render_title(self, value, record):
        if not self.may_see_talks:
            return format_html('<bdi dir="auto">{}</bdi>', value)
        url = reverse(
            "orga:submissions.content.view",
            kwargs={"event": self.event.slug, "code": record.code},
        )
        return format_html('<a href="{}"><bdi dir="auto">{}</bdi></a>', url, value)

    def render_state(self, record):
        return self.cell("state", state=record.state)

    def render_speakers(self, record):
        people = [
            (
                profile,
                self.details.asks.get(profile.code),
                self.details.declines.get(profile.code),
            )
            for profile in record.outstanding_speakers
        ]
        return self.cell("speakers", people=people, event=self.event)

    def render_gate(self, record):
        return self.cell(
            "gate",
            talk=record,
            event=self.event,
            is_let_through=record.code in self.let_through,
        )
