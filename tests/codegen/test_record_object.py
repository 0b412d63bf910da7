"""The object of a program's records: its content identifies it, and its image can be written again."""

from __future__ import annotations

import pytest

from beskid.codegen.record_object import RecordObject

Words = tuple[tuple[str, int | str], ...]


def made(constant: Words, site: Words, texts: tuple[tuple[str, str], ...]) -> RecordObject:
    records = RecordObject("x86_64-unknown-linux-gnu", texts)
    records.add_sites([("@sites", [site])])
    records.add_constant("@program", constant)
    return records


TEXTS = (("@a", "one"), ("@b", "two"))
FIRST = made((("ptr", "@a"), ("ptr", "@f")), (("ptr", "@a"),), TEXTS)


@pytest.mark.parametrize(
    "other",
    [
        made((("ptr", "@b"), ("ptr", "@f")), (("ptr", "@a"),), TEXTS),
        made((("ptr", "@a"), ("ptr", "@g")), (("ptr", "@a"),), TEXTS),
        made((("ptr", "@a"), ("ptr", "null")), (("ptr", "@a"),), TEXTS),
        made((("ptr", "@a"), ("ptr", "@f")), (("ptr", "@b"),), TEXTS),
        made((("ptr", "@a"), ("ptr", "@f")), (("ptr", "@a"),), (("@a", "one"), ("@b", "too"))),
    ],
    ids=["text", "symbol", "null", "site", "texts"],
)
def test_other_objects_have_other_content(other: RecordObject) -> None:
    assert FIRST.image(b"", "note", "sites") != other.image(b"", "note", "sites")
    assert FIRST.content() != other.content()


def test_the_same_object_has_the_same_content() -> None:
    assert made((("ptr", "@a"), ("ptr", "@f")), (("ptr", "@a"),), TEXTS).content() == FIRST.content()


def test_an_image_can_be_written_again() -> None:
    assert FIRST.image(b"note", "note", "sites") == FIRST.image(b"note", "note", "sites")
