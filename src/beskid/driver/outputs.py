"""The default path of an output."""

from __future__ import annotations

from pathlib import Path

from beskid.aot.request import OutputKind
from beskid.driver.inputs.project import ARTEFACT_FOLDER, ResolvedInput


def output_path(resolved: ResolvedInput, kind: OutputKind, optimize: int) -> Path:
    """Return the path of an output without `-o`: beside a single file, or in the artifact folder of the project."""
    folder = resolved.entry_file.parent if resolved.entry_file is not None else Path()
    if resolved.project_folder is not None and resolved.source_root is not None:
        profile = "release" if optimize else "debug"
        folder = resolved.project_folder / ARTEFACT_FOLDER / "out" / profile
    match kind:
        case OutputKind.EXECUTABLE:
            return folder / resolved.stem
        case OutputKind.SHARED:
            return folder / f"lib{resolved.stem}.so"
        case OutputKind.STATIC:
            return folder / f"lib{resolved.stem}.a"
        case OutputKind.OBJECT:
            return folder / f"{resolved.stem}.o"
