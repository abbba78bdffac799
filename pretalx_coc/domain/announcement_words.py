# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What a change of the response team or its rules is called in a mail."""

from django.utils.translation import gettext as _

from pretalx.person.models import User

from pretalx_coc.domain import audit
from pretalx_coc.enums import AuditAction
from pretalx_coc.models import AuditEntry, CocSettings


def _names(codes) -> str:
    found = {user.code: user for user in User.objects.filter(code__in=codes)}
    return ", ".join(
        found[code].get_display_name()
        if code in found
        else _("somebody whose account is gone")
        for code in codes
    )


def _of_members(data: dict) -> list[str]:
    before, after = data.get("before", []), data.get("after", [])
    came = [code for code in after if code not in before]
    went = [code for code in before if code not in after]
    lines = []
    if came:
        lines.append(_("New on the response team: {names}").format(names=_names(came)))
    if went:
        lines.append(
            _("No longer on the response team: {names}").format(names=_names(went))
        )
    if not after:
        lines.append(_("Nobody is on the response team any more."))
    return lines


def _shown(field, value) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    choices = dict(field.flatchoices)
    return str(choices.get(value, value)) or "–"


def _label(field) -> str:
    if field.name == "extra_detectors":
        return _("Detectors of other plugins")
    return field.verbose_name


def _of_settings(entry: AuditEntry, texts: dict) -> list[str]:
    data = audit.data_of(entry)
    if data.get("plugin") == "off":
        return [
            _(
                "The plugin was switched off for this event. What is stored stays, "
                "but nothing is checked, nobody is reminded, and exclusions do not act."
            )
        ]
    lines = []
    for name, values in data.get("changed", {}).items():
        field = CocSettings._meta.get_field(name)
        lines.append(
            _("{what}: {after} (before: {before})").format(
                what=_label(field),
                after=_shown(field, values["after"]),
                before=_shown(field, values["before"]),
            )
        )
    for name in data.get("fields", ()):
        after = texts.get((entry.position, name), "")
        before = texts.get((entry.position, f"{name}_before"), "")
        lines.append(
            _("{what}: {after} (before: {before})").format(
                what=CocSettings._meta.get_field(name).verbose_name,
                after=after or _("nobody"),
                before=before or _("nobody"),
            )
        )
    return lines


def words_of(entries, texts: dict) -> list[str]:
    """What these entries of the policy's chain say, a line each, without repeats.

    Args:
        entries: Entries that are to be announced, in their order.
        texts: Their texts: (position, name) → text.
    """
    lines = []
    for entry in entries:
        if entry.action == AuditAction.MEMBERS_CHANGED:
            lines += _of_members(audit.data_of(entry))
        elif entry.action == AuditAction.TEAM_CHOSEN:
            lines.append(_("Other teams were chosen as the response team."))
        else:
            lines += _of_settings(entry, texts)
    return list(dict.fromkeys(lines))
