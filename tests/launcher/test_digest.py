"""The digest of the native command is BLAKE2b as Python has it."""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests import limits
from tests.launcher.installed import ROOT, SANITIZERS

MAIN = """
#include <stdio.h>
#include "digest.h"

/* Each line of the input is the length of a piece and of the text that follows it. */
int main(void)
{
    size_t piece, count;
    static unsigned char text[1 << 16];
    char letters[DIGEST_LETTERS + 1];
    while (scanf("%zu %zu", &piece, &count) == 2 && getchar() == 10 && fread(text, 1, count, stdin) == count) {
        Digest digest;
        digest_begin(&digest);
        for (size_t at = 0; at < count; at += piece) {
            digest_add(&digest, text + at, count - at < piece ? count - at : piece);
        }
        digest_end(&digest, letters);
        puts(letters);
    }
}
"""


@pytest.fixture(scope="session")
def digests(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("digests")
    (folder / "main.c").write_text(MAIN, encoding="utf-8")
    sources = ROOT / "launcher" / "src"
    words = ["cc", "-std=c11", *SANITIZERS, f"-I{sources}", "main.c", str(sources / "digest.c"), "-o", "digests"]
    limits.run(words, cwd=folder, check=True)
    return folder / "digests"


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 300), st.binary(max_size=700)), min_size=1, max_size=20))
def test_it_is_blake2b(digests: Path, texts: list[tuple[int, bytes]]) -> None:
    given = b"".join(b"%d %d\n%b" % (piece, len(text), text) for piece, text in texts)
    done = limits.run([str(digests)], input=given, capture_output=True, check=True)
    wanted = [blake2b(text, digest_size=20).hexdigest() for _, text in texts]
    assert done.stdout.decode().split() == wanted


@pytest.mark.parametrize("count", [0, 1, 127, 128, 129, 255, 256, 257, 65535])
def test_lengths_around_the_blocks(digests: Path, count: int) -> None:
    text = bytes(range(256)) * (count // 256) + bytes(range(count % 256))
    done = limits.run([str(digests)], input=b"4096 %d\n%b" % (count, text), capture_output=True, check=True)
    assert done.stdout.decode().strip() == blake2b(text, digest_size=20).hexdigest()
