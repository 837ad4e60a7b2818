"""The API of a register: list, one, create, change with `If-Match`; described by OpenAPI.

Same filters, readers, rules and refusals as the pages. Amounts are integer cents, decimals texts.
"""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from ninja import Router, Schema
from ninja.security import SessionAuth
from pydantic import ConfigDict, create_model
from pydantic import Field as Described

from maillage.kernel.actions import MovedError
from maillage.kernel.verdicts import refuse, require
from maillage.people.requests import Request
from maillage.registers.actions import verbs_of
from maillage.registers.changes import BY_VERB, UNREAD, taken
from maillage.registers.declaration import Fault, Field, Register
from maillage.registers.queries import Reading, Record
from maillage.registers.saving import seen_of
from maillage.registers.views.page import opened, question_of
from maillage.registers.views.sheet import found_row
from maillage.ui.fields import sent_number


class Problem(Schema):
    """RFC 9457 problem details; `detail` is French, for a person."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str


READ: dict[Any, Any] = {404: Problem, 422: Problem}
WRITE: dict[Any, Any] = {**READ, 400: Problem, 401: Problem, 403: Problem, 409: Problem}
CHANGE: dict[Any, Any] = {**WRITE, 412: Problem, 428: Problem}


def _schemas(register: Register) -> tuple[Any, Any]:
    """What a row is sent as (the fields one reads), and taken as (those one gives)."""
    name = register.name.title()
    fields: dict[str, Any] = {f.name: (f.kind.schema | None, _default(f)) for f in register.fields}
    out = create_model(f"{name}Out", __base__=Schema, code=(str, ...), archived=(bool, ...),
                       etag=(str, ...), **fields)  # fmt: skip
    strict = ConfigDict(extra="forbid")
    given = create_model(f"{name}In", __config__=strict, **fields)
    return out, given


def _default(asked: Field) -> Any:
    """None; of what an act alone writes, said to be read only, so that its refusal is a fault."""
    return Described(None, json_schema_extra={"readOnly": True}) if asked.by_verb else None


def _parameters(register: Register) -> list[dict[str, Any]]:
    """The filters of the list, as OpenAPI describes them."""
    own = {"q": "Texte cherché", "tri": "Champ, un tiret devant pour l’ordre inverse",
           "page": "Numéro de la page", "lignes": "Fiches par page : 50, 200 ou 1000",
           "archives": "oui : avec les fiches archivées"}  # fmt: skip
    named = {
        f"{f.name}.{operator}" if operator else f.name: f"{f.title} {operator}".strip()
        for f in register.fields
        for operator in f.kind.operators
    }
    return [
        {"name": name, "in": "query", "required": False, "schema": {"type": "string"},
         "description": said}
        for name, said in (own | named).items()
    ]  # fmt: skip


def router_of(register: Register) -> Router:
    """The addresses of a register under `/v1/networks/{network}/<path>`."""
    router, verbs = Router(tags=[register.many]), verbs_of(register)
    out, given = _schemas(register)
    rows: Any = list[out]  # type: ignore[valid-type]
    page = create_model(f"{register.name.title()}Page", __base__=Schema, count=(int, ...),
                        page=(int, ...), rows=(rows, ...))  # fmt: skip
    at = f"/v1/networks/{{network}}/{register.path}"

    def listed(request: Request, network: str) -> Any:
        """The rows one sees that the filters leave, a page of them."""
        reading = opened(register, request, network)
        question = question_of(reading, request)
        if question.faults:
            refuse(" ".join(question.faults), 422)
        rows = reading.asked(question)
        count = rows.count()
        held = Paginator(range(count), question.size).get_page(question.page)
        start = (held.number - 1) * question.size
        records = reading.records(reading.sorted(rows, question)[start : start + question.size])
        return {"count": count, "page": held.number, "rows": _sent(reading, records)}

    def one(request: Request, response: HttpResponse, network: str, code: str) -> Any:
        """One row, with its `ETag`."""
        reading = opened(register, request, network)
        return _answer(reading, code, response)

    def create(request: Request, response: HttpResponse, network: str, payload: Any) -> Any:
        """Create a row; without a code it is given the next one, where the register numbers."""
        reading = opened(register, request, network)
        require(register.may_add(reading.network, actor=request.actor))
        values = payload.model_dump(exclude_unset=True)
        code = str(values.pop("code", None) or "")
        row = verbs.create(
            reading.network, actor=request.actor, values=_values(reading, values), code=code
        )
        return _answer(reading, row.code, response, 201)

    def change(
        request: Request, response: HttpResponse, network: str, code: str, payload: Any
    ) -> Any:
        """Change the fields given. `If-Match` says which state one has read (412 if it moved)."""
        reading = opened(register, request, network)
        _record, row = found_row(reading, code)
        values = _values(reading, payload.model_dump(exclude_unset=True))
        try:
            verbs.revise(row, actor=request.actor, values=values, seen=_matched(request))
        except MovedError as moved:
            refuse(moved.denied.reason, 412)
        return _answer(reading, code, response)

    create_in = create_model(f"{register.name.title()}New", __base__=given, code=(str | None, None))
    create.__annotations__["payload"] = create_in
    change.__annotations__["payload"] = given
    described = {"parameters": _parameters(register)}
    matched = {"parameters": [{"name": "If-Match", "in": "header", "required": True,
                               "schema": {"type": "string"}}]}  # fmt: skip
    router.get(at, response={200: page, **READ}, exclude_unset=True, openapi_extra=described)(
        listed
    )
    router.get(f"{at}/{{code}}", response={200: out, **READ}, exclude_unset=True)(one)
    router.post(at, response={201: out, **WRITE}, exclude_unset=True, auth=SessionAuth())(create)
    router.patch(
        f"{at}/{{code}}",
        response={200: out, **CHANGE},
        exclude_unset=True,
        auth=SessionAuth(),
        openapi_extra=matched,
    )(change)
    for view in (listed, one, create, change):
        view.__name__ = f"{register.room}_{register.name}_{view.__name__}"
    return router


def _values(reading: Reading, given: dict[str, Any]) -> Any:
    """The values of a body. Refuses (422) with each fault; a field one does not read among them."""
    values, faults = taken(reading.typed, given, reading, as_json=True)
    unread = given.keys() - {f.name for f in reading.fields}
    faults += [Fault(name, UNREAD) for name in sorted(unread)]
    faults += [Fault(f.name, BY_VERB) for f in reading.fields if f.by_verb and f.name in given]
    if faults:
        told = [{"field": fault.field, "what": fault.message} for fault in faults]
        refuse("Des valeurs sont à corriger.", 422, faults=told)
    return values


def _matched(request: Request) -> int:
    """The state `If-Match` names. Refuses (428) where it is absent, (412) where it is none."""
    header = request.headers.get("If-Match", "")
    if not header:
        refuse("Dire par If-Match quel état de la fiche est modifié.", 428)
    number = sent_number(header.removeprefix("W/").strip('"'))
    if number is None:
        refuse("If-Match ne désigne pas un état de cette fiche.", 412)
    return number


def _sent(reading: Reading, records: list[Record]) -> list[dict[str, Any]]:
    seen = seen_of(reading, [reading.subject_of(record) for record in records])

    def plain(asked: Field, record: Record) -> Any:
        return asked.kind.plain(record.values[asked.name])

    return [
        {"code": record.code, "archived": record.archived,
         "etag": f'"{seen.get(reading.subject_of(record), 0)}"'}
        | {f.name: plain(f, record) for f in reading.fields if f.name not in record.hidden}
        for record in records
    ]  # fmt: skip


def _answer(reading: Reading, code: str, response: HttpResponse, status: int = 200) -> Any:
    """A row as it is sent, its state in the `ETag` header too."""
    sent = _sent(reading, [reading.one(code)])[0]
    response.headers["ETag"] = sent["etag"]
    return status, sent
