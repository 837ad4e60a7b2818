"""How a session finds its user: one query, mandates included."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from maillage.people.models import User
from maillage.people.queries import user_with_mandates


class EmailBackend(AuthenticationBackend):  # type: ignore[misc]
    """Signs in by address and password."""

    def get_user(self, user_id: Any) -> User | None:
        user = user_with_mandates(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None
