"""Fingerprints of files and of the compiler itself.

Two kinds: by stat (cheap, for the warm path) and by content (what cache keys are made of). Standard library only and
no front end, because a warm `beskid run` passes through here.
"""

from __future__ import annotations

import os
import sys

try:
    from _blake2 import blake2b
except ImportError:
    from hashlib import blake2b

DIGEST_SIZE = 20
PACKAGE_FOLDER = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def digest(data: bytes) -> str:
    """The content digest that keys and checksums use."""
    return blake2b(data, digest_size=DIGEST_SIZE).hexdigest()


def core_library_folder() -> str:
    """Where the core library's sources lie: the checkout's, else the packaged copy."""
    checkout = os.path.join(os.path.dirname(os.path.dirname(PACKAGE_FOLDER)), "corelib", "src")
    return checkout if os.path.isdir(checkout) else os.path.join(PACKAGE_FOLDER, "_corelib")


def files_below(folder: str, suffixes: tuple[str, ...]) -> list[os.DirEntry[str]]:
    """Every file below `folder` with one of these endings, in the order of their paths."""
    found: list[os.DirEntry[str]] = []
    pending = [folder]
    while pending:
        try:
            with os.scandir(pending.pop()) as entries:
                for entry in entries:
                    if entry.name.startswith(".") or entry.name == "__pycache__":
                        continue
                    if entry.is_dir():
                        pending.append(entry.path)
                    elif entry.name.endswith(suffixes):
                        found.append(entry)
        except OSError:
            continue
    found.sort(key=lambda entry: entry.path)
    return found


def compiler_files() -> list[os.DirEntry[str]]:
    """What decides the bytes that the compiler makes: its sources (the contract's tables among them), the library."""
    return [
        *files_below(PACKAGE_FOLDER, (".py",)),
        *files_below(core_library_folder(), (".bd",)),
    ]


def compiler_stamp() -> str:
    """A fingerprint of the compiler by stat; changes whenever one of its files may have changed."""
    lines = [sys.version, sys.platform, code_generator_stamp()]
    for entry in compiler_files():
        stat = entry.stat()
        lines.append(f"{entry.path} {stat.st_mtime_ns} {stat.st_size} {stat.st_ino}")
    return digest("\n".join(lines).encode("utf-8", "surrogateescape"))


def compiler_digest() -> str:
    """A fingerprint of the compiler by content, the same on every machine with the same files."""
    lines = [code_generator_stamp()]
    for entry in compiler_files():
        folder = PACKAGE_FOLDER if entry.path.startswith(PACKAGE_FOLDER) else core_library_folder()
        with open(entry.path, "rb") as file:
            lines.append(f"{entry.path[len(folder) :]} {digest(file.read())}")
    return digest("\n".join(lines).encode("utf-8", "surrogateescape"))


def code_generator_stamp() -> str:
    """The installed llvmlite by its folder name, found without importing it."""
    for folder in sys.path:
        try:
            names = os.listdir(folder or ".")
        except OSError:
            continue
        for name in names:
            if name.startswith("llvmlite-") and name.endswith(".dist-info"):
                return name
    return "llvmlite-unknown"
