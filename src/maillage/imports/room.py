"""What waiting files hand to the house: how many there are, and that they are forgotten."""

from __future__ import annotations

from maillage.imports.actions import forget_old_files
from maillage.imports.models import PendingImport
from maillage.kernel.retention import Keeps
from maillage.kernel.rooms import Purpose, Room

ROOM = Room(
    code="imports",
    label="Fichiers en attente",
    purpose=Purpose.NETWORK,
    documentation="guide/importer-exporter.md",
    keeps=(Keeps("imports.files", PendingImport.objects.all, forget_old_files),),
)
