"""What can be wrong with a file, as one exception, and how names of files are shown in messages."""

from __future__ import annotations


class FileError(Exception):
    """A file cannot be used. `path` is as the caller named it, `reason` completes "cannot read PATH: …"."""

    def __init__(self, path: str, reason: str, help: str = "") -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason
        self.help = help


def of_os_error(path: str, error: OSError | ValueError) -> FileError:
    """Return the problem that a failed system call, or a name that no system call accepts, represents."""
    if isinstance(error, OSError):
        return FileError(path, (error.strerror or str(error)).lower())
    return FileError(path, "not a valid file name")


def shown_name(name: str) -> str:
    """Return a file name as messages show it: control characters, line ends and bytes that are not UTF-8 as escapes."""
    if name.isprintable():
        return name
    return "".join([character if character.isprintable() else _escape(character) for character in name])


def shown_text(text: str) -> str:
    """A message of several lines with every character that a terminal could interpret as an escape."""
    if text.isprintable():
        return text
    return "\n".join([shown_name(line.expandtabs()) for line in text.split("\n")])


def _escape(character: str) -> str:
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:
        # A byte that the file system gave and that is not UTF-8 (PEP 383).
        return f"\\x{code - 0xDC00:02x}"
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{{{code:x}}}"


def is_plain_name(name: str) -> bool:
    """Return whether a name is one file name: letters, digits, `_`, `-` and `.`, not first `-` or `.`."""
    return bool(name) and name[0] not in "-." and all(each.isalnum() or each in "_-." for each in name)
