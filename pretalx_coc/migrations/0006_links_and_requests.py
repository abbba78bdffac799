# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("pretalx_coc", "0005_saved_filters")]

    operations = [
        migrations.AddField(
            model_name="caselink",
            name="undone",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="caselink",
            name="undone_because",
            field=models.CharField(default="", max_length=300),
        ),
        migrations.AddField(
            model_name="accessrequest",
            name="chased",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
