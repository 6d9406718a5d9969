"""Counts and durations of requests by route, in the Prometheus text format.

Routes are a fixed set: a label made of the path would let any client grow it without bound.
"""

from __future__ import annotations

import re
import threading
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable

__all__ = ["BUCKETS", "OTHER", "RequestMetrics"]

#: Upper bounds of the histogram, seconds: an answer takes about a millisecond, a report a second.
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
#: Label of every path that is no route.
OTHER = "other"


class RequestMetrics:
    """Requests seen by this worker.

    Parameters
    ----------
    routes
        The paths that have a label of their own; a name in braces stands for one part of a path.
    """

    def __init__(self, routes: Iterable[str]) -> None:
        paths = list(routes)
        self._routes = frozenset(paths)
        self._patterns = [(_pattern(path), path) for path in paths if "{" in path]
        self._lock = threading.Lock()
        self._requests: Counter[tuple[str, int]] = Counter()
        self._buckets: Counter[tuple[str, int]] = Counter()
        self._seconds: dict[str, float] = {}

    def record(self, path: str, status: int, seconds: float) -> None:
        """Count one answered request."""
        route = self._route(path)
        with self._lock:
            self._requests[route, status] += 1
            self._buckets[route, bisect_left(BUCKETS, seconds)] += 1
            self._seconds[route] = self._seconds.get(route, 0.0) + seconds

    def text(self) -> str:
        """Everything counted so far."""
        with self._lock:
            lines = ["# TYPE costcast_requests_total counter"]
            for (route, status), count in sorted(self._requests.items()):
                labels = f'route="{route}",status="{status}"'
                lines.append(f"costcast_requests_total{{{labels}}} {count}")
            lines.append("# TYPE costcast_request_seconds histogram")
            for route in sorted(self._seconds):
                lines += self._histogram(route)
        return "\n".join(lines) + "\n"

    def _route(self, path: str) -> str:
        """The route of a path; of paths with a number in them, one route for all numbers."""
        if path in self._routes:
            return path
        return next((route for like, route in self._patterns if like.fullmatch(path)), OTHER)

    def _histogram(self, route: str) -> list[str]:
        lines, below = [], 0
        for index, bound in enumerate([*map(str, BUCKETS), "+Inf"]):
            below += self._buckets[route, index]
            labels = f'route="{route}",le="{bound}"'
            lines.append(f"costcast_request_seconds_bucket{{{labels}}} {below}")
        lines.append(f'costcast_request_seconds_sum{{route="{route}"}} {self._seconds[route]:.6f}')
        lines.append(f'costcast_request_seconds_count{{route="{route}"}} {below}')
        return lines


def _pattern(route: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(route)))
