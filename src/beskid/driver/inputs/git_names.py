"""Which addresses and revisions of git repositories a manifest may name.

They become arguments of `git`, so no text that it could take for an option, another protocol or a range is accepted.
"""

from __future__ import annotations

import re

PROTOCOLS = ("https", "ssh", "file")
"""What `git` may use. The others are not encrypted, or run a program that the address names."""

MAX_LENGTH = 500

_ADDRESS = r"(?P<protocol>[A-Za-z][A-Za-z0-9+.-]*)://(?P<authority>[^/]*)(?P<path>/.*)?"
_SHORT_SSH = r"(?:[A-Za-z0-9_][A-Za-z0-9_.-]*@)?[A-Za-z0-9][A-Za-z0-9.-]*:[A-Za-z0-9_.~/][^:]*"
_REVISION = r"[A-Za-z0-9_][A-Za-z0-9_./+-]*"
_COMMIT = r"[0-9a-f]{40}"


def address_problem(url: str) -> tuple[str, str]:
    """Return what is wrong with the address of a repository and what to do, or two empty texts."""
    if len(url) > MAX_LENGTH or not url.isprintable() or " " in url:
        return "is not the address of a repository", "write it without spaces and control characters"
    match = re.fullmatch(_ADDRESS, url)
    if match is None:
        if re.fullmatch(_SHORT_SSH, url) and "::" not in url:
            return "", ""
        help = "write `https://…`, `ssh://…` or `file:///…`; for a folder use `source = path`"
        return "is not the address of a repository", help
    if match["protocol"] not in PROTOCOLS:
        return f"uses the protocol `{match['protocol']}`", "use `https`, `ssh` or `file`"
    user, _, host = match["authority"].rpartition("@")
    if ":" in user or (user and match["protocol"] == "https"):
        return "contains a user name or password", "remove it, and let a credential helper of git provide it"
    if user.startswith("-") or host.startswith("-") or not match["path"]:
        return "is not the address of a repository", "write `https://HOST/PATH`"
    if match["protocol"] == "file" and match["authority"]:
        return "is not the address of a repository", "write `file:///` and an absolute path"
    return "", ""


def is_revision(text: str) -> bool:
    """Whether a text is the name of a branch or tag, or a commit: no option, no range, no pattern."""
    return (
        len(text) <= MAX_LENGTH
        and re.fullmatch(_REVISION, text) is not None
        and ".." not in text
        and "//" not in text
        and not text.endswith((".lock", "/", "."))
    )


def is_commit(text: str) -> bool:
    """Whether a text is the full name of a commit."""
    return re.fullmatch(_COMMIT, text) is not None
