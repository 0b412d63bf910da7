"""What the documentation of a package lacks."""

from __future__ import annotations

from collections.abc import Iterator

from beskid.apidoc.comments import read_comment
from beskid.apidoc.model import Item, Kind, PackageDocumentation

_NEED_TEXT = frozenset(Kind) - {Kind.MODULE, Kind.FIELD, Kind.VARIANT}
_NEED_EXAMPLE = frozenset((Kind.FUNCTION, Kind.METHOD))


def lacks(package: PackageDocumentation, needs_examples: bool) -> Iterator[tuple[Item, str]]:
    """Return the public items without documentation, and functions without an example if they need one."""
    for item in package.all_items():
        if not item.is_pub or item.kind not in _NEED_TEXT:
            continue
        comment = read_comment(item.comment)
        if item.comment is None:
            yield item, "not documented"
        elif needs_examples and item.kind in _NEED_EXAMPLE and not comment.examples:
            yield item, "no example"
