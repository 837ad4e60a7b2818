"""An extract begins after the page printed 1: its place is then 0 or less."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exchange", "0001_documents")]

    operations = [
        migrations.AlterField(
            model_name="document",
            name="first_page",
            field=models.IntegerField(default=1, verbose_name="page du fichier imprimée 1"),
        ),
    ]
