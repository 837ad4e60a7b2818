"""Addresses of the finance room, gathered from the views that answer them."""

from typing import Any

urlpatterns: list[Any] = []
