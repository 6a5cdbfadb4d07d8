"""Who made a link."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (migrations.swappable_dependency(settings.AUTH_USER_MODEL), ("console", "0001_accounts"))

    operations = (
        migrations.AddField(
            model_name="invitation",
            name="maker",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL
            ),
        ),
    )
