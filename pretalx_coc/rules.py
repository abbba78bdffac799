# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Permissions, by name. Every "may they?" of a page is one of these.

They ask ``domain.access``, which is the one place that knows the answers.
"""

import rules


@rules.predicate
def sees_panel(user, obj):
    from pretalx_coc.domain.access import rights_in  # noqa: PLC0415 -- predicate

    return rights_in(user, obj.event).see_panel


@rules.predicate
def views_acceptance(user, obj):
    from pretalx_coc.domain.access import rights_in  # noqa: PLC0415 -- predicate

    return rights_in(user, obj.event).view_acceptance


@rules.predicate
def changes_acceptance(user, obj):
    from pretalx_coc.domain.access import rights_in  # noqa: PLC0415 -- predicate

    return rights_in(user, obj.event).work_with_talks


@rules.predicate
def is_asked_as_team(user, obj):
    from pretalx_coc.domain.team_acceptance import is_asked  # noqa: PLC0415 -- predicate

    return bool(user and user.is_authenticated) and is_asked(obj.event, user)


@rules.predicate
def edits_policy(user, obj):
    from pretalx_coc.domain.access import rights_in  # noqa: PLC0415 -- predicate

    return rights_in(user, obj.event).edit_policy


@rules.predicate
def changes_phrases(user, obj):
    from pretalx_coc.domain.access import rights_in  # noqa: PLC0415 -- predicate

    return rights_in(user, obj.event).change_phrases


@rules.predicate
def flags_talk(user, obj):
    from pretalx_coc.domain.access import may_flag  # noqa: PLC0415 -- predicate

    return may_flag(user, obj)


@rules.predicate
def has_own_page(user, obj):
    from pretalx_coc.domain.access import may_open_own_page  # noqa: PLC0415 -- predicate

    return may_open_own_page(user, obj.event)


@rules.predicate
def sees_cases(user, obj):
    from pretalx_coc.domain.access import rights_in  # noqa: PLC0415 -- predicate

    return rights_in(user, obj.event).see_cases


@rules.predicate
def works_on_cases(user, obj):
    from pretalx_coc.domain.access import rights_in  # noqa: PLC0415 -- predicate

    return rights_in(user, obj.event).member


@rules.predicate
def knows_case(user, obj):
    from pretalx_coc.domain.access import case_rights  # noqa: PLC0415 -- predicate

    return case_rights(user, obj).knows


@rules.predicate
def opens_case(user, obj):
    from pretalx_coc.domain.access import case_rights  # noqa: PLC0415 -- predicate

    return case_rights(user, obj).open


@rules.predicate
def writes_case(user, obj):
    from pretalx_coc.domain.access import case_rights  # noqa: PLC0415 -- predicate

    return case_rights(user, obj).write


rules.add_perm("pretalx_coc.view_panel", sees_panel)
rules.add_perm("pretalx_coc.view_acceptance", views_acceptance)
rules.add_perm("pretalx_coc.change_acceptance", changes_acceptance)
rules.add_perm("pretalx_coc.accept_as_team", is_asked_as_team)
rules.add_perm("pretalx_coc.edit_policy", edits_policy)
rules.add_perm("pretalx_coc.choose_team", edits_policy)
rules.add_perm("pretalx_coc.change_phrases", changes_phrases)
rules.add_perm("pretalx_coc.flag_submission", flags_talk)
rules.add_perm("pretalx_coc.view_own_page", has_own_page)
rules.add_perm("pretalx_coc.view_cases", sees_cases)
rules.add_perm("pretalx_coc.begin_case", works_on_cases)
rules.add_perm("pretalx_coc.know_case", knows_case)
rules.add_perm("pretalx_coc.open_case", opens_case)
rules.add_perm("pretalx_coc.write_case", writes_case)
