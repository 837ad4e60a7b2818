"""A shipped scheme brought to an installation that has some of its editions already."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import call_command

from maillage.people.actors import INSTALLATION
from maillage.schemes.actions import import_edition
from maillage.schemes.engine.referential import series
from maillage.schemes.models import Edition

SHIPPED = "pays-de-la-loire-2017-2021"


@pytest.mark.django_db
def test_an_edition_that_stands_otherwise_is_said_and_left_and_the_missing_ones_come() -> None:
    first, second, *later = series(SHIPPED)
    import_edition(None, first, actor=INSTALLATION)
    other = replace(second, document=replace(second.document, title="Tel qu’autrefois"))
    stood = import_edition(None, other, actor=INSTALLATION)
    assert stood.is_sealed
    told = StringIO()
    call_command("scheme-import", SHIPPED, stdout=told)
    assert "Édition 2 : déjà là avec un autre contenu, laissée telle quelle." in told.getvalue()
    kept = Edition.objects.get(pk=stood.pk)
    assert (kept.title, kept.seal) == ("Tel qu’autrefois", stood.seal)
    numbers = [first.document.number, 2, *(file.document.number for file in later)]
    assert list(Edition.objects.order_by("number").values_list("number", flat=True)) == numbers
    assert Edition.objects.get(status="adopted").number == numbers[-1] > 2
    events = len(told.getvalue().splitlines())
    call_command("scheme-import", SHIPPED, stdout=told)
    assert len(told.getvalue().splitlines()) == 2 * events
    assert Edition.objects.count() == len(numbers), "a second run brings nothing"
