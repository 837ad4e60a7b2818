from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0003_visits")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="time_zone",
            field=models.CharField(
                blank=True, default="", max_length=40, verbose_name="fuseau horaire"
            ),
        ),
    ]
