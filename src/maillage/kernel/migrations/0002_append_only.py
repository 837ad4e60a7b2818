"""The journal refuses to be rewritten."""

from django.db import migrations

from maillage.kernel.triggers import keep

MESSAGE = "Le journal ne se modifie pas."


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_initial")]
    operations = [
        keep("event_no_update", "kernel_event", "UPDATE", "", MESSAGE),
        keep("event_no_delete", "kernel_event", "DELETE", "", MESSAGE),
    ]
