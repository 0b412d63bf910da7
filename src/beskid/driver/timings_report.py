"""How long a build took, and what it found in the cache: for people, and as JSON for other programs."""

from __future__ import annotations

import json

from beskid.driver.session import Session

GENERATOR = "beskid build --timings-json"
FORMAT = 1


def text_report(session: Session) -> str:
    """Return the table of the stages and a line about the cache."""
    return f"{session.times.table()}\n{_cache_line(session)}"


def _cache_line(session: Session) -> str:
    if session.is_cached:
        return "object: from the cache"
    build = session.build
    if build is None or not build.total:
        return "object: compiled in one unit"
    return f"object: {build.total} units, {build.compiled} compiled, {build.total - build.compiled} from the cache"


def json_report(session: Session) -> str:
    """Return a JSON object; times are in seconds. `units` is null for an object that was not compiled in units."""
    build = session.build
    is_divided = build is not None and build.total > 0 and not session.is_cached
    units = None
    if build is not None and is_divided:
        units = {"total": build.total, "compiled": build.compiled, "cached": build.total - build.compiled}
    report = {
        "generator": GENERATOR,
        "format": FORMAT,
        "program": session.resolved.stem,
        "optimize": session.options.optimize,
        "target": session.triple(),
        "stages": {stage: round(seconds, 6) for stage, seconds in session.times.seconds.items()},
        "seconds": round(sum(session.times.seconds.values()), 6),
        "object_from_cache": session.is_cached,
        "units": units,
    }
    return json.dumps(report, indent=2) + "\n"
