"""Dask's worker without its web page; in a module of its own because the worker's process imports it by name."""

from __future__ import annotations

from typing import Any

from distributed import Worker


class QuietWorker(Worker):  # type: ignore[misc]
    """Opens nothing but its TLS port."""

    def start_http_server(self, *_: Any, **__: Any) -> None:
        """No page."""
