from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (migrations.swappable_dependency(settings.AUTH_USER_MODEL), ("console", "0002_maker"))
    operations = (
        migrations.CreateModel(
            name="SavedView",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("contract", models.CharField(blank=True, default="", max_length=200)),
                ("name", models.CharField(max_length=60)),
                ("query", models.CharField(max_length=500)),
                ("user", models.ForeignKey(on_delete=models.CASCADE, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("user", "contract", "name"), name="one_view_a_name"),
                ],
            },
        ),
    )
