"""What is adopted never changes: the database refuses, whoever asks."""

from django.db import migrations

from maillage.kernel.triggers import keep

SEALED = "('adopted', 'superseded')"
MESSAGE = "Une édition adoptée ne change plus."
KEPT = (
    "scheme_id",
    "number",
    "title",
    "seal",
    "adopted_body",
    "adopted_act",
    "taken_over",
)


def _guards():
    for table in ("schemes_placement", "schemes_milestone", "schemes_section"):
        for verb, row in (("INSERT", "NEW"), ("UPDATE", "OLD"), ("DELETE", "OLD")):
            condition = (
                f"(SELECT status FROM schemes_edition WHERE id = {row}.edition_id) IN {SEALED}"
            )
            yield keep(f"{table}_{verb.lower()}_sealed", table, verb, condition, MESSAGE)
    changed = " OR ".join(f"NEW.{column} <> OLD.{column}" for column in KEPT)
    dates = "COALESCE(NEW.adopted_on, '0001-01-01') <> COALESCE(OLD.adopted_on, '0001-01-01')"
    yield keep(
        "schemes_edition_update_sealed",
        "schemes_edition",
        "UPDATE",
        f"OLD.status IN {SEALED} AND ({changed} OR {dates} OR NEW.status NOT IN {SEALED})",
        MESSAGE,
    )
    yield keep(
        "schemes_edition_delete_sealed",
        "schemes_edition",
        "DELETE",
        f"OLD.status IN {SEALED}",
        MESSAGE,
    )
    for verb in ("UPDATE", "DELETE"):
        yield keep(
            f"schemes_content_{verb.lower()}_sealed",
            "schemes_sealedcontent",
            verb,
            "",
            "Un contenu scellé ne change pas.",
        )


class Migration(migrations.Migration):
    dependencies = [("schemes", "0001_initial")]
    operations = list(_guards())
