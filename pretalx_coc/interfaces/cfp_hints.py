# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""A step of the CfP that tells speakers what may be in conflict, before they submit.

It never keeps anybody from going on and stores nothing. Whatever goes wrong in
here, the CfP goes on without it: the acceptance behind it is what counts.
"""

import logging

from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from pretalx.cfp.flow import TemplateFlowStep, cfp_session

from pretalx_coc.domain.hints import Hint, hints_for
from pretalx_coc.domain.marks import has_hints
from pretalx_coc.domain.policy import version_in_force
from pretalx_coc.domain.talks import PROFILE_FIELDS, TALK_FIELDS
from pretalx_coc.enums import FindingCategory
from pretalx_coc.interfaces.materials import Labels
from pretalx_coc.interfaces.passages import around, explain, visible

logger = logging.getLogger(__name__)

FIELDS = {"info": TALK_FIELDS, "profile": PROFILE_FIELDS}
QUESTION = "question_"
RESOURCE = "info__resources"


def _texts(data: dict) -> dict[str, str]:
    """What was typed in this run of the wizard: "step field" → text."""
    found = {
        f"{step} {field}": data.get(step, {}).get(field)
        for step, fields in FIELDS.items()
        for field in fields
    }
    for field, value in data.get("questions", {}).items():
        if field.startswith(QUESTION):
            found[f"questions {field}"] = value
    for field, value in data.get(RESOURCE, {}).items():
        if field.endswith("-description"):
            found[f"info {field}"] = value
    return {
        name: text for name, text in found.items() if isinstance(text, str) and text
    }


class HintsStep(TemplateFlowStep):
    """The step itself; not applicable where there is nothing to say."""

    identifier = "coc_hints"
    icon = "eye"
    template_name = "pretalx_coc/cfp/hints.html"
    priority = 85

    def __init__(self, event):
        super().__init__(event)
        self._known = {}

    @property
    def label(self):
        return _("A second look")

    def _guarded(self, function, fallback):
        """The answer of a function, or ``fallback`` if it fails."""
        try:
            return function()
        except Exception as error:  # noqa: BLE001 -- see above
            # No traceback: its lines could quote what somebody typed.
            logger.error("Hints failed: %s", type(error).__name__)  # noqa: TRY400
            return fallback

    def _find(self) -> list[Hint]:
        if not has_hints(self.event):
            return []
        data = cfp_session(self.request)["data"]
        texts = _texts(data)
        # The wizard asks several times for each page, and a post changes the texts.
        key = tuple(texts.items())
        if key not in self._known:
            language = data.get("info", {}).get("content_locale")
            self._known[key] = hints_for(
                event=self.event, texts=texts, language=language
            )
        return self._known[key]

    def _hints(self, request) -> list[Hint]:
        self.request = request
        return self._guarded(self._find, [])

    def is_applicable(self, request):
        """Whether there is something to say; or somebody is on this very page.

        They may have changed their texts in another window: the wizard would
        answer with an error where it can just go on.
        """
        last = request.path_info.rstrip("/").rsplit("/", 1)[-1]
        return last == self.identifier or bool(self._hints(request))

    def is_completed(self, request):
        """Always: this step keeps nobody from submitting."""
        self.request = request
        return True

    def get_context_data(self, **kwargs):
        result = super().get_context_data(**kwargs)
        version = version_in_force(self.event)
        data = cfp_session(self.request)["data"]
        labels = Labels(self.event)
        result.update(
            title=_("Before you go on: a second look?"),
            submission_title=data.get("info", {}).get("title"),
            hints=[self._present(hint, labels) for hint in self._hints(self.request)],
            policy_url=version.get_public_url() if version else "",
        )
        return result

    def _present(self, hint: Hint, labels: Labels) -> dict:
        step, field = hint.name.split(" ", 1)
        before, after = around(hint.before, hint.after)
        return {
            "before": before,
            "passage": visible(hint.passage),
            "after": after,
            "about": FindingCategory(hint.category).label,
            "steps": explain(hint.steps),
            "field": self._label(step, field, labels),
            "url": f"{self.event.cfp_flow.steps_dict[step].get_step_url(self.request)}"
            f"#id_{field}",
        }

    def _label(self, step: str, field: str, labels: Labels) -> str:
        if field.startswith(QUESTION):
            material = f"answer:{field.removeprefix(QUESTION)}"
            return labels.of(material)
        if field.endswith("-description"):
            return labels.of("resource")
        own = self.event.cfp_flow.get_field_config(step, field).get("label")
        return str(own or labels.of(field))

    def _on(self, request):
        """Go on, as if this step were not there."""
        url = self.get_next_url(request) or self.get_prev_url(request)
        return redirect(url)

    def get(self, request):
        if not self._hints(request):
            return self._on(request)
        # Rendered here, where an error can still be kept away.
        return self._guarded(lambda: self.render().render(), None) or self._on(request)

    def post(self, request):
        self.request = request
        # Shown only where something keeps the wizard from going on.
        return redirect(self.get_next_url(request) or self.get_step_url(request))
