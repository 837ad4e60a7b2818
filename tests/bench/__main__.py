"""`python -m tests.bench`: measure what is promised of speed and print one table.

With arguments, only those groups: national regional spreadsheet modes changes canonical cell
booklet search balance figures.
Exits with 1 where an aim is not met.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

from tests.bench import data
from tests.bench.measure import Line, table


def main(chosen: list[str]) -> int:
    lines: list[Line] = []
    with data.installation():
        from tests.bench import books, exchange, figures, finding, pages

        client = data.reader()
        groups: dict[str, Callable[[], Iterator[Line]]] = {
            "national": lambda: pages.national(client),
            "regional": lambda: pages.regional(client),
            "spreadsheet": exchange.spreadsheet,
            "modes": lambda: exchange.mode_changes(client),
            "changes": exchange.changes,
            "canonical": exchange.canonical_file,
            "cell": lambda: exchange.one_cell(client),
            "booklet": exchange.printed,
            "search": finding.search,
            "balance": lambda: books.balance(client),
            "figures": lambda: figures.figures(client),
        }
        for name, measure in groups.items():
            if not chosen or name in chosen:
                print(f"… {name}", file=sys.stderr, flush=True)
                lines += measure()
    print(table(lines))
    return int(any(line.ok is False for line in lines))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
