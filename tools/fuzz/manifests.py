"""Mutated manifests: read, resolved with their targets, dependencies and link blocks, and snapshotted."""

from __future__ import annotations

import random
from pathlib import Path

from tools.fuzz.mutate import mutate_bytes, mutate_words
from tools.fuzz.target import Target

from beskid.driver.failure import DriverError
from beskid.driver.foreign.policy import LinkOptions
from beskid.driver.inputs.manifest import MANIFEST_NAME
from beskid.driver.inputs.project import ResolveFailure, resolve_input
from beskid.driver.options import CompileOptions
from beskid.driver.session import Session
from beskid.files.problems import FileError
from beskid.source.render import human

ROOT = Path(__file__).resolve().parents[2]
FULL = b"""\
// every kind of block
project { name = "Demo" version = "0.1.0" root = "Src" }
target "demo" { kind = App entry = "Main.bd" }
target "lib" { kind = Lib entry = "Main.bd" }
target "tests" { kind = Test entry = "Main.bd" }
dependency "Other" { source = path path = "../other" }
link { libraries = ["m"] searchPaths = ["lib"] extraArgs = ["-lm"] }
"""
SEEDS = [FULL, *[path.read_bytes() for path in sorted(ROOT.glob("examples/*/Project.proj"))]]
NAMES = """
project target dependency link name version root kind entry source path libraries searchPaths extraArgs App Lib Test
"""
MARKS = """
{ } [ ] = , " ' // /* */ \\ \\n \0 -1 1e9 . .. ../.. / ~ * ? "" "/" "../other" "é" "😀" "Std" "Demo" "-o" "-Wl,x" "@x"
"""
BYTES = (b"\xff", b"\n", b"\r", b"\t", b"\xef\xbb\xbf", b"\x1b[31m", b'"\xe2\x80\xae"')
WORDS = [*[word.encode() for word in NAMES.split()], *[word.encode() for word in MARKS.split()], *BYTES]


class Manifests(Target):
    suffix = ".proj"
    verdicts = ("refused", "accepted")

    def prepare(self, folder: Path) -> None:
        self.folder = folder
        for name, text in {
            "demo/Src/Main.bd": "unit main() { }\n",
            "other/Project.proj": FULL.replace(b"Demo", b"Other").replace(b"../other", b"../demo").decode(),
            "other/Src/Main.bd": "pub i64 lib() => 1;\n",
        }.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")

    def make(self, chance: random.Random) -> bytes:
        seed = chance.choice(SEEDS)
        return mutate_words(seed, chance, WORDS) if chance.random() < 0.6 else mutate_bytes(seed, chance, SEEDS)

    def run(self, data: bytes) -> str:
        project = self.folder / "demo"
        (project / MANIFEST_NAME).write_bytes(data)
        try:
            resolved = resolve_input(project, None, None, project)
            if isinstance(resolved, ResolveFailure):
                human(list(resolved.diagnostics))
                return "refused"
            human(list(resolved.diagnostics))
            session = Session(resolved, CompileOptions(), {"XDG_CACHE_HOME": str(self.folder)}, LinkOptions())
            session.key()
        except (DriverError, FileError):
            return "refused"
        return "accepted"
