# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The form of the settings of checks."""

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pretalx_coc.models import CocSettings


class ChecksForm(forms.ModelForm):
    """What is checked, by whom, and who is told before submitting."""

    extra_detectors = forms.MultipleChoiceField(
        label=gettext_lazy("Detectors of other plugins"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = CocSettings
        fields = (
            "check_pictures",
            "picture_threshold",
            "hints_before_submitting",
            "extra_detectors",
        )
        widgets = {
            "picture_threshold": forms.NumberInput(
                attrs={"min": "0.3", "max": "0.9", "step": "0.05"}
            )
        }

    def __init__(self, *args, has_pictures: bool, offered, **kwargs):
        super().__init__(*args, **kwargs)
        if offered:
            self.fields["extra_detectors"].choices = [
                (detector.identifier, _offer(detector)) for detector in offered
            ]
        else:
            del self.fields["extra_detectors"]
        for name in ("check_pictures", "picture_threshold"):
            self.fields[name].disabled = not has_pictures


def _offer(detector) -> str:
    """A detector by its name, what it reads, and what it tells whom."""
    reads = (
        _("Reads what speakers type, and the text in their files.")
        if detector.files
        else _("Reads what speakers type.")
    )
    leaves = detector.leaves_server
    words = (
        _("Leaves the server: {what}").format(what=leaves)
        if leaves
        else _("Nothing leaves the server.")
    )
    return format_html("{} – {} {}", detector.name, reads, words)
