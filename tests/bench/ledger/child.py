"""Run work in a process of its own and say what it took: wall, processor and peak memory.

Wall time says what one waits, and suffers from all else the machine does; processor time, the sum
over threads, hardly does. Both are kept.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of wall and of processor, and the peak of resident memory in bytes.

    The kernel lets a child inherit the peak of its parent, so that no peak is told below that of
    this process (some 80 MB).
    """

    seconds: float
    processor: float
    peak: int


def run(command: Sequence[str], environment: Mapping[str, str] | None = None) -> tuple[Cost, str]:
    """What a command took and what it printed. CalledProcessError where it fails."""
    with tempfile.TemporaryFile() as printed, tempfile.TemporaryFile() as said:
        started = time.perf_counter()
        process = subprocess.Popen(
            command,
            stdout=printed,
            stderr=said,
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
        )
        _, status, usage = os.wait4(process.pid, 0)
        elapsed = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        printed.seek(0)
        said.seek(0)
        output = printed.read().decode()
        if process.returncode:
            raise subprocess.CalledProcessError(
                process.returncode, list(command), output, said.read().decode()[-2000:]
            )
    return Cost(elapsed, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024), output


def call(function: str, *arguments: Any) -> tuple[Cost, Any]:
    """Call `module:function` with JSON arguments in a fresh Python, which times the call alone.

    Starting Python and importing are not counted; the peak of memory counts all.
    """
    command = [sys.executable, "-m", __name__, function, json.dumps(arguments)]
    cost, output = run(command, {"PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT)))})
    told = json.loads(output.splitlines()[-1])
    return Cost(told["seconds"], told["processor"], cost.peak), told["result"]


def main(function: str, arguments: str) -> None:
    module, _, name = function.partition(":")
    work = getattr(importlib.import_module(module), name)
    started, used = time.perf_counter(), time.process_time()
    result = work(*json.loads(arguments))
    seconds, processor = time.perf_counter() - started, time.process_time() - used
    print(json.dumps({"seconds": seconds, "processor": processor, "result": result}))


if __name__ == "__main__":
    main(*sys.argv[1:])
