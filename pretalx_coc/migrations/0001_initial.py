# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0

import django.db.models.deletion
import i18nfield.fields
from django.db import migrations, models

import pretalx.common.models.mixins


class Migration(migrations.Migration):
    initial = True

    dependencies = [("event", "0044_event_locales_json")]

    operations = [
        migrations.CreateModel(
            name="Check",
            fields=[
                (
                    "id",
                    models.AutoField(
                        auto_created=True, primary_key=True, serialize=False
                    ),
                ),
                ("subject_kind", models.CharField(max_length=16)),
                ("subject_code", models.CharField(max_length=16)),
                ("material", models.CharField(max_length=64)),
                ("content_sha256", models.CharField(max_length=64)),
                ("detector", models.CharField(max_length=64)),
                ("state", models.CharField(max_length=16)),
                ("unchecked", models.TextField()),
                ("is_current", models.BooleanField(default=True)),
                ("created", models.DateTimeField()),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="event.event",
                    ),
                ),
            ],
            options={"ordering": ("-created", "-pk")},
        ),
        migrations.CreateModel(
            name="CocSettings",
            fields=[
                (
                    "id",
                    models.AutoField(
                        auto_created=True, primary_key=True, serialize=False
                    ),
                ),
                ("team_chosen", models.BooleanField(default=False)),
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="event.event",
                    ),
                ),
                (
                    "response_teams",
                    models.ManyToManyField(related_name="+", to="event.team"),
                ),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="Finding",
            fields=[
                (
                    "id",
                    models.AutoField(
                        auto_created=True, primary_key=True, serialize=False
                    ),
                ),
                ("code", models.CharField(max_length=16)),
                ("subject_kind", models.CharField(max_length=16)),
                ("subject_code", models.CharField(max_length=16)),
                ("created", models.DateTimeField()),
                ("verdict", models.CharField(max_length=16)),
                ("verdict_reason", models.TextField()),
                ("verdict_by", models.CharField(max_length=16)),
                ("verdict_at", models.DateTimeField(blank=True, null=True)),
                ("revision", models.PositiveIntegerField(default=0)),
                ("material", models.CharField(max_length=64)),
                ("start", models.PositiveIntegerField()),
                ("end", models.PositiveIntegerField()),
                ("before", models.TextField()),
                ("passage", models.TextField()),
                ("after", models.TextField()),
                ("rule", models.CharField(max_length=64)),
                ("category", models.CharField(max_length=32)),
                ("level", models.CharField(max_length=16)),
                ("strength", models.FloatField()),
                ("steps", models.JSONField(default=list)),
                (
                    "check_run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="findings",
                        to="pretalx_coc.check",
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="event.event",
                    ),
                ),
            ],
            options={"ordering": ("material", "start", "pk")},
            bases=(pretalx.common.models.mixins.GenerateCode, models.Model),
        ),
        migrations.CreateModel(
            name="Flag",
            fields=[
                (
                    "id",
                    models.AutoField(
                        auto_created=True, primary_key=True, serialize=False
                    ),
                ),
                ("code", models.CharField(max_length=16)),
                ("subject_kind", models.CharField(max_length=16)),
                ("subject_code", models.CharField(max_length=16)),
                ("created", models.DateTimeField()),
                ("verdict", models.CharField(max_length=16)),
                ("verdict_reason", models.TextField()),
                ("verdict_by", models.CharField(max_length=16)),
                ("verdict_at", models.DateTimeField(blank=True, null=True)),
                ("revision", models.PositiveIntegerField(default=0)),
                ("raised_by", models.CharField(max_length=16)),
                ("reason", models.CharField(max_length=32)),
                ("text", models.TextField()),
                ("snapshot", models.JSONField(default=dict)),
                ("state", models.CharField(default="open", max_length=16)),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="event.event",
                    ),
                ),
            ],
            options={"ordering": ("-created", "-pk")},
            bases=(pretalx.common.models.mixins.GenerateCode, models.Model),
        ),
        migrations.CreateModel(
            name="Policy",
            fields=[
                (
                    "id",
                    models.AutoField(
                        auto_created=True, primary_key=True, serialize=False
                    ),
                ),
                ("draft", i18nfield.fields.I18nTextField()),
                ("revision", models.PositiveIntegerField(default=0)),
                ("number_in_force", models.PositiveIntegerField(null=True)),
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="event.event",
                    ),
                ),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="PolicyText",
            fields=[
                (
                    "id",
                    models.AutoField(
                        auto_created=True, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("language", models.CharField(max_length=32)),
                ("text", models.TextField()),
                ("sha256", models.CharField(max_length=64)),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="event.event",
                    ),
                ),
            ],
            options={"ordering": ("number", "pk")},
        ),
        migrations.CreateModel(
            name="PolicyVersion",
            fields=[
                (
                    "id",
                    models.AutoField(
                        auto_created=True, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("published", models.DateTimeField()),
                ("published_by", models.CharField(max_length=16)),
                ("summary", models.TextField()),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="event.event",
                    ),
                ),
            ],
            options={"ordering": ("-number",)},
        ),
        migrations.CreateModel(
            name="TalkSpeaker",
            fields=[
                (
                    "id",
                    models.AutoField(
                        auto_created=True, primary_key=True, serialize=False
                    ),
                ),
                ("submission_code", models.CharField(max_length=16)),
                ("profile_code", models.CharField(max_length=16)),
                ("user_code", models.CharField(max_length=16)),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="event.event",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Acceptance",
            fields=[
                (
                    "id",
                    models.AutoField(
                        auto_created=True, primary_key=True, serialize=False
                    ),
                ),
                ("user_code", models.CharField(max_length=16)),
                ("profile_code", models.CharField(max_length=16)),
                ("submission_code", models.CharField(max_length=16)),
                ("number", models.PositiveIntegerField()),
                ("language", models.CharField(max_length=32)),
                ("sha256", models.CharField(max_length=64)),
                ("way", models.CharField(max_length=16)),
                ("accepted", models.DateTimeField()),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="event.event",
                    ),
                ),
            ],
            options={
                "ordering": ("-accepted", "-pk"),
                "indexes": [
                    models.Index(
                        fields=["event", "number", "user_code"],
                        name="coc_acceptance_user",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditChain",
            fields=[
                (
                    "id",
                    models.AutoField(
                        auto_created=True, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=32)),
                ("length", models.PositiveIntegerField(default=0)),
                ("head", models.CharField(max_length=64)),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="event.event",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("event", "name"), name="coc_chain_name"
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                (
                    "id",
                    models.AutoField(
                        auto_created=True, primary_key=True, serialize=False
                    ),
                ),
                ("chain", models.CharField(max_length=32)),
                ("position", models.PositiveIntegerField()),
                ("created", models.DateTimeField()),
                ("actor_code", models.CharField(max_length=16)),
                ("action", models.CharField(max_length=32)),
                ("subject", models.CharField(max_length=64)),
                ("data", models.JSONField(default=dict)),
                ("previous", models.CharField(max_length=64)),
                ("digest", models.CharField(max_length=64)),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="event.event",
                    ),
                ),
            ],
            options={
                "ordering": ("chain", "position"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("event", "chain", "position"), name="coc_audit_position"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditText",
            fields=[
                (
                    "id",
                    models.AutoField(
                        auto_created=True, primary_key=True, serialize=False
                    ),
                ),
                ("chain", models.CharField(max_length=32)),
                ("position", models.PositiveIntegerField()),
                ("name", models.CharField(max_length=32)),
                ("salt", models.CharField(max_length=64)),
                ("text", models.TextField()),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="event.event",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("event", "chain", "position", "name"),
                        name="coc_audit_text",
                    )
                ]
            },
        ),
        migrations.AddConstraint(
            model_name="check",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_current", True)),
                fields=("event", "subject_kind", "subject_code", "material"),
                name="coc_check_current",
            ),
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(
                fields=["event", "subject_kind", "subject_code"],
                name="coc_finding_subject",
            ),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.UniqueConstraint(
                fields=("event", "code"), name="coc_finding_code"
            ),
        ),
        migrations.AddIndex(
            model_name="flag",
            index=models.Index(
                fields=["event", "subject_kind", "subject_code"],
                name="coc_flag_subject",
            ),
        ),
        migrations.AddConstraint(
            model_name="flag",
            constraint=models.UniqueConstraint(
                fields=("event", "code"), name="coc_flag_code"
            ),
        ),
        migrations.AddConstraint(
            model_name="flag",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open")),
                fields=("event", "subject_kind", "subject_code", "raised_by", "reason"),
                name="coc_flag_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="policytext",
            constraint=models.UniqueConstraint(
                fields=("event", "number", "language"), name="coc_version_language"
            ),
        ),
        migrations.AddConstraint(
            model_name="policyversion",
            constraint=models.UniqueConstraint(
                fields=("event", "number"), name="coc_version_number"
            ),
        ),
        migrations.AddIndex(
            model_name="talkspeaker",
            index=models.Index(
                fields=["event", "user_code"], name="coc_talk_speaker_user"
            ),
        ),
        migrations.AddConstraint(
            model_name="talkspeaker",
            constraint=models.UniqueConstraint(
                fields=("event", "submission_code", "profile_code"),
                name="coc_talk_speaker",
            ),
        ),
    ]
