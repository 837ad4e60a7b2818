"""A vote typed wrongly is corrected: counted, so that the database lets nothing else through."""

from django.db import migrations, models

from maillage.kernel.triggers import Trigger, around, drop, keep

NAME, TABLE = "finance_budget_update_voted", "finance_budget"
MESSAGE = "Un budget voté ne change plus."
KEPT = ("entity_id", "year", "kind", "number", "version")
VOTE = ("voted_body", "voted_act", "voted_on")


def _changed(columns):
    return " OR ".join(f"NEW.{column} <> OLD.{column}" for column in columns)


FORMER = Trigger(
    NAME,
    TABLE,
    "UPDATE",
    "OLD.status <> 'draft' AND ("
    + _changed(("entity_id", "year", "kind", "number", "voted_body", "voted_act", "version"))
    + " OR NEW.voted_on <> OLD.voted_on OR NEW.status = 'draft')",
    MESSAGE,
)
CORRECTED = "NEW.vote_corrections = OLD.vote_corrections + 1"


class Migration(migrations.Migration):
    dependencies = [
        ("costing", "0001_initial"),
        ("finance", "0008_cash_plans"),
    ]

    operations = [
        drop(FORMER),
        *around(
            migrations.AddField(
                model_name="budget",
                name="vote_corrections",
                field=models.PositiveSmallIntegerField(
                    default=0, verbose_name="corrections du vote"
                ),
            ),
        ),
        keep(
            NAME,
            TABLE,
            "UPDATE",
            f"OLD.status <> 'draft' AND ({_changed(KEPT)} OR NEW.status = 'draft'"
            f" OR (({_changed(VOTE)}) AND NOT ({CORRECTED}))"
            f" OR (NEW.vote_corrections <> OLD.vote_corrections AND NOT ({CORRECTED})))",
            MESSAGE,
        ),
    ]
