"""Add the current level of the runtime contract to the museum: `tests/abi/museum/level-N.tar.xz`.

    python tools/museum.py [--tree PATH]

The archive has the runtime of a checkout, and each program of the museum as an object, an executable, or a static and a
shared library; and each program as an object of every other target. The tests load and link every object with every
runtime. `--tree` takes another checkout, to add a level of the past.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MUSEUM = ROOT / "tests" / "abi" / "museum"
RUNTIME_FILES = ("libbeskid_runtime.so", "libbeskid_runtime.a", "beskid_start.o")
LIBRARY = "library"


def run(tree: Path, *words: str) -> None:
    """Run Python with the compiler of a checkout."""
    environment = {**os.environ, "PYTHONPATH": str(tree / "src")}
    subprocess.run([sys.executable, *words], cwd=tree, env=environment, check=True, stdout=subprocess.DEVNULL)


def build_runtime(tree: Path, folder: Path) -> None:
    """Build the runtime of a checkout without debug information."""
    run(tree, str(tree / "runtime" / "build.py"), "--out", str(folder), "--flag=-g0")
    for path in folder.iterdir():
        if path.name not in RUNTIME_FILES:
            path.unlink()
    subprocess.run(["strip", "--strip-unneeded", str(folder / RUNTIME_FILES[0])], check=True)


def build_programs(tree: Path, folder: Path, runtime: Path) -> None:
    """Build every program of the museum with the compiler of a checkout and a runtime."""
    os.environ["BESKID_RUNTIME_FOLDER"] = str(runtime)
    for source in sorted((MUSEUM / "programs").glob("*.bd")):
        kinds = ("static", "shared") if source.stem == LIBRARY else ("object", "exe")
        for kind in kinds:
            name = {"static": "{}.a", "shared": "{}.so", "object": "{}.o", "exe": "{}"}[kind].format(source.stem)
            strip = ["--strip"] if kind != "object" else []
            words = ["build", "--kind", kind, *strip, str(source), "-o", str(folder / name)]
            run(tree, "-m", "beskid", *words)
    for description in folder.glob("*.beskid.json"):
        description.unlink()


LIST_TARGETS = """
from beskid.codegen.host import host_triple
from beskid.codegen.target import TARGETS
print(*[target.name for target in TARGETS.values() if target.triple != host_triple()])
"""


def build_objects(tree: Path, folder: Path) -> None:
    """Compile every program of the museum for every other target of a checkout."""
    environment = {**os.environ, "PYTHONPATH": str(tree / "src")}
    listed = subprocess.run(
        [sys.executable, "-c", LIST_TARGETS], cwd=tree, env=environment, check=True, stdout=subprocess.PIPE, text=True
    )
    for name in listed.stdout.split():
        (folder / name).mkdir(parents=True)
        for source in sorted((MUSEUM / "programs").glob("*.bd")):
            words = ["build", "--for", name, "--kind", "object", "--no-emit-metadata", str(source)]
            run(tree, "-m", "beskid", *words, "-o", str(folder / name / f"{source.stem}.o"))


def level_of(tree: Path) -> int:
    found = re.search(r"^level = (\d+)$", (tree / "runtime" / "abi.toml").read_text(encoding="utf-8"), re.MULTILINE)
    if found is None:
        raise SystemExit(f"{tree}: runtime/abi.toml states no level")
    return int(found[1])


def pack(folder: Path, target: Path) -> None:
    """Write an archive of a folder that is the same for the same files."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:xz", preset=9) as archive:
        for path in sorted(folder.rglob("*")):
            row = archive.gettarinfo(path, path.relative_to(folder).as_posix())
            row.mtime = row.uid = row.gid = 0
            row.uname = row.gname = ""
            with path.open("rb") if path.is_file() else io.BytesIO() as file:
                archive.addfile(row, file if path.is_file() else None)
    target.write_bytes(content.getvalue())


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="museum.py", description="Add a level of the runtime contract to the museum.")
    parser.add_argument("--tree", type=Path, default=ROOT, metavar="PATH", help="a checkout (default: this one)")
    tree: Path = parser.parse_args(arguments).tree.resolve()
    target = MUSEUM / f"level-{level_of(tree)}.tar.xz"
    with tempfile.TemporaryDirectory(prefix="museum-") as name:
        folder = Path(name)
        os.environ["XDG_CACHE_HOME"] = str(folder / "cache")
        (folder / "made" / "runtime").mkdir(parents=True)
        build_runtime(tree, folder / "made" / "runtime")
        build_programs(tree, folder / "made", folder / "made" / "runtime")
        if (tree / "src" / "beskid" / "codegen" / "conventions.py").exists():
            build_objects(tree, folder / "made" / "objects")
        pack(folder / "made", target)
    print(f"wrote {target.relative_to(ROOT)}, {target.stat().st_size // 1024} KiB")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
