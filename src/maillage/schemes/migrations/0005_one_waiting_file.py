"""Files in waiting are kept by `imports`: those of a day ago at most are sent again."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("schemes", "0004_own_values")]

    operations = [migrations.DeleteModel(name="PendingImport")]
