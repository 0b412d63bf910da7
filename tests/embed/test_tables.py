"""Tables that are written twice: names that the package offers, and numbers that Python and the extension share."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import beskid
import beskid.embed
from beskid.embed import types

PACKAGE = Path(beskid.__file__).parent
HEADER = Path(__file__).parents[2] / "runtime" / "python" / "embed.h"


def enum_of_header(prefix: str) -> list[str]:
    """Return the members of an enum of the header, in order and without their prefix."""
    return [name.lower() for name in re.findall(rf"\b{prefix}_(\w+)[,\s}}]", HEADER.read_text(encoding="utf-8"))]


def test_the_package_and_its_stub_offer_what_embed_does() -> None:
    stub = ast.parse((PACKAGE / "__init__.pyi").read_text(encoding="utf-8"))
    stubbed = [str(name.asname) for node in stub.body if isinstance(node, ast.ImportFrom) for name in node.names]
    assert sorted(beskid.embed.__all__) == sorted(stubbed) == sorted(vars(beskid)["_EMBEDDING"])
    assert all(getattr(beskid, name) is getattr(beskid.embed, name) for name in stubbed)


def test_kinds_and_forms_have_the_numbers_of_the_extension() -> None:
    assert [*types.KINDS, "count"] == enum_of_header("KIND")[: len(types.KINDS) + 1]
    assert {name: number for number, name in enumerate(enum_of_header("FORM"))} == types.FORMS


def test_the_parts_of_primitive_types_have_letters_that_the_extension_reads() -> None:
    source = (HEADER.parent / "types.c").read_text(encoding="utf-8")
    letters = re.search(r'letters\[\] = "(\w+)"', source)
    assert letters is not None
    assert set("".join([*types.PARTS.values(), *types.PRIMITIVE_PARTS.values()])) == set(letters[1])
    assert len(letters[1]) == len(enum_of_header("PART"))
