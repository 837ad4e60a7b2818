from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exchange", "0002_pages_of_an_extract")]

    operations = [
        migrations.AddField(
            model_name="document",
            name="numbered_for",
            field=models.JSONField(blank=True, default=dict, verbose_name="numérotations gardées"),
        ),
    ]
