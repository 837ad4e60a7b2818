"""The form that signs in: its fields named as the rest of the house names them."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm


class SignIn(LoginForm):  # type: ignore[misc]  # allauth has no types
    """Address and password, each told by its label alone."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "Adresse électronique"
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
