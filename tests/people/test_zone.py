"""Hours are told in the reader's time zone, and say which; days stay those of the installation."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from maillage.kernel.models import Event
from maillage.kernel.verdicts import Refusal
from maillage.people.actions import choose_zone, erase_account
from maillage.people.actors import INSTALLATION
from maillage.people.queries import actor_of, personal_data
from maillage.schemes.models import Edition
from maillage.ui import clock
from maillage.ui.templatetags.ui import date_fr, datetime_fr, datetime_zone

LATE = dt.datetime(2026, 11, 30, 22, 30, tzinfo=dt.UTC)
B = "\u00a0"


@pytest.mark.parametrize(
    ("zone", "told"),
    [
        ("", f"30{B}novembre{B}2026 à 23{B}h{B}30 (heure de Paris)"),
        ("Indian/Reunion", f"1er{B}décembre{B}2026 à 2{B}h{B}30 (heure de La Réunion)"),
        ("America/Martinique", f"30{B}novembre{B}2026 à 18{B}h{B}30 (heure de Martinique)"),
        ("UTC", f"30{B}novembre{B}2026 à 22{B}h{B}30 (temps universel)"),
    ],
)
def test_an_hour_is_told_where_one_reads_and_says_where(zone: str, told: str) -> None:
    with clock.read_in(lambda: zone):
        assert datetime_zone(LATE) == told
        assert date_fr(LATE.date()) == f"30{B}novembre{B}2026", "a date has no zone"
    assert datetime_fr(LATE) == f"30{B}novembre{B}2026 à 23{B}h{B}30"


def test_every_zone_offered_exists_and_says_what_it_is() -> None:
    winter = dict(clock.choices(dt.datetime(2026, 1, 15, tzinfo=dt.UTC)))
    summer = dict(clock.choices(dt.datetime(2026, 7, 15, tzinfo=dt.UTC)))
    assert winter["Europe/Paris"] == "Paris (UTC+1)"
    assert summer["Europe/Paris"] == "Paris (UTC+2)"
    assert winter["Pacific/Marquesas"] == "Îles Marquises (UTC−9:30)"
    assert winter[""] == "celui de l’installation (heure de Paris)"
    assert set(winter) == {"", *clock.NAMES}


def test_the_account_page_sets_it_and_every_page_follows(draft: Edition, people: Any) -> None:
    someone = people(draft)
    who, client = someone.administrator.user, someone.administrator.client
    journal = "/reseaux/essai/journal/"
    assert "heure de Paris" in client.get(journal).content.decode()
    page = client.get("/compte/").content.decode()
    assert "celui de l’installation" in page and "La Réunion (UTC+4)" in page
    assert client.post("/compte/", {"time_zone": "Mars/Olympus"}).status_code == 422
    assert client.post("/compte/", {"time_zone": "Indian/Reunion"}).status_code == 302
    who.refresh_from_db()
    assert who.time_zone == "Indian/Reunion"
    event = Event.objects.get(verb="people.zone.chosen")
    assert event.diff == {}, "no personal data enters the journal"
    told = client.get(journal).content.decode()
    assert "heure de La Réunion" in told and 'data-zone="Indian/Reunion"' in told
    last = Event.objects.filter(chain="network:essai").order_by("-sequence")[0]
    local = timezone.localtime(last.at, clock._zone("Indian/Reunion"))
    assert f"à {local.hour}{B}h{B}{local.minute:02d}" in told
    assert "heure de Paris" in someone.reader.client.get(journal).content.decode()
    assert personal_data(who)["fuseau horaire"] == "Indian/Reunion"
    erase_account(who, actor=INSTALLATION)
    who.refresh_from_db()
    assert who.time_zone == ""


def test_nobody_chooses_for_another(draft: Edition, people: Any) -> None:
    someone = people(draft)
    with pytest.raises(Refusal, match="son propre compte"):
        choose_zone(
            someone.reader.user, actor=actor_of(someone.administrator.user), time_zone="UTC"
        )
    with pytest.raises(Refusal, match="Fuseau horaire inconnu"):
        choose_zone(someone.reader.user, actor=actor_of(someone.reader.user), time_zone="Lune")


def test_today_is_the_installation_s_whoever_reads() -> None:
    with clock.read_in(lambda: "Pacific/Wallis"):
        assert timezone.localdate(LATE) == dt.date(2026, 11, 30)
