"""Applies safe fixes to the user's own files.

All files are replaced together or none; line ends, byte-order marks and permissions are preserved. Files of
dependencies and of the core library are not changed, nor are files that are not valid UTF-8, nor files outside the
project that a symbolic link leads to.
"""

from __future__ import annotations

import codecs
import os

from beskid.driver.failure import DriverError
from beskid.driver.inputs.sources import SourceFile
from beskid.driver.session import Session
from beskid.files.places import is_really_below
from beskid.files.problems import FileError, shown_name
from beskid.files.writing import NewContent, replace_files
from beskid.source.fixes import AppliedFix, apply_safe_fixes


def write_safe_fixes(session: Session) -> list[AppliedFix]:
    """Apply the safe fixes of a checked session; return the fixes that were applied."""
    files = {file.display: file for file in session.snapshot.user_files().values() if _may_change(file, session)}
    result = apply_safe_fixes(session.diagnostics, files)
    changes = [_new_content(files[source.path], text) for source, text in result.texts.items()]
    try:
        replace_files(changes)
    except FileError as error:
        raise DriverError(f"cannot write {shown_name(error.path)}: {error.reason}", error.help) from error
    return result.applied


def _may_change(file: SourceFile, session: Session) -> bool:
    folder = session.resolved.project_folder
    return _is_text(file.data) and (folder is None or is_really_below(file.path, str(folder)))


def _is_text(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _new_content(file: SourceFile, text: str) -> NewContent:
    """The new text of a file, with its real path, so that symbolic links to it are preserved."""
    target = os.path.realpath(file.path)
    if not os.access(target, os.W_OK):
        raise DriverError(f"cannot write {shown_name(file.display)}: permission denied")
    mark = codecs.BOM_UTF8 if file.data.startswith(codecs.BOM_UTF8) else b""
    return NewContent(target, mark + text.encode("utf-8"))
