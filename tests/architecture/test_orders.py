"""An order says where rows without the value stand: SQLite puts them first, PostgreSQL last."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db.models import Model


def _may_be_absent(model: type[Model], path: str) -> bool:
    """Whether a row may have nothing at the end of `path` (`entity__position`)."""
    here: Any = model
    for name in path.lstrip("-").split("__"):
        field = here._meta.pk if name == "pk" else here._meta.get_field(name)
        if field.null:
            return True
        here = field.related_model
    return False


@pytest.mark.parametrize("model", apps.get_models(), ids=lambda model: model._meta.label)
def test_an_order_by_what_may_be_absent_says_where_it_stands(model: type[Model]) -> None:
    bare = [by for by in model._meta.ordering if isinstance(by, str)]
    assert not [by for by in bare if by != "?" and _may_be_absent(model, by)]


def test_the_walk_sees_what_may_be_absent() -> None:
    line = apps.get_model("costing", "BudgetLine")
    assert _may_be_absent(line, "-axis__code") and not _may_be_absent(line, "account")
