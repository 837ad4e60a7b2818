"""The addresses of a register, for its room to include, and what it hands to the house."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.urls import URLPattern, path, re_path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.imports.views import routes as import_routes
from maillage.registers.actions import verbs_of
from maillage.registers.declaration import Register
from maillage.registers.importing import import_of
from maillage.registers.views import listing, many, sheet

both = require_http_methods(["GET", "HEAD", "POST"])


def routes(register: Register) -> list[URLPattern]:
    """Under `<path>/`, named after the noun: `contract`, `contract_sheet`, `contract_new`…"""
    verbs_of(register)
    name, at = register.name, f"{register.path}/"

    def page(rest: str, view: Any, suffix: str = "") -> URLPattern:
        made: URLPattern = path(f"{at}{rest}", view, name=f"{name}_{suffix}" if suffix else name)
        return made

    acts = "|".join(sheet.ACTS)
    return [
        page("", require_safe(partial(listing.show_list, register))),
        page("colonnes/", require_safe(partial(listing.choose, register)), "columns"),
        page("export/<slug:shape>/", require_safe(partial(listing.export, register)), "export"),
        page("modele/", require_safe(partial(listing.template, register)), "template"),
        page("vues/", require_POST(partial(listing.keep_view, register)), "view_new"),
        page("vues/<int:view>/", require_POST(partial(listing.drop_view, register)), "view_drop"),
        page("ajouter/", both(partial(sheet.add, register)), "new"),
        page("lot/", both(partial(many.change_many, register)), "many"),
        page("saisie/", both(partial(many.grid, register)), "grid"),
        page("fiche/<slug:code>/", require_safe(partial(sheet.show_sheet, register)), "sheet"),
        page("fiche/<slug:code>/modifier/", both(partial(sheet.edit, register)), "edit"),
        re_path(
            rf"^{at}fiche/(?P<code>[-a-zA-Z0-9_]+)/(?P<act>{acts})/$",
            both(partial(sheet.act, register)),
            name=f"{name}_act",
        ),
        *import_routes(import_of(register), f"{at}import/"),
    ]
