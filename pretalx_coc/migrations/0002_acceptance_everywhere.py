# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("event", "0044_event_locales_json"),
        ("pretalx_coc", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="acceptance",
            name="material",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="acceptance", name="note", field=models.TextField(default="")
        ),
        migrations.AddField(
            model_name="acceptance",
            name="recorded_by",
            field=models.CharField(default="", max_length=16),
        ),
        migrations.AddField(
            model_name="cocsettings",
            name="ask_each_proposal",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="cocsettings",
            name="clone_publishes",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="cocsettings",
            name="contact_email",
            field=models.EmailField(default="", max_length=254),
        ),
        migrations.AddField(
            model_name="cocsettings",
            name="contact_people",
            field=models.CharField(default="", max_length=500),
        ),
        migrations.AddField(
            model_name="cocsettings",
            name="contact_phone",
            field=models.CharField(default="", max_length=64),
        ),
        migrations.AddField(
            model_name="cocsettings",
            name="gate_holds",
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name="cocsettings",
            name="mail_mode",
            field=models.CharField(default="at_once", max_length=16),
        ),
        migrations.AddField(
            model_name="cocsettings",
            name="material_tick",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="cocsettings",
            name="reminder_days",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="cocsettings",
            name="reminder_max",
            field=models.PositiveSmallIntegerField(default=3),
        ),
        migrations.AddField(
            model_name="cocsettings",
            name="reminder_until",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="cocsettings",
            name="team_accepts",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="policy",
            name="number_required",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="policyversion",
            name="everyone_accepts",
            field=models.BooleanField(default=True),
        ),
        migrations.CreateModel(
            name="Ask",
            fields=[
                (
                    "id",
                    models.AutoField(
                        auto_created=True, primary_key=True, serialize=False
                    ),
                ),
                ("user_code", models.CharField(max_length=16)),
                ("profile_code", models.CharField(max_length=16)),
                ("number", models.PositiveIntegerField()),
                ("asked", models.DateTimeField()),
                ("reminders", models.PositiveIntegerField(default=0)),
                ("last_reminder", models.DateTimeField(blank=True, null=True)),
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
                        fields=("event", "number", "profile_code"), name="coc_ask_once"
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="Decline",
            fields=[
                (
                    "id",
                    models.AutoField(
                        auto_created=True, primary_key=True, serialize=False
                    ),
                ),
                ("user_code", models.CharField(max_length=16)),
                ("profile_code", models.CharField(max_length=16)),
                ("number", models.PositiveIntegerField()),
                ("reason", models.TextField()),
                ("declined", models.DateTimeField()),
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
                "ordering": ("-declined", "-pk"),
                "indexes": [
                    models.Index(
                        fields=["event", "number", "user_code"], name="coc_decline_user"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LetThrough",
            fields=[
                (
                    "id",
                    models.AutoField(
                        auto_created=True, primary_key=True, serialize=False
                    ),
                ),
                ("submission_code", models.CharField(max_length=16)),
                ("reason", models.TextField()),
                ("let_by", models.CharField(max_length=16)),
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
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("event", "submission_code"), name="coc_let_through_once"
                    )
                ]
            },
        ),
    ]
