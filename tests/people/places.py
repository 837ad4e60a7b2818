"""Signing in and one's own account: who gets what, and where."""

from __future__ import annotations

from tests.architecture.answers import ALL, NOT_SO, PLAIN, SIGNED, Rows, always
from tests.architecture.world import Given, World

#            nobody stranger reader chamber function admin install. foreign
MOVED = "       302    302    302    302     302    302    302    302"
GUEST = "       200    302    302    302     302    302    302    302"

TABLE: dict[str, Rows] = {
    "account_login": always(GUEST, GUEST),
    "account_logout": always(SIGNED, MOVED),
    "account_reauthenticate": always(SIGNED, SIGNED),
    "account_change_password": always(SIGNED, SIGNED),
    "account_set_password": always(MOVED, MOVED),
    "account_reset_password": always(ALL, ALL),
    "account_reset_password_done": PLAIN,
    "account_reset_password_from_key": always(ALL, ALL),
    "account_reset_password_from_key_done": PLAIN,
    "account_signup": always(GUEST, GUEST),
    "account_inactive": PLAIN,
    "people:account": always(SIGNED, MOVED),
    "people:export": always(SIGNED, NOT_SO),
}


def furnish(world: World) -> Given:
    return Given(kwargs={"account_reset_password_from_key": {"uidb36": "1", "key": "set-password"}})
