"""Writes the files derived from `runtime/abi.toml`, or lists outdated ones with `--check`.

`generated_files` is pure: contract text in, file texts out. Only `main` reads and writes files, in the repository that
contains this source.
"""

from __future__ import annotations

import sys
from pathlib import Path

from beskid.abi.contract import ContractError, parse_contract
from beskid.abi.render import (
    render_exports,
    render_header,
    render_interop_tags,
    render_levels,
    render_numbers,
    render_reference,
    render_tables,
)
from beskid.abi.render_calls import render_declarations, render_prototypes
from beskid.abi.render_rows import render_c_rows, render_python_rows, without_packed

__all__ = ["CONTRACT_PATH", "LOCK_PATH", "generated_files", "is_current", "main", "migration_note"]

CONTRACT_PATH = "runtime/abi.toml"
LOCK_PATH = "runtime/abi.lock"


def generated_files(contract_text: str) -> dict[str, str]:
    """Return the text of every generated file by its path in the repository."""
    contract = parse_contract(contract_text)
    return {
        "runtime/include/beskid_abi.h": render_header(contract),
        "runtime/include/beskid_rows.h": render_c_rows(contract),
        "runtime/exports.map": render_exports(contract),
        "src/beskid/abi/generated/numbers.py": render_numbers(contract),
        "src/beskid/abi/generated/tables.py": render_tables(contract),
        "src/beskid/abi/generated/declarations.py": render_declarations(contract),
        "src/beskid/abi/generated/prototypes.py": render_prototypes(contract),
        "src/beskid/abi/generated/rows.py": render_python_rows(contract),
        "corelib/src/Core/InteropTags.bd": render_interop_tags(contract),
        "docs/reference/abi.md": render_reference(contract),
        "docs/abi/levels.md": render_levels(contract),
    }


def is_current(held: str | None, wanted: str) -> bool:
    """Return whether a file has the generated text; packed rows may differ in how they were packed."""
    return held is not None and without_packed(held) == without_packed(wanted)


def migration_note(version: int) -> str:
    """Return the path of the migration note for a breaking version."""
    return f"docs/abi/migration-{version}.md"


def main(arguments: list[str]) -> int:
    """Write or check the files. Return 0 when all are current or written, 1 when not, and 2 for an invalid argument."""
    if arguments not in ([], ["--check"]):
        print("usage: python -m beskid.abi.generate [--check]", file=sys.stderr)
        return 2
    root = Path(__file__).resolve().parents[3]
    try:
        files = generated_files((root / CONTRACT_PATH).read_text(encoding="utf-8"))
    except ContractError as error:
        print(f"{CONTRACT_PATH}: {error}", file=sys.stderr)
        return 1
    status = 0
    for name, text in files.items():
        path = root / name
        if is_current(path.read_text(encoding="utf-8") if path.exists() else None, text):
            continue
        if arguments:
            print(f"{name} is out of date: run python -m beskid.abi.generate", file=sys.stderr)
            status = 1
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(f"wrote {name}")
    return status


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
