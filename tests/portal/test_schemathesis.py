"""The API against its own OpenAPI description: no server error, no undeclared answer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from maillage.portal.api import api
from tests.builders import load, small_document
from tests.depth import examples

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
schema = schemathesis.openapi.from_dict(api.get_openapi_schema())
schema.app = get_wsgi_application()


@pytest.fixture
def published(db: None) -> Iterator[None]:
    """Something to read, over one connection: a server would close it after each request."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    load(small_document(), adopted=True)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.mark.deep
@pytest.mark.django_db
@schema.parametrize()
@examples(
    15,
    suppress_health_check=list(HealthCheck),
)
def test_the_api_keeps_its_word(case, published) -> None:
    case.call_and_validate(checks=CHECKS, headers={"Accept-Encoding": "identity"})
