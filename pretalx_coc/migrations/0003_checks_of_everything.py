# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0

import django.db.models.deletion
from django.db import migrations, models

import pretalx_coc.models.storage


class Migration(migrations.Migration):
    dependencies = [
        ("event", "0044_event_locales_json"),
        ("pretalx_coc", "0002_acceptance_everywhere"),
    ]

    operations = [
        migrations.AddField(
            model_name="check",
            name="looked_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="check",
            name="looked_at_by",
            field=models.CharField(default="", max_length=16),
        ),
        migrations.AddField(
            model_name="check",
            name="media",
            field=models.CharField(default="", max_length=32),
        ),
        migrations.AddField(
            model_name="check",
            name="name",
            field=models.CharField(default="", max_length=255),
        ),
        migrations.AddField(
            model_name="check",
            name="source",
            field=models.CharField(default="", max_length=500),
        ),
        migrations.AddField(
            model_name="cocsettings",
            name="check_pictures",
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name="cocsettings",
            name="extra_detectors",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="cocsettings",
            name="hints_before_submitting",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="cocsettings",
            name="picture_threshold",
            field=models.FloatField(default=0.5),
        ),
        migrations.AddField(
            model_name="finding", name="box", field=models.JSONField(null=True)
        ),
        migrations.AddField(
            model_name="finding",
            name="detector",
            field=models.CharField(default="", max_length=64),
        ),
        migrations.AddField(
            model_name="finding",
            name="earlier",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="pretalx_coc.finding",
            ),
        ),
        migrations.AddField(
            model_name="finding",
            name="page",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="finding",
            name="slide",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.CreateModel(
            name="MaterialCopy",
            fields=[
                (
                    "id",
                    models.AutoField(
                        auto_created=True, primary_key=True, serialize=False
                    ),
                ),
                ("sha256", models.CharField(max_length=64)),
                ("name", models.CharField(max_length=255)),
                ("media", models.CharField(max_length=32)),
                (
                    "file",
                    models.FileField(
                        storage=pretalx_coc.models.storage.private_storage,
                        upload_to=pretalx_coc.models.storage.random_path,
                    ),
                ),
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
        ),
        migrations.AddField(
            model_name="finding",
            name="copy",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                to="pretalx_coc.materialcopy",
            ),
        ),
        migrations.AddField(
            model_name="finding",
            name="preview",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="pretalx_coc.materialcopy",
            ),
        ),
        migrations.CreateModel(
            name="Phrase",
            fields=[
                (
                    "id",
                    models.AutoField(
                        auto_created=True, primary_key=True, serialize=False
                    ),
                ),
                ("kind", models.CharField(max_length=16)),
                ("text", models.CharField(max_length=200)),
                ("category", models.CharField(max_length=32)),
                ("finding_code", models.CharField(max_length=16)),
                ("created", models.DateTimeField()),
                ("created_by", models.CharField(max_length=16)),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="event.event",
                    ),
                ),
            ],
            options={"ordering": ("text", "pk")},
        ),
        migrations.AddConstraint(
            model_name="materialcopy",
            constraint=models.UniqueConstraint(
                fields=("event", "sha256"), name="coc_copy_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="phrase",
            constraint=models.UniqueConstraint(
                fields=("event", "kind", "text"), name="coc_phrase_once"
            ),
        ),
    ]
