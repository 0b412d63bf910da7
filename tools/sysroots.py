"""Prepare the C libraries of the targets that are linked with one, in the user's cache or in a folder.

Each takes about a minute, once; what is there is kept. The tests for other machines and the distribution
`beskid-sysroots` use what this makes.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from beskid.aot.errors import AotError  # noqa: E402 (the package may not be installed)
from beskid.aot.linker import find_zig  # noqa: E402
from beskid.aot.sysroot import keep_sysroot, make_sysroot, read_sysroot, sysroot_for  # noqa: E402
from beskid.codegen.target import TARGETS, Target  # noqa: E402
from beskid.driver.cache.store import user_cache_folder  # noqa: E402

LICENCES = {
    "zig": "LICENSE",
    "musl": "lib/libc/musl/COPYRIGHT",
    "glibc": "lib/libc/glibc/LICENSES",
    "mingw": "lib/libc/mingw/COPYING",
}
"""The licences of what sysroots contain, in the package of zig."""


def prepare(target: Target, out: str) -> str:
    """Make a C library if it is missing; returns its folder."""
    if not out:
        cache = f"{user_cache_folder(dict(os.environ))}/sysroots"
        return sysroot_for(target, cache, lambda text: print(text, file=sys.stderr, flush=True)).folder
    found = read_sysroot(f"{out}/{target.name}", target)
    if found is None:
        print(f"preparing the C library for {target.name} …", file=sys.stderr, flush=True)
        found = keep_sysroot(target, make_sysroot(target, find_zig()), out)
    return found.folder


def copy_licences(out: Path) -> None:
    """Put the licences of what a sysroot contains into a folder that is going to be distributed."""
    package = Path(find_zig()).parent
    for name, file in LICENCES.items():
        if (package / file).is_file():
            (out / f"LICENSE.{name}").write_bytes((package / file).read_bytes())


def main(arguments: Sequence[str]) -> None:
    known = {target.name: target for target in TARGETS.values() if target.sysroot}
    parser = argparse.ArgumentParser(description="Prepare the C libraries of other targets.")
    parser.add_argument("--target", action="append", default=[], choices=list(known), help="a target; all by default")
    parser.add_argument("--out", default="", metavar="FOLDER", help="where to (default: the user's cache)")
    options = parser.parse_args(arguments)
    if not find_zig():
        sys.exit('zig is needed: pip install "beskid[cross]"')
    for name in options.target or known:
        try:
            print(prepare(known[name], str(Path(options.out).absolute()) if options.out else ""))
        except AotError as error:
            sys.exit(f"{name}: {error.message}")
    if options.out:
        copy_licences(Path(options.out))


if __name__ == "__main__":
    main(sys.argv[1:])
