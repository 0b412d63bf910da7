"""Files of any content are verified without an exception; a note of another contract is named in every format."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from tests.abi.test_note_formats import TRIPLES, emit
from tests.boundary.programs import HELLO
from tests.boundary.toolbox import compile_text, link, runtime_folder

from beskid.aot.request import OutputKind
from beskid.driver.abi_verify import verify_image, verify_metadata

ROUNDS = 150


def files(folder: Path) -> dict[str, bytes]:
    image = compile_text(HELLO.text)
    return {
        "object": image,
        "executable": link(image, folder).read_bytes(),
        "static library": link(image, folder, OutputKind.STATIC, "lib.a").read_bytes(),
        "shared library": link(image, folder, OutputKind.SHARED, "lib.so").read_bytes(),
        "runtime archive": (runtime_folder() / "libbeskid_runtime.a").read_bytes(),
        "runtime library": (runtime_folder() / "libbeskid_runtime.so").read_bytes(),
        **{triple: emit(triple) for triple in TRIPLES},
    }


def damaged(image: bytes, random: Random) -> bytes:
    """The file with some bytes changed, a part cut out, or its end missing."""
    held = bytearray(image)
    match random.randrange(3):
        case 0:
            for _ in range(random.choice((1, 4, 64))):
                held[random.randrange(min(len(held), random.choice((64, 4096, len(held)))))] = random.randrange(256)
        case 1:
            start = random.randrange(len(held))
            del held[start : start + random.randrange(1, 256)]
        case _:
            del held[random.randrange(len(held)) :]
    return bytes(held)


def test_sound_files_pass_and_damaged_ones_raise_nothing(tmp_path: Path) -> None:
    random = Random(7)
    for name, image in files(tmp_path).items():
        verdict = verify_image(name, image)
        assert verdict.problems == [] or name in TRIPLES, verdict
        for _ in range(ROUNDS):
            verify_image(name, damaged(image, random))


@pytest.mark.parametrize("triple", sorted(TRIPLES))
def test_the_contract_of_a_note_is_checked_in_every_format(triple: str) -> None:
    verdict = verify_image("x", emit(triple).replace(b"abi=2\n", b"abi=7\n"))
    assert any("needs ABI version 7, this beskid has 2" in problem for problem in verdict.problems)


@pytest.mark.parametrize("text", ["null", "1", '"x"', '{"abi_version": true}', '{"abi_version": 2, "imports": 5}'])
def test_any_json_is_judged(text: str) -> None:
    assert verify_metadata("x.beskid.json", text, None).problems
    assert verify_metadata("x.beskid.json", text, b"not an output").problems
