"""Builds the playground: `python -m tools.playground [FOLDER]`, by default into `build/site/play`.

The folder holds everything that the page needs: the compiler as bytecode for the Python of Pyodide, that Python, the
page with its editor in one file, the lessons and the examples. Node.js and npm make it; no server runs it.
"""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from tools.node_packages import SITE, install, packages_of

from beskid.serve.page import programs, tokens

ROOT = Path(__file__).resolve().parents[1]
MODULES = packages_of(SITE)
DEFAULT = ROOT / "build" / "site" / "play"

PARTS = ("abi", "analysis", "base", "files", "ir", "lower", "playground", "source", "syntax")
"""The packages that a page gets whole. Of the others it gets the modules that `playground_modules` lists."""
PYTHON = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "pyodide-lock.json")
LIBRARY = "python_stdlib.zip"
PAGES = ("index.html", "style.css", "logo.svg", "old.js", "worker.js")


def sources() -> bytes:
    """Return the archive of the compiler's sources, its core library and the pages of diagnostics."""
    package = ROOT / "src" / "beskid"
    listed = subprocess.run(
        [sys.executable, "-m", "tools.playground_modules"], cwd=ROOT, check=True, stdout=subprocess.PIPE
    )
    wanted = {}
    for name in listed.stdout.decode("ascii").split():
        path = package.joinpath(*name.split(".")[1:])
        path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
        wanted[f"beskid/{path.relative_to(package)}"] = path
    for part in PARTS:
        wanted |= {f"beskid/{path.relative_to(package)}": path for path in (package / part).rglob("*.py")}
    library = ROOT / "corelib" / "src"
    wanted |= {f"beskid/_corelib/{path.relative_to(library)}": path for path in library.rglob("*.bd")}
    pages = ROOT / "docs" / "reference" / "diagnostics"
    wanted |= {f"beskid/_diagnostics/{path.name}": path for path in pages.glob("[EW]*.md")}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(wanted):
            archive.writestr(zipfile.ZipInfo(name), wanted[name].read_bytes())
    return packed.getvalue()


def node(*words: str) -> None:
    """Run a program of Node.js in the folder of the page; exit when it fails."""
    done = subprocess.run(words, cwd=SITE, check=False, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"failed: {' '.join(words)}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")


def build(folder: Path) -> None:
    """Build the page into a folder, which is made anew."""
    problem = install(SITE)
    if problem:
        sys.exit(f"the playground is built with Node.js 20 or newer: {problem}")
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "pyodide").mkdir(parents=True)
    work = folder / "work"
    shutil.copytree(SITE / "play", work)
    (work / "tokens.js").write_text(tokens(), encoding="utf-8")
    (work / "node_modules").symlink_to(MODULES)
    node(
        str(MODULES / ".bin" / "esbuild"), str(work / "page.js"), "--bundle", "--format=esm", "--minify",
        "--target=es2022", "--log-level=error", f"--outfile={folder / 'page.js'}",
    )  # fmt: skip
    for name in PAGES:
        shutil.copy(work / name, folder / name)
    for name in PYTHON:
        shutil.copy(MODULES / "pyodide" / name, folder / "pyodide" / name)
    given = work / "sources.zip"
    given.write_bytes(sources())
    node("node", "compile.mjs", str(given), str(folder / "beskid.zip"), str(folder / "pyodide" / LIBRARY))
    (folder / "programs.json").write_bytes(programs(ROOT))
    offline = (work / "offline.js").read_text(encoding="utf-8")
    shutil.rmtree(work)
    _write_offline(folder, offline)


def _write_offline(folder: Path, script: str) -> None:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    version = hashlib.sha256(b"".join(hashlib.sha256(path.read_bytes()).digest() for path in files)).hexdigest()[:16]
    names = ["./", *[str(path.relative_to(folder)) for path in files]]
    head = f"const VERSION = {json.dumps(version)};\nconst FILES = {json.dumps(names)};\n"
    (folder / "offline.js").write_text(head + script, encoding="utf-8")


if __name__ == "__main__":
    build(Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else DEFAULT)
