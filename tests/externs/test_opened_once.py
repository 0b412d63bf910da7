"""Programs that run one after the other in one process open a library once: the calls of `dlopen` are counted."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from tests import limits
from tests.externs.libraries import TIME_LIMIT, compile_library
from tests.externs.test_rules import session_of

COUNTER = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
void *dlopen(const char *name, int flags)
{
    if (name != NULL && strstr(name, "counted") != NULL) {
        FILE *log = fopen(getenv("OPENED"), "a");
        const char *scope = flags & RTLD_GLOBAL ? "global" : "local";
        fprintf(log, "%s %s %s\\n", strrchr(name, '/') + 1, flags & RTLD_NOW ? "now" : "lazily", scope);
        fclose(log);
    }
    return ((void *(*)(const char *, int))dlsym(RTLD_NEXT, "dlopen"))(name, flags);
}
"""

LIBRARY = """
#include <unistd.h>
__attribute__((constructor)) static void start(void) { if (write(1, "loaded\\n", 7) < 0) _exit(9); }
static int calls;
int first(int x) { return ++calls * x; }
int second(int x) { return ++calls * x; }
"""

HOST = """
import os
import sys
from beskid.driver.execute import execute
from beskid.driver.foreign.policy import LinkOptions
permitted = LinkOptions(libraries=("counted",), search_paths=(sys.argv[1],))
unpermitted = LinkOptions(dlopen=True)
for word in sys.argv[2:]:
    path, _, how = word.partition("=")
    with open(path, "rb") as file:
        status = execute(file.read(), [], dict(os.environ), permitted if how == "link" else unpermitted)
    assert status == 0, status
"""


def program(symbol: str, library: str) -> str:
    return (
        f'[Extern(Abi: "C", Library: "{library}")] contract C {{ i32 {symbol}(i32 x); }}\n'
        f'unit main() {{ PrintLine("{symbol} ${{C.{symbol}(100)}}"); }}\n'
    )


@pytest.mark.parametrize("ways", [("link", "link"), ("dlopen", "dlopen"), ("link", "dlopen"), ("dlopen", "link")])
def test_ext_004_two_programs_in_one_process_call_dlopen_once(tmp_path: Path, ways: tuple[str, str]) -> None:
    counter = compile_library(tmp_path, "interposed", COUNTER)
    library = compile_library(tmp_path, "counted", LIBRARY)
    words: list[str] = []
    for symbol, way in zip(("first", "second"), ways, strict=True):
        image = session_of(tmp_path, program(symbol, "counted" if way == "link" else str(library))).object_bytes()
        assert image is not None
        (tmp_path / f"{symbol}.o").write_bytes(image)
        words.append(f"{tmp_path / symbol}.o={way}")
    opened = tmp_path / "opened"
    done = limits.run(
        [sys.executable, "-c", HOST, str(tmp_path), *words, *words],
        env={**os.environ, "LD_PRELOAD": str(counter), "OPENED": str(opened)},
        capture_output=True,
        timeout=TIME_LIMIT,
        check=False,
    )
    assert done.stderr == b""
    assert done.stdout.decode().splitlines() == ["loaded", "first 100", "second 200", "first 300", "second 400"]
    assert opened.read_text() == "libcounted.so now local\n"
