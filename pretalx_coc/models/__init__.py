# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0

from pretalx_coc.models.acceptance import Acceptance, Ask, Decline, LetThrough
from pretalx_coc.models.access_request import AccessRequest
from pretalx_coc.models.audit import AuditChain, AuditEntry, AuditText
from pretalx_coc.models.case import (
    Case,
    CaseEntry,
    CaseFile,
    CaseItem,
    CaseLink,
    CaseMember,
    CasePerson,
    HandOver,
    Report,
)
from pretalx_coc.models.concern import Flag, TalkSpeaker
from pretalx_coc.models.decision import Appeal, Decision, Delivery, OutsideLink
from pretalx_coc.models.exclusion import Exclusion
from pretalx_coc.models.material import Check, Finding, MaterialCopy
from pretalx_coc.models.phrase import Phrase
from pretalx_coc.models.policy import Policy, PolicyText, PolicyVersion
from pretalx_coc.models.saved_filter import SavedFilter
from pretalx_coc.models.settings import CocSettings

__all__ = [
    "Acceptance",
    "AccessRequest",
    "Appeal",
    "Ask",
    "AuditChain",
    "AuditEntry",
    "AuditText",
    "Case",
    "CaseEntry",
    "CaseFile",
    "CaseItem",
    "CaseLink",
    "CaseMember",
    "CasePerson",
    "Check",
    "CocSettings",
    "Decision",
    "Decline",
    "Delivery",
    "Exclusion",
    "Finding",
    "Flag",
    "HandOver",
    "LetThrough",
    "MaterialCopy",
    "OutsideLink",
    "Phrase",
    "Policy",
    "PolicyText",
    "PolicyVersion",
    "Report",
    "SavedFilter",
    "TalkSpeaker",
]
