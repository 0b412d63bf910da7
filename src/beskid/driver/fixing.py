"""Applies safe fixes to the user's own files.

A file is replaced atomically; its line ends, byte-order mark and permissions are preserved. Files of dependencies and
of the core library are not changed, nor are files that are not valid UTF-8.
"""

from __future__ import annotations

import codecs
import os
import shutil
from pathlib import Path

from beskid.driver.failure import DriverError
from beskid.driver.inputs.sources import SourceFile
from beskid.driver.session import Session
from beskid.source.fixes import AppliedFix, apply_safe_fixes


def write_safe_fixes(session: Session) -> list[AppliedFix]:
    """Apply the safe fixes of a checked session; return the fixes that were applied."""
    files = {file.display: file for file in session.snapshot.user_files().values() if _is_text(file.data)}
    result = apply_safe_fixes(session.diagnostics, files)
    changes = [(files[source.path], text) for source, text in result.texts.items()]
    written: list[tuple[Path, Path]] = []
    try:
        for file, text in changes:
            written.append(_write_beside(file, text))
        for temporary, target in written:
            temporary.replace(target)
    except OSError as error:
        for temporary, _ in written:
            temporary.unlink(missing_ok=True)
        raise DriverError.of_os_error("cannot write", file.display, error) from error
    return result.applied


def _is_text(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _write_beside(file: SourceFile, text: str) -> tuple[Path, Path]:
    """Write the new text to a file beside the one that it will replace; return both paths."""
    target = Path(file.path).resolve()
    if not os.access(target, os.W_OK):
        raise PermissionError(13, "permission denied")
    temporary = target.with_name(f".{target.name}.{os.getpid()}.new")
    mark = codecs.BOM_UTF8 if file.data.startswith(codecs.BOM_UTF8) else b""
    try:
        temporary.write_bytes(mark + text.encode("utf-8"))
        shutil.copymode(target, temporary)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    return temporary, target
