# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The panel's table."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pretalx.common.tables import DateTimeColumn, PretalxTable

from pretalx_coc.domain.queries.panel import PASSAGE_LENGTH, PICTURE
from pretalx_coc.enums import FindingCategory, FindingLevel, FlagReason, ItemKind
from pretalx_coc.interfaces.materials import Labels, unread_sentences
from pretalx_coc.interfaces.passages import visible

DETAILS = {
    ItemKind.FINDING: {
        **dict(FindingCategory.choices),
        PICTURE: _("Perhaps a naked body in a picture"),
    },
    ItemKind.FLAG: dict(FlagReason.choices),
}
ICONS = {
    ItemKind.FINDING: "quote-left",
    ItemKind.FLAG: "flag-o",
    ItemKind.UNCHECKED: "question-circle-o",
    ItemKind.OUTSTANDING: "handshake-o",
}
MAX_REASONS = 3  # in a row; the page of the material has them all


class PanelTable(PretalxTable):
    """What waits for the response team: one row an item."""

    kind = tables.Column(verbose_name=pgettext_lazy("column of the panel", "What"))
    detail = tables.Column(verbose_name=pgettext_lazy("column of the panel", "Why"))
    title = tables.Column(
        verbose_name=pgettext_lazy("column of the panel", "Talk"), empty_values=()
    )
    speaker = tables.Column(verbose_name=_("Speaker"), empty_values=())
    since = DateTimeColumn(verbose_name=pgettext_lazy("column of the panel", "Since"))

    printable = False
    default_columns = ("kind", "detail", "title", "speaker", "since")

    class Meta:
        fields = ("kind", "detail", "title", "speaker", "since")
        empty_text = _("Nothing here.")

    def _url(self, name, ref, key="code"):
        return reverse(
            f"plugins:pretalx_coc:{name}", kwargs={"event": self.event.slug, key: ref}
        )

    #: Whether passages can be ticked, to be dismissed together.
    ticks = False

    def render_kind(self, value, record):
        kind = format_html(
            '<span class="text-nowrap"><i class="fa fa-{}" aria-hidden="true"></i> {}'
            "</span>",
            ICONS[value],
            ItemKind(value).label,
        )
        if not (self.ticks and value == ItemKind.FINDING):
            return kind
        return format_html(
            '<label class="coc-tick"><input type="checkbox" form="coc-bulk" '
            'name="finding" value="{}"> {}</label>',
            record["ref"],
            kind,
        )

    @cached_property
    def labels(self):
        return Labels(self.event)

    def _unread(self, value, record):
        material, title, *lines = value.split("\n")
        reasons = visible("; ".join(unread_sentences(lines[:MAX_REASONS])))
        if len(lines) > MAX_REASONS:
            reasons = f"{reasons}; …"
        return format_html(
            '<a href="{}"><bdi dir="auto">{}</bdi></a><span class="coc-reason">{}</span>',
            self._url("unchecked", int(record["ref"]), "pk"),
            self.labels.of(material, title),
            reasons,
        )

    def render_detail(self, value, record):
        if record["kind"] == ItemKind.UNCHECKED:
            return self._unread(value, record)
        about, __, more = value.partition("\n")
        label = DETAILS[record["kind"]].get(about, about)
        url = self._url(f"{record['kind']}.verdict", record["ref"])
        return format_html('<a href="{}">{}</a>{}', url, label, self._words(more))

    def _words(self, more):
        """How sure a finding is, and the passage: one sees what one dismisses."""
        level, __, passage = more.partition("\n")
        hint = format_html(
            ' <span class="badge color-info">{}</span>', FindingLevel.HINT.label
        )
        words = visible(passage[:PASSAGE_LENGTH])
        if len(passage) > PASSAGE_LENGTH:
            words = f"{words} …"
        passage = format_html(
            '<span class="coc-reason"><bdi dir="auto">{}</bdi></span>', words
        )
        return format_html(
            "{}{}", hint if level == FindingLevel.HINT else "", passage if words else ""
        )

    def render_title(self, value, record):
        if value:
            return format_html('<bdi dir="auto">{}</bdi>', value)
        if record["kind"] == ItemKind.OUTSTANDING:
            return "—"
        return format_html(
            '<span class="text-muted">{}</span>', _("in the speaker’s profile")
        )

    def render_speaker(self, value, record):
        if not record["speaker_code"]:
            return "—"
        return format_html(
            '<a href="{}"><bdi dir="auto">{}</bdi></a>',
            self._url("record", record["speaker_code"]),
            value or _("Unnamed speaker"),
        )
