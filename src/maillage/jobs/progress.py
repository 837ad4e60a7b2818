"""One page for work under way, and its fragment: the same words whatever is made."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from maillage.jobs.models import Job
from maillage.people.requests import Request


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
    return {
        "label": str(job),
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
