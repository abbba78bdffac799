# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""From which state a case may go to which: everything that is not here is refused."""

from django.utils.translation import gettext as _

from pretalx_coc.domain.errors import CocError
from pretalx_coc.enums import CaseState

NEW, ACKNOWLEDGED, IN_WORK = CaseState.NEW, CaseState.ACKNOWLEDGED, CaseState.IN_WORK
WAITING, DECIDED = CaseState.WAITING, CaseState.DECIDED
APPEALED, CLOSED = CaseState.APPEALED, CaseState.CLOSED

#: By people, on the page of the case.
STEPS = {
    NEW: (ACKNOWLEDGED, IN_WORK, WAITING),
    ACKNOWLEDGED: (IN_WORK, WAITING),
    IN_WORK: (WAITING,),
    WAITING: (IN_WORK,),
    DECIDED: (IN_WORK, CLOSED),
    APPEALED: (),
    CLOSED: (IN_WORK,),
}

#: Only together with a decision, an objection or what became of it.
WITH_DECISIONS = {
    # A case in which something was decided may have gone into this one.
    NEW: (DECIDED, APPEALED),
    ACKNOWLEDGED: (DECIDED, APPEALED),
    # Somebody went on with it, and the subject can still object.
    IN_WORK: (DECIDED, APPEALED),
    WAITING: (DECIDED, APPEALED),
    DECIDED: (DECIDED, APPEALED),
    APPEALED: (DECIDED, IN_WORK),
    CLOSED: (APPEALED,),
}

#: In these nobody has to do anything soon.
AT_REST = (DECIDED, CLOSED)
#: What a case may still be given.
OPEN = (NEW, ACKNOWLEDGED, IN_WORK, WAITING, DECIDED, APPEALED)


def steps_from(state: str) -> tuple:
    """The states that people may put a case into from this one."""
    return STEPS[CaseState(state)]


def check_step(old: str, new: str, *, with_decision: bool = False) -> None:
    """Refuse a step that is not in the table.

    Args:
        old: The state of the case.
        new: The state that it is to have.
        with_decision: It comes with a decision or an objection.

    Raises:
        CocError: This step is not allowed.
    """
    table = WITH_DECISIONS if with_decision else STEPS
    if new not in table[CaseState(old)]:
        raise CocError(
            _("A case that is “{old}” cannot become “{new}”.").format(
                old=CaseState(old).label, new=CaseState(new).label
            )
        )
