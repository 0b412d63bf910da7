"""Edits of manifests that keep everything else as it is: comments, layout, line ends.

Takes and returns text; the places of blocks come from the manifest as it was read.
"""

from __future__ import annotations

import re

from beskid.driver.inputs.manifest import NAMED_SUFFIX, Dependency, ProjectManifest

_DEFAULT_INDENT = "    "
_FIELD = re.compile(r"^([ \t]+)[A-Za-z_]+[ \t]*=", re.MULTILINE)
_REST_OF_LINE = re.compile(r"[ \t]*((#|//)[^\r\n]*)?\r?(?=\n|\Z)")


def with_dependency(manifest: ProjectManifest, name: str, fields: dict[str, str]) -> str:
    """Return the text of a manifest with one more dependency, after the others or at the end.

    The source is written as a word, every other value as a string.
    """
    text = manifest.text.text
    end = "\r\n" if "\r\n" in text else "\n"
    is_named = manifest.text.path.endswith(NAMED_SUFFIX)
    unit = _FIELD.search(text)
    indent = unit.group(1) if unit else _DEFAULT_INDENT
    outer = indent if is_named else ""
    lines = [
        f'{outer}dependency "{name}" {{',
        *[f"{outer}{indent}{key} = {_written(key, text)}" for key, text in fields.items()],
        f"{outer}}}",
    ]
    block = end.join(lines)
    if manifest.dependencies:
        position = _end_of_line(text, max([each.whole.end for each in manifest.dependencies]))
        return f"{text[:position]}{end}{end}{block}{_separated(text[position:], end)}"
    if is_named:
        brace = text.rindex("}")
        start = text.rfind("\n", 0, brace) + 1
        position = start if not text[start:brace].strip() else brace
        return f"{text[:position].rstrip()}{end}{end}{block}{end}{text[position:]}"
    return f"{text.rstrip()}{end}{end}{block}{end}"


def _written(key: str, text: str) -> str:
    return text if key == "source" else f'"{text}"'


def without_dependency(manifest: ProjectManifest, dependency: Dependency) -> str:
    """Return the text of a manifest without a dependency, and without the blank line that separated it."""
    text = manifest.text.text
    start, stop = dependency.whole.start, dependency.whole.end
    line = text.rfind("\n", 0, start) + 1
    rest = _REST_OF_LINE.match(text, stop)
    if text[line:start].strip() or rest is None:
        return text[:start] + text[stop:].lstrip(" \t")
    before, after = text[:line], text[rest.end() :].removeprefix("\n")
    if not after.strip():
        return before.rstrip() + ("\r\n" if "\r\n" in text else "\n")
    is_blank_before = not before or before.endswith(("\n\n", "\n\r\n"))
    if is_blank_before and after.startswith(("\n", "\r\n")):
        after = after.removeprefix("\r").removeprefix("\n")
    return before + after


def _end_of_line(text: str, position: int) -> int:
    """The end of the line at `position` if nothing but a comment follows there, else `position`."""
    rest = _REST_OF_LINE.match(text, position)
    if rest is None:
        return position
    return rest.end() - (1 if text[: rest.end()].endswith("\r") else 0)


def _separated(rest: str, end: str) -> str:
    """What follows an inserted block: on a line of its own."""
    return rest if not rest or rest.startswith(("\n", "\r\n")) else f"{end}{rest.lstrip(' ')}"
