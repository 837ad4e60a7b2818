"""One page for work under way, and its fragment: the same words whatever is made."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from maillage.jobs.models import Job
from maillage.people.requests import Request
from maillage.ui.statuses import Standing

STANDINGS: dict[str, Standing] = {
    Job.State.RUNNING: Standing.UNDER_WAY,
    Job.State.DONE: Standing.DONE,
    Job.State.FAILED: Standing.FAILED,
    Job.State.CANCELLED: Standing.CLOSED,
}
"""Where a work that is not still to begin stands, as its chip is drawn."""


def progress(
    job: Job,
    *,
    url: str,
    cancel_url: str,
    result_url: str = "",
    message: str = "",
    mixed: bool = False,
) -> dict[str, Any]:
    """What `ui/progress.html` draws. `message` is told once it is over; its failure goes first.

    `mixed`: it is over, yet not all of it went well.
    """
    shown: Any = job
    state = shown.get_state_display()
    is_mixed = mixed and job.state == Job.State.DONE
    return {
        "label": str(job),
        "standing": Standing.TO_DECIDE if is_mixed else STANDINGS.get(job.state, Standing.COMING),
        "word": "À vérifier" if is_mixed else state,
        "stage": "" if job.is_over else job.stage or state,
        "done": job.done,
        "total": 0 if job.is_over else job.total,
        "finished": job.is_over,
        "mixed": mixed,
        "failed": job.state in ("failed", "cancelled"),
        "message": job.failure or message or state,
        "url": url,
        "cancel_url": cancel_url,
        "result_url": result_url if job.state == "done" else "",
    }


def followed(
    request: Request,
    page: str,
    context: dict[str, Any],
    *,
    fragment: str = "ui/progress.html",
) -> HttpResponse:
    """The page of a job, or the fragment that follows it where the page asks again."""
    return render(request, fragment if request.headers.get("HX-Request") else page, context)
