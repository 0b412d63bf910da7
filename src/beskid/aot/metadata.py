"""The description of an output, `<output>.beskid.json`: its inputs, versions and link command.

Takes the note of the object and the request and returns JSON text, the same for the same build. Files are named by
their base names, so the text does not depend on their folders.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import PurePath

from beskid.aot.request import BuildRequest
from beskid.aot.runtime_archive import RuntimeArchive
from beskid.files.problems import shown_name

FORMAT = 1
METADATA_SUFFIX = ".beskid.json"


def describe(
    request: BuildRequest,
    note: Mapping[str, list[str]],
    command: Sequence[str],
    runtime: RuntimeArchive | None,
    output: bytes,
) -> str:
    first = {key: values[0] for key, values in note.items() if values}
    content = {
        "format": FORMAT,
        "output": shown_name(PurePath(request.output).name),
        "kind": request.kind.value,
        "sha256": hashlib.sha256(output).hexdigest(),
        "abi_version": int(first.get("abi", "0")),
        "abi_level": int(first.get("level", "0")),
        "draft_hash": first.get("draft", ""),
        "target": first.get("target", request.triple),
        "compiler": first.get("compiler", ""),
        "artifact": first.get("artifact", ""),
        "imports": note.get("import", []),
        "rows": note.get("row", []),
        "externs": note.get("extern", []),
        "exports": list(request.exports),
        "libraries": [portable(name) for name in request.libraries],
        "features": ["stripped"] if request.strip else [],
        "runtime": None if runtime is None else {"abi_version": runtime.version, "abi_level": runtime.level},
        "link": [portable(word) for word in command],
    }
    content["digest"] = content_digest(content)
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def content_digest(content: Mapping[str, object]) -> str:
    """Return the SHA-256 of a description without its digest, which detects edits by hand."""
    others = {key: held for key, held in content.items() if key != "digest"}
    return hashlib.sha256(json.dumps(others, sort_keys=True).encode()).hexdigest()


def portable(word: str) -> str:
    """Return an argument of a command without the folders of this machine."""
    word = shown_name(word)
    if word.startswith("-L"):
        return f"-L{PurePath(word[2:]).name}"
    head, separator, tail = word.partition("=")
    if separator and "/" in tail:
        return f"{head}={PurePath(tail).name}"
    return word if word.startswith("-") else PurePath(word).name
