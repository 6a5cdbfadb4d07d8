"""Roles and links."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = (migrations.swappable_dependency(settings.AUTH_USER_MODEL),)

    operations = (
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("contract", models.CharField(max_length=200)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("officer", "officer"),
                            ("preparer", "preparer"),
                            ("worker", "worker"),
                            ("systems", "systems"),
                            ("auditor", "auditor"),
                        ],
                        max_length=20,
                    ),
                ),
                ("worker", models.CharField(blank=True, default="", max_length=200)),
                ("ends", models.DateField(blank=True, null=True)),
                ("expires", models.DateTimeField()),
                ("used", models.DateTimeField(blank=True, null=True)),
                ("made_by", models.CharField(blank=True, default="", max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("contract", models.CharField(max_length=200)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("officer", "officer"),
                            ("preparer", "preparer"),
                            ("worker", "worker"),
                            ("systems", "systems"),
                            ("auditor", "auditor"),
                        ],
                        max_length=20,
                    ),
                ),
                ("worker", models.CharField(blank=True, default="", max_length=200)),
                ("ends", models.DateField(blank=True, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("user", "contract"), name="one_role_a_contract")],
            },
        ),
    )
