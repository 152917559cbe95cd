"""Finds the template of the route that took a request: `/orders/{id}` of `/orders/7`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from monlight.integrations._requests import UNMATCHED

#: Prefixes of mounted applications that are remembered; those with parameters may be many.
_REMEMBERED = 1000


class RouteTemplates:
    """Reads templates of what Starlette or FastAPI leave in the scope, whatever their version."""

    def __init__(self) -> None:
        self._prefixes: dict[str, str] = {}

    def of(self, scope: Any, entry_path: str, entry_root: str, app: Any, status: str) -> str:
        """The template of a request that was answered. `entry_path`, `entry_root` and `app` are
        what `path`, `root_path` and `app` of the scope were before it was routed."""
        mounted = _mounted(scope.get("root_path") or "", entry_root)
        leaf = _leaf(scope)
        if leaf is not None:
            return (self._prefix(mounted, app) + leaf if mounted else leaf) or "/"
        endpoint = scope.get("endpoint")
        if endpoint is not None and mounted and not hasattr(endpoint, "routes"):
            # Files, or an application of another kind: what is within is not known. Or a route of a
            # Starlette that does not note it.
            within = _match(_routes(app), _probe(scope, entry_path, entry_root))
            return within or self._prefix(mounted, app) or UNMATCHED
        if status == "404" or app is None:
            return UNMATCHED
        # Answered before it was routed, or the route was noted in a copy of the scope.
        return _match(_routes(app), _probe(scope, entry_path, entry_root)) or UNMATCHED

    def _prefix(self, mounted: str, app: Any) -> str:
        known = self._prefixes.get(mounted)
        if known is None:
            known = _mount_template(_routes(app), mounted) or ""
            if len(self._prefixes) >= _REMEMBERED:
                self._prefixes.clear()
            self._prefixes[mounted] = known
        return known


def _mounted(root: str, entry_root: str) -> str:
    """The part of the path that mounts have taken."""
    return root[len(entry_root) :] if root.startswith(entry_root) else ""


def _leaf(scope: Any) -> str | None:
    """The template within the innermost application."""
    route = scope.get("route")
    if route is None or "endpoint" not in scope:
        return None
    if getattr(route, "routes", None) is not None:
        # A mount: nothing within it took the request, or what did says nothing.
        return None
    # FastAPI since 0.137 keeps included routes as they were written, and their prefix apart.
    included = (scope.get("fastapi") or {}).get("effective_route_context")
    if included is not None and getattr(included, "original_route", None) is route:
        route = included
    path = getattr(route, "path", None)
    return path if isinstance(path, str) else None


def _routes(app: Any) -> Iterable[Any]:
    return getattr(app, "routes", None) or ()


def _candidates(routes: Iterable[Any]) -> Iterable[Any]:
    """Routes, with those of included routers in place of the routers."""
    for route in routes:
        inner = getattr(route, "effective_candidates", None)
        if inner is None:
            yield getattr(route, "starlette_route", None) or route
        else:
            yield from _candidates(inner())


def _mount_template(routes: Iterable[Any], path: str) -> str | None:
    """The template of nested mounts that together take this path."""
    for route in _candidates(routes):
        inner = getattr(route, "routes", None)
        pattern = getattr(route, "path_regex", None)
        if inner is None:
            continue
        if pattern is None:
            # A route by host has no path.
            found = _mount_template(inner, path)
            if found is not None:
                return found
            continue
        match = pattern.match(path + "/")
        if match is None:
            continue
        rest = match.groupdict().get("path", "").rstrip("/")
        if not rest:
            return str(route.path)
        deeper = _mount_template(inner, "/" + rest)
        if deeper is not None:
            return f"{route.path}{deeper}"
    return None


def _probe(scope: Any, path: str, root: str) -> dict[str, Any]:
    """What routes look at, as it was before."""
    return {
        "type": "http",
        "method": scope.get("method", "GET"),
        "path": path,
        "root_path": root,
        "headers": scope.get("headers", ()),
        "path_params": {},
    }


def _match(routes: Iterable[Any], probe: dict[str, Any]) -> str | None:
    """The template of the route that takes the request, else of one with another method."""
    partial: str | None = None
    for route in _candidates(routes):
        match, child = route.matches(dict(probe))
        if match.name == "NONE":
            continue
        inner = getattr(route, "routes", None)
        path = str(getattr(route, "path", "") or "")
        if inner is None:
            template: str | None = path
        else:
            deeper = _match(inner, {**probe, **child})
            template = path + deeper if deeper else (None if inner else path)
        if template and match.name == "FULL":
            return template
        partial = partial or template
    return partial
