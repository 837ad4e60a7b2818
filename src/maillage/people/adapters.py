"""How accounts behave: nobody registers alone. Limits on signing in stand in the settings."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.http import HttpRequest

from maillage.ui.metering import FAILED_SIGN_INS, counted

logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are opened by an administrator."""
        return False

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Told in the server's log: where it came from, never what was typed."""
        address = self.get_client_ip(request)
        counted(FAILED_SIGN_INS)
        logger.warning("sign-in failed from %s", address, extra={"address": address})

    def send_mail(self, template_prefix: str, email: str, context: Mapping[str, Any]) -> None:
        """Sent to nobody where the address has no account: as long as where it has one, so that
        time tells nothing."""
        message = self.render_mail(template_prefix, email, context)
        if template_prefix.endswith("unknown_account"):
            message.to = []
        get_connection().send_messages([message])

    def render_mail(
        self,
        template_prefix: str,
        email: str,
        context: Mapping[str, Any],
        headers: Mapping[str, str] | None = None,
    ) -> EmailMessage:
        """A mail that says the name of the installation, never that of a host."""
        named = {**context, "installation": settings.INSTALLATION_NAME}
        mail: EmailMessage = super().render_mail(template_prefix, email, named, headers)
        return mail

    def format_email_subject(self, subject: str) -> str:
        return f"{settings.INSTALLATION_NAME}\u00a0: {subject}"
