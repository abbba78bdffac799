# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from pretalx_coc import __version__


class PluginApp(AppConfig):
    name = "pretalx_coc"
    label = "pretalx_coc"
    verbose_name = "pretalx code of conduct"

    class PretalxPluginMeta:
        name = _("Code of conduct")
        author = "pretalx-coc contributors"
        description = _(
            "Every speaker accepts your code of conduct, talk materials are checked "
            "for sexualised content, and a response team looks after what comes up."
        )
        visible = True
        version = __version__
        category = "FEATURE"
        settings_links = [
            (_("Code of conduct"), "plugins:pretalx_coc:settings.policy", {}),
            (_("Response team"), "plugins:pretalx_coc:settings.team", {}),
        ]
        navigation_links = [(_("Code of conduct"), "plugins:pretalx_coc:panel", {})]

    def ready(self):
        from pretalx_coc import checks  # noqa: PLC0415 -- registers the check

        if not checks.pretalx_is_too_old():
            from pretalx_coc import receivers, receivers_team, rules  # noqa: F401, PLC0415

    def installed(self, event):
        """Called by pretalx when the plugin is switched on for an event."""
        from pretalx_coc.domain.cloning import finish_clone  # noqa: PLC0415
        from pretalx_coc.receivers import guest  # noqa: PLC0415

        guest(lambda: None)(finish_clone)(event)

    def uninstalled(self, event):
        """Called by pretalx when the plugin is switched off for an event."""
        from pretalx_coc.domain.team_changes import note_switched_off  # noqa: PLC0415
        from pretalx_coc.receivers import guest  # noqa: PLC0415

        guest(lambda: None)(note_switched_off)(event)
