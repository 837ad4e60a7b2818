"""`maillage account`: the first administrator, opened from the command line."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command

from maillage.people.models import User
from maillage.people.queries import actor_of


@pytest.mark.django_db
def test_it_opens_an_administrator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("une phrase assez longue\n"))
    call_command("account", "jeanne@essai.test", "Jeanne", "--administrator")
    user = User.objects.get(email="jeanne@essai.test")
    assert user.check_password("une phrase assez longue")
    assert actor_of(user).administers(None)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("email", "password"), [("jeanne@essai.test", "court"), ("jeanne", "x" * 20)]
)
def test_it_refuses_in_words(monkeypatch: pytest.MonkeyPatch, email: str, password: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(password + "\n"))
    with pytest.raises(CommandError):
        call_command("account", email, "Jeanne")
    assert not User.objects.exists()
