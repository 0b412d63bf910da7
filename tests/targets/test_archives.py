"""Archives of every target's objects are read and judged, in the forms of GNU and BSD."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise

import pytest
from tests.targets.archives import bsd_archive, gnu_archive
from tests.targets.corpus import EVERYTHING, TRIPLES, object_of

from beskid.abi.symbols import PROGRAM_SYMBOL
from beskid.codegen.conventions import CONVENTIONS
from beskid.codegen.fileformats import archive_binaries, archive_symbols
from beskid.codegen.formats.archive import archive_members
from beskid.codegen.objectfile import ObjectFileError
from beskid.driver.abi_verify import verify_image

TEXT = EVERYTHING.read_text(encoding="utf-8")
FORMS: dict[str, Callable[[Iterable[tuple[str, bytes]]], bytes]] = {"GNU": gnu_archive, "BSD": bsd_archive}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("triple", TRIPLES)
def test_members_and_symbols(triple: str, form: str) -> None:
    image = object_of(TEXT, triple)
    archive = FORMS[form]([("a_program_with_a_long_name.o", image), ("readme.txt", b"text")])
    assert [name for name, _ in archive_members(archive)] == ["a_program_with_a_long_name.o", "readme.txt"]
    assert [name for name, _, _ in archive_binaries(archive)] == ["a_program_with_a_long_name.o"]
    assert PROGRAM_SYMBOL in archive_symbols(archive)
    verdict = verify_image("lib.a", archive)
    assert verdict.kind == "static library"
    assert verdict.facts["target"] == triple
    assert verdict.problems == [
        "contains no runtime that states its ABI version", "does not define `beskid_runtime_abi_version`",
    ]  # fmt: skip


@pytest.mark.parametrize(("first", "second"), list(pairwise(sorted(TRIPLES))))
def test_members_for_different_targets_are_named(first: str, second: str) -> None:
    archive = gnu_archive([("one.o", object_of(TEXT, first)), ("two.o", object_of(TEXT, second))])
    problems = " ".join(verify_image("lib.a", archive).problems)
    ours, theirs = CONVENTIONS[first].format, CONVENTIONS[second].format
    machine = first.partition("-")[0]
    assert (f"but its code is for {machine}" in problems) is (machine != second.partition("-")[0])
    assert (f"but is a file of the format {ours.value}" in problems) is (ours is not theirs)


@pytest.mark.parametrize(
    "image",
    [
        b"!<arch>\n" + b"x" * 59,
        gnu_archive([("a.o", b"abc")])[:-3],
        bsd_archive([("a.o", b"abc")]).replace(b"#1/8", b"#1/9999"),
        bsd_archive([("a.o", b"abc")]).replace(b"`\n", b"`x", 1),
        gnu_archive([("a.o", b"abc")]).replace(b"/0 ", b"/99", 1),
    ],
)
def test_damage_is_an_error_with_its_place(image: bytes) -> None:
    with pytest.raises(ObjectFileError) as caught:
        list(archive_members(image))
    assert 8 <= caught.value.place < len(image)
