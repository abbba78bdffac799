# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0

import django.db.models.deletion
from django.db import migrations, models

import pretalx.common.models.mixins

import pretalx_coc.models.storage


class Migration(migrations.Migration):
    dependencies = [
        ("event", "0044_event_locales_json"),
        ("pretalx_coc", "0003_checks_of_everything"),
    ]

    operations = [
        migrations.AddField(
            model_name="cocsettings",
            name="acknowledge_hours",
            field=models.PositiveSmallIntegerField(default=24),
        ),
        migrations.AddField(
            model_name="cocsettings",
            name="administrators_look",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="cocsettings",
            name="appeal_days",
            field=models.PositiveSmallIntegerField(default=14),
        ),
        migrations.AddField(
            model_name="cocsettings",
            name="decide_days",
            field=models.PositiveSmallIntegerField(default=14),
        ),
        migrations.AddField(
            model_name="cocsettings",
            name="keep_concerns",
            field=models.PositiveSmallIntegerField(default=12),
        ),
        migrations.AddField(
            model_name="cocsettings",
            name="keep_exclusion",
            field=models.PositiveSmallIntegerField(default=12),
        ),
        migrations.AddField(
            model_name="cocsettings",
            name="keep_not_established",
            field=models.PositiveSmallIntegerField(default=12),
        ),
        migrations.AddField(
            model_name="cocsettings",
            name="keep_unfounded",
            field=models.PositiveSmallIntegerField(default=6),
        ),
        migrations.AddField(
            model_name="cocsettings",
            name="keep_warning",
            field=models.PositiveSmallIntegerField(default=24),
        ),
        migrations.AddField(
            model_name="cocsettings",
            name="outside_email",
            field=models.EmailField(default="", max_length=254),
        ),
        migrations.AddField(
            model_name="cocsettings",
            name="outside_name",
            field=models.CharField(default="", max_length=200),
        ),
        migrations.AddField(
            model_name="cocsettings",
            name="two_people",
            field=models.CharField(default="exclusions", max_length=16),
        ),
        migrations.CreateModel(
            name="Case",
            fields=[
                (
                    "id",
                    models.AutoField(
                        auto_created=True, primary_key=True, serialize=False
                    ),
                ),
                ("code", models.CharField(max_length=16)),
                ("code_name", models.CharField(max_length=64)),
                ("subject_kind", models.CharField(max_length=16)),
                ("subject_code", models.CharField(max_length=16)),
                ("subject_text", models.CharField(max_length=500)),
                ("subject_user", models.CharField(max_length=16)),
                ("state", models.CharField(default="new", max_length=16)),
                (
                    "severity",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "low"),
                            (2, "medium"),
                            (3, "high"),
                            (4, "people are in danger now"),
                        ],
                        default=2,
                    ),
                ),
                ("category", models.CharField(default="other", max_length=32)),
                ("place", models.CharField(max_length=200)),
                ("may_be_told", models.TextField()),
                ("created", models.DateTimeField()),
                ("created_by", models.CharField(max_length=16)),
                ("changed", models.DateTimeField()),
                ("acknowledge_due", models.DateTimeField()),
                ("decide_due", models.DateTimeField()),
                ("acknowledged", models.DateTimeField(blank=True, null=True)),
                ("decided", models.DateTimeField(blank=True, null=True)),
                ("closed", models.DateTimeField(blank=True, null=True)),
                ("outcome", models.CharField(default="", max_length=16)),
                ("assignee", models.CharField(max_length=16)),
                ("claimed_by", models.CharField(max_length=16)),
                ("claimed_until", models.DateTimeField(blank=True, null=True)),
                ("next_step", models.CharField(max_length=300)),
                ("next_due", models.DateTimeField(blank=True, null=True)),
                ("waiting_for", models.CharField(max_length=16)),
                ("waiting_until", models.DateTimeField(blank=True, null=True)),
                ("hearing", models.CharField(default="open", max_length=16)),
                ("hearing_due", models.DateTimeField(blank=True, null=True)),
                ("merged_into", models.CharField(max_length=16)),
                ("revision", models.PositiveIntegerField(default=0)),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="event.event",
                    ),
                ),
            ],
            bases=(pretalx.common.models.mixins.GenerateCode, models.Model),
        ),
        migrations.CreateModel(
            name="CaseEntry",
            fields=[
                (
                    "id",
                    models.AutoField(
                        auto_created=True, primary_key=True, serialize=False
                    ),
                ),
                ("case_code", models.CharField(max_length=16)),
                ("kind", models.CharField(max_length=32)),
                ("created", models.DateTimeField()),
                ("author_code", models.CharField(max_length=16)),
                ("text", models.TextField()),
                ("data", models.JSONField(default=dict)),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="event.event",
                    ),
                ),
            ],
            options={"ordering": ("created", "pk")},
        ),
        migrations.CreateModel(
            name="CaseFile",
            fields=[
                (
                    "id",
                    models.AutoField(
                        auto_created=True, primary_key=True, serialize=False
                    ),
                ),
                ("code", models.CharField(max_length=32)),
                ("name", models.CharField(max_length=200)),
                (
                    "file",
                    models.FileField(
                        storage=pretalx_coc.models.storage.private_storage,
                        upload_to=pretalx_coc.models.storage.random_path,
                    ),
                ),
                ("size", models.PositiveIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("created", models.DateTimeField()),
                ("added_by", models.CharField(max_length=16)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="pretalx_coc.case",
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
            options={"ordering": ("created", "pk")},
            bases=(pretalx.common.models.mixins.GenerateCode, models.Model),
        ),
        migrations.CreateModel(
            name="CaseItem",
            fields=[
                (
                    "id",
                    models.AutoField(
                        auto_created=True, primary_key=True, serialize=False
                    ),
                ),
                ("kind", models.CharField(max_length=16)),
                ("ref", models.CharField(max_length=16)),
                ("attached", models.DateTimeField()),
                ("attached_by", models.CharField(max_length=16)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="pretalx_coc.case",
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
        ),
        migrations.CreateModel(
            name="CaseLink",
            fields=[
                (
                    "id",
                    models.AutoField(
                        auto_created=True, primary_key=True, serialize=False
                    ),
                ),
                ("reason", models.CharField(max_length=300)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="links",
                        to="pretalx_coc.case",
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
                (
                    "other",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="pretalx_coc.case",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CaseMember",
            fields=[
                (
                    "id",
                    models.AutoField(
                        auto_created=True, primary_key=True, serialize=False
                    ),
                ),
                ("user_code", models.CharField(max_length=16)),
                ("standing", models.CharField(default="asked", max_length=16)),
                ("declared", models.DateTimeField(blank=True, null=True)),
                ("named", models.DateTimeField(blank=True, null=True)),
                ("let_in_by", models.CharField(max_length=16)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="members",
                        to="pretalx_coc.case",
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
        ),
        migrations.CreateModel(
            name="CasePerson",
            fields=[
                (
                    "id",
                    models.AutoField(
                        auto_created=True, primary_key=True, serialize=False
                    ),
                ),
                ("role", models.CharField(max_length=16)),
                ("user_code", models.CharField(max_length=16)),
                ("name", models.CharField(max_length=200)),
                ("contact", models.CharField(max_length=300)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="people",
                        to="pretalx_coc.case",
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
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                (
                    "id",
                    models.AutoField(
                        auto_created=True, primary_key=True, serialize=False
                    ),
                ),
                ("code", models.CharField(max_length=16)),
                ("state", models.CharField(default="proposed", max_length=16)),
                ("measure", models.CharField(max_length=32)),
                ("on_site", models.JSONField(default=list)),
                ("reason", models.TextField()),
                ("evidence", models.JSONField(default=list)),
                ("statement", models.TextField()),
                ("statement_language", models.CharField(max_length=32)),
                ("conditions", models.TextField()),
                ("talks", models.JSONField(default=list)),
                ("talk_state", models.CharField(max_length=16)),
                ("also", models.JSONField(default=list)),
                ("resources", models.JSONField(default=list)),
                ("starts", models.DateTimeField()),
                ("ends", models.DateTimeField(blank=True, null=True)),
                ("review_date", models.DateField(blank=True, null=True)),
                ("change_due", models.DateTimeField(blank=True, null=True)),
                ("proposed_by", models.CharField(max_length=16)),
                ("proposed", models.DateTimeField()),
                ("approved_by", models.CharField(max_length=16)),
                ("approved_outside", models.BooleanField(default=False)),
                ("approved", models.DateTimeField(blank=True, null=True)),
                ("alone_because", models.TextField()),
                ("emergency", models.BooleanField(default=False)),
                ("second_look_due", models.DateTimeField(blank=True, null=True)),
                ("effects", models.JSONField(default=list)),
                ("delivered", models.DateTimeField(blank=True, null=True)),
                ("appeal_until", models.DateTimeField(blank=True, null=True)),
                ("lifted", models.DateTimeField(blank=True, null=True)),
                ("lifted_reason", models.TextField()),
                ("revision", models.PositiveIntegerField(default=0)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="decisions",
                        to="pretalx_coc.case",
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
            options={"ordering": ("proposed", "pk")},
            bases=(pretalx.common.models.mixins.GenerateCode, models.Model),
        ),
        migrations.CreateModel(
            name="Appeal",
            fields=[
                (
                    "id",
                    models.AutoField(
                        auto_created=True, primary_key=True, serialize=False
                    ),
                ),
                ("text", models.TextField()),
                ("created", models.DateTimeField()),
                ("state", models.CharField(default="open", max_length=16)),
                ("handled_by", models.CharField(max_length=16)),
                ("handled_outside", models.BooleanField(default=False)),
                ("handled", models.DateTimeField(blank=True, null=True)),
                ("answer", models.TextField()),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="event.event",
                    ),
                ),
                (
                    "decision",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="appeal",
                        to="pretalx_coc.decision",
                    ),
                ),
            ],
            options={"ordering": ("created", "pk")},
        ),
        migrations.CreateModel(
            name="Exclusion",
            fields=[
                (
                    "id",
                    models.AutoField(
                        auto_created=True, primary_key=True, serialize=False
                    ),
                ),
                ("event_slug", models.CharField(max_length=50)),
                ("only_event", models.BooleanField(default=True)),
                ("case_code", models.CharField(max_length=16)),
                ("decision_code", models.CharField(max_length=16)),
                ("user_code", models.CharField(max_length=16)),
                ("key_id", models.CharField(max_length=16)),
                ("address_hash", models.CharField(max_length=64)),
                ("starts", models.DateTimeField()),
                ("ends", models.DateTimeField(blank=True, null=True)),
                ("created", models.DateTimeField()),
                ("lifted", models.DateTimeField(blank=True, null=True)),
                (
                    "organiser",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="event.organiser",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="OutsideLink",
            fields=[
                (
                    "id",
                    models.AutoField(
                        auto_created=True, primary_key=True, serialize=False
                    ),
                ),
                ("purpose", models.CharField(max_length=16)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("created", models.DateTimeField()),
                ("expires", models.DateTimeField()),
                ("used", models.DateTimeField(blank=True, null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="pretalx_coc.case",
                    ),
                ),
                (
                    "decision",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="pretalx_coc.decision",
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
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="Report",
            fields=[
                (
                    "id",
                    models.AutoField(
                        auto_created=True, primary_key=True, serialize=False
                    ),
                ),
                ("code", models.CharField(max_length=16)),
                ("text", models.TextField()),
                ("happened", models.CharField(max_length=200)),
                ("wishes", models.TextField()),
                ("recorded_by", models.CharField(max_length=16)),
                ("created", models.DateTimeField()),
                ("answer_due", models.DateTimeField(blank=True, null=True)),
                ("answered", models.DateTimeField(blank=True, null=True)),
                ("answer", models.TextField()),
                ("second_look", models.DateTimeField(blank=True, null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reports",
                        to="pretalx_coc.case",
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
                (
                    "reporter",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="pretalx_coc.caseperson",
                    ),
                ),
            ],
            options={"ordering": ("created", "pk")},
            bases=(pretalx.common.models.mixins.GenerateCode, models.Model),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["event", "state"], name="coc_case_state"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                fields=["event", "subject_kind", "subject_code"],
                name="coc_case_subject",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.UniqueConstraint(
                fields=("event", "code"), name="coc_case_code"
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.UniqueConstraint(
                fields=("event", "code_name"), name="coc_case_code_name"
            ),
        ),
        migrations.AddIndex(
            model_name="caseentry",
            index=models.Index(
                fields=["event", "case_code"], name="coc_case_entry_case"
            ),
        ),
        migrations.AddConstraint(
            model_name="casefile",
            constraint=models.UniqueConstraint(
                fields=("event", "code"), name="coc_case_file_code"
            ),
        ),
        migrations.AddConstraint(
            model_name="caseitem",
            constraint=models.UniqueConstraint(
                fields=("case", "kind", "ref"), name="coc_case_item"
            ),
        ),
        migrations.AddConstraint(
            model_name="caseitem",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "talk"), _negated=True),
                fields=("event", "kind", "ref"),
                name="coc_case_item_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="caselink",
            constraint=models.UniqueConstraint(
                fields=("case", "other"), name="coc_case_link"
            ),
        ),
        migrations.AddIndex(
            model_name="casemember",
            index=models.Index(
                fields=["event", "user_code"], name="coc_case_member_user"
            ),
        ),
        migrations.AddConstraint(
            model_name="casemember",
            constraint=models.UniqueConstraint(
                fields=("case", "user_code"), name="coc_case_member"
            ),
        ),
        migrations.AddIndex(
            model_name="caseperson",
            index=models.Index(
                fields=["event", "user_code"], name="coc_case_person_user"
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.UniqueConstraint(
                fields=("event", "code"), name="coc_decision_code"
            ),
        ),
        migrations.AddIndex(
            model_name="exclusion",
            index=models.Index(
                fields=["organiser", "user_code"], name="coc_exclusion_account"
            ),
        ),
        migrations.AddIndex(
            model_name="exclusion",
            index=models.Index(
                fields=["organiser", "address_hash"], name="coc_exclusion_address"
            ),
        ),
        migrations.AddConstraint(
            model_name="exclusion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("user_code", ""), _negated=True),
                    models.Q(("address_hash", ""), _negated=True),
                    _connector="OR",
                ),
                name="coc_exclusion_of_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.UniqueConstraint(
                fields=("event", "code"), name="coc_report_code"
            ),
        ),
    ]
