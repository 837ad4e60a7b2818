"""The rooms of the house, from the ground up: a new room is one line here."""

from __future__ import annotations

from maillage.backups.room import ROOM as BACKUPS
from maillage.costing.room import ROOM as COSTING
from maillage.exchange.room import ROOM as EXCHANGE
from maillage.imports.room import ROOM as IMPORTS
from maillage.jobs.room import ROOM as JOBS
from maillage.kernel.rooms import Room
from maillage.ledger.room import ROOM as LEDGER
from maillage.portal.room import JOURNAL, MINE, NETWORK, PEOPLE
from maillage.reports.room import ROOM as REPORTS
from maillage.schemes.room import ROOM as SCHEMES
from maillage.workspaces.finance.room import ROOM as FINANCE
from maillage.workspaces.returns.room import ROOM as RETURNS

ROOMS: tuple[Room, ...] = (
    PEOPLE,
    IMPORTS,
    JOBS,
    BACKUPS,
    EXCHANGE,
    NETWORK,
    MINE,
    SCHEMES,
    LEDGER,
    COSTING,
    FINANCE,
    RETURNS,
    REPORTS,
    JOURNAL,
)
