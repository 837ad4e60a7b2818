"""The flows of a trajectory as its page lists them: from each milestone to the next, what moves,
then what does not, or of which one of the two says nothing.

Knows names and order. Refuses to know what a flow is (`engine.trajectory`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from maillage.schemes.engine.trajectory import Flow, Trajectory


def steps_told(found: Trajectory, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """`names`: what the codes of milestones and of macro-processes are called."""
    return [
        {
            "title": f"De {names[step.before]} à {names[step.after]}",
            "moves": [_flow(flow, names) for flow in step.flows if flow.is_change],
            "others": [_flow(flow, names) for flow in step.flows if not flow.is_change],
            "still": sum(flow.count for flow in step.flows if not flow.is_change),
        }
        for step in found.steps
    ]


def _flow(flow: Flow, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "before": flow.before,
        "after": flow.after,
        "count": flow.count,
        "names": flow.called(names),
    }
