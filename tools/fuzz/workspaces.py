"""Mutated manifests of workspaces, resolved with members, overrides and dependencies, and mutated lock files."""

from __future__ import annotations

import random
from pathlib import Path

from tools.fuzz.manifests import BYTES, MARKS
from tools.fuzz.mutate import mutate_bytes, mutate_words
from tools.fuzz.target import Target

from beskid.driver.dependencies.lockfile import PROJECT_LOCK
from beskid.driver.failure import DriverError
from beskid.driver.inputs.manifest_names import PROJECT_NAME, WORKSPACE_NAME
from beskid.driver.inputs.project import ResolvedInput, ResolveFailure, ResolveOptions, resolve_input
from beskid.driver.options import CompileOptions
from beskid.driver.session import Session
from beskid.files.problems import FileError
from beskid.source.render import human

PROJECT = """\
project { name = "NAME" version = "0.1.0" }
target "app" { kind = App entry = "Main.bd" }
"""
WORKSPACE = b"""\
// every kind of block
workspace { name = "Demo" resolver = v1 }
member "app" { path = "app" }
member "lib" { path = "lib" tags = ["a", "b"] }
override "Lib" { path = "other" member = "lib" }
override "Money" { url = "https://a.example/money" rev = "v1" }
registry "main" { url = "https://a.example" }
"""
COMMIT = "0123456789012345678901234567890123456789"
LOCK = f"""\
lock {{ format = "2" }}
root "App" {{ dependencies = ["Lib", "Money"] }}
package "Lib" {{ version = "0.1.0" source = path path = "../lib" dependencies = [] }}
package "Money" {{
    version = "0.1.0" source = git url = "https://a.example/money" rev = "v1" commit = "{COMMIT}"
    digest = "sha256:0" dependencies = []
}}
""".encode()
NAMES = """
workspace member override registry name resolver path url rev version v1 app lib other Lib Money lock root package
format source git commit digest dependencies
"""
WORDS = [*[word.encode() for word in (NAMES + MARKS).split()], *BYTES]
GIT = 'dependency "Money" { source = git url = "https://a.example/money" rev = "v1" }\n'


class _Projects(Target):
    """Two members and a project that an override names; `run` writes the input to the file `target`."""

    verdicts: tuple[str, ...] = ("refused", "accepted")
    seed = b""
    target = ""

    def prepare(self, folder: Path) -> None:
        self.folder = folder
        for name in ("app", "lib", "other"):
            (folder / name / "Src").mkdir(parents=True, exist_ok=True)
            (folder / name / "Src" / "Main.bd").write_text("unit main() { }\n", encoding="utf-8")
            text = PROJECT.replace("NAME", name.title())
            if name == "app":
                text += 'dependency "Lib" { source = path path = "../lib" }\n' + self.more()
            (folder / name / PROJECT_NAME).write_text(text, encoding="utf-8")

    def more(self) -> str:
        """Return what the manifest of the first member has in addition."""
        return ""

    def make(self, chance: random.Random) -> bytes:
        if chance.random() < 0.7:
            return mutate_words(self.seed, chance, WORDS)
        return mutate_bytes(self.seed, chance, [self.seed])

    def run(self, data: bytes) -> str:
        (self.folder / self.target).write_bytes(data)
        verdict = "accepted"
        for options in (ResolveOptions(), ResolveOptions(member="lib"), ResolveOptions(is_locked=True)):
            try:
                resolved = resolve_input(None, None, None, self.folder / "app", options)
                human(list(resolved.diagnostics))
                if isinstance(resolved, ResolveFailure):
                    verdict = "refused"
                else:
                    self.compile(resolved)
            except (DriverError, FileError):
                verdict = "refused" if options == ResolveOptions() else verdict
        return verdict

    def compile(self, resolved: ResolvedInput) -> None:
        Session(resolved, CompileOptions(), {"XDG_CACHE_HOME": str(self.folder)}).key()


class Workspaces(_Projects):
    suffix = ".proj"
    seed = WORKSPACE
    target = WORKSPACE_NAME


class Locks(_Projects):
    """No checkout exists, so an input that is a good lock file is refused at the dependency that is not fetched."""

    suffix = ".lock"
    seed = LOCK
    target = f"app/{PROJECT_LOCK}"
    verdicts = ("damaged", "out of date", "not fetched")

    def more(self) -> str:
        return GIT

    def run(self, data: bytes) -> str:
        (self.folder / self.target).write_bytes(data)
        try:
            resolved = resolve_input(None, None, None, self.folder / "app")
        except DriverError:
            return "damaged"
        human(list(resolved.diagnostics))
        codes = [each.code for each in resolved.diagnostics]
        return "not fetched" if "E3033" in codes else "out of date"
