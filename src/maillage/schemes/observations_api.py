"""Observations through the API: what holds as of a day, recorded, corrected, withdrawn."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Field, Router, Schema
from ninja.security import SessionAuth
from pydantic import ConfigDict

from maillage.people.queries import kept_network
from maillage.people.requests import Request
from maillage.schemes.actions.observations import (
    MOST,
    correct_observation,
    record_observations,
    withdraw_observation,
)
from maillage.schemes.engine.observed import MOST_EVIDENCE, MOST_OBSERVER, ObservedDoc
from maillage.schemes.models import Observation
from maillage.schemes.observations import doc_of, observations_visible_to
from maillage.ui.api import READ, WRITE, refuse_unknown

router = Router()


class ObservationIn(Schema):
    """What is in place of a cell, on a day. An empty lead or list says nothing of them."""

    model_config = ConfigDict(extra="forbid")

    process: str = Field(max_length=80)
    entity: str = Field("", max_length=60)
    on: dt.date
    mode: str = Field(max_length=1)
    lead: str = Field("", max_length=60)
    served: list[str] = Field(default_factory=list, max_length=500)
    observer: str = Field(max_length=MOST_OBSERVER)
    evidence: str = Field("", max_length=MOST_EVIDENCE)
    comment: str = Field("", max_length=MOST_EVIDENCE)


class ObservationOut(ObservationIn):
    """`withdrawn`: why it was taken back, "" where it holds."""

    id: str
    withdrawn: str


class ObservationsIn(Schema):
    model_config = ConfigDict(extra="forbid")

    observations: list[ObservationIn] = Field(min_length=1, max_length=MOST)


class CorrectionIn(Schema):
    """Fields left out stay as they are."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(max_length=500)
    on: dt.date | None = None
    mode: str | None = Field(None, max_length=1)
    lead: str | None = Field(None, max_length=60)
    served: list[str] | None = Field(None, max_length=500)
    observer: str | None = Field(None, max_length=MOST_OBSERVER)
    evidence: str | None = Field(None, max_length=MOST_EVIDENCE)
    comment: str | None = Field(None, max_length=MOST_EVIDENCE)


class WithdrawalIn(Schema):
    model_config = ConfigDict(extra="forbid")

    reason: str = Field(max_length=500)


def _out(row: Observation) -> dict[str, Any]:
    held = doc_of(row)
    told = {name: getattr(held, name) for name in ObservationIn.model_fields}
    return told | {"served": list(held.served), "id": row.public_id, "withdrawn": row.withdrawn}


def _one(request: Request, observation: str) -> Observation:
    found: Observation = get_object_or_404(
        observations_visible_to(request.actor), public_id=observation
    )
    return found


@router.get(
    "/networks/{network}/observations", response={200: list[ObservationOut], **READ},
    tags=["constats"],
)  # fmt: skip
def observations(request: Request, network: str, as_of: dt.date | None = None) -> Any:
    """What holds as of a day, today by default: the last of each cell, the withdrawn left out."""
    refuse_unknown(request, as_of=None)
    found = kept_network(request, network)
    day = as_of or timezone.localdate()
    rows = observations_visible_to(request.actor).filter(
        network=found, withdrawn="", observed_on__lte=day
    )
    held = {(row.process_id, row.entity_id): row for row in rows.order_by("observed_on", "pk")}
    return 200, [_out(row) for row in held.values()]


@router.post(
    "/networks/{network}/observations", response={201: list[ObservationOut], **WRITE},
    auth=SessionAuth(), tags=["constats"],
)  # fmt: skip
def record_observed(request: Request, network: str, payload: ObservationsIn) -> Any:
    """Record what was observed, all or none."""
    rows = [
        ObservedDoc(**{**one.model_dump(), "served": tuple(one.served)})
        for one in payload.observations
    ]
    found = kept_network(request, network)
    return 201, [_out(row) for row in record_observations(found, actor=request.actor, rows=rows)]


@router.patch(
    "/observations/{observation}", response={200: ObservationOut, **WRITE},
    auth=SessionAuth(), tags=["constats"],
)  # fmt: skip
def correct_observed(request: Request, observation: str, payload: CorrectionIn) -> Any:
    """Change what an observation says, for a reason the journal keeps."""
    one, given = _one(request, observation), payload.model_dump(exclude_unset=True)
    reason = given.pop("reason")
    held = {name: getattr(doc_of(one), name) for name in ObservationIn.model_fields}
    row = ObservedDoc(**{**held, **{k: v for k, v in given.items() if v is not None}})
    return 200, _out(correct_observation(one, actor=request.actor, row=row, reason=reason))


@router.post(
    "/observations/{observation}/withdrawal", response={200: ObservationOut, **WRITE},
    auth=SessionAuth(), tags=["constats"],
)  # fmt: skip
def withdraw_observed(request: Request, observation: str, payload: WithdrawalIn) -> Any:
    """Take an observation back, for a reason; the history of its cell keeps it."""
    one = _one(request, observation)
    return 200, _out(withdraw_observation(one, actor=request.actor, reason=payload.reason))
