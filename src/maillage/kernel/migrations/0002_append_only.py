"""The journal refuses to be rewritten."""

from django.db import migrations

from maillage.kernel.triggers import refuse

MESSAGE = "Le journal ne se modifie pas."


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_initial")]
    operations = [
        refuse("event_no_update", "kernel_event", "UPDATE", "", MESSAGE),
        refuse("event_no_delete", "kernel_event", "DELETE", "", MESSAGE),
    ]
