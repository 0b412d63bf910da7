"""The native command as an installation has it: beside a script that starts the compiler, and here also counts it."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tests import limits
from tools import build_launcher

from beskid.driver.cache.store import LAUNCHES, PROGRAMS, RECORDS

ROOT = Path(__file__).resolve().parents[2]
SANITIZERS = ("-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")
SECONDS = 120


@dataclass(frozen=True)
class Ran:
    """What a command did; `is_native` when the compiler was not started."""

    stdout: str
    stderr: str
    status: int
    is_native: bool


@dataclass
class Installation:
    """A folder `bin` with the native command, and a home of its own."""

    folder: Path

    @property
    def command(self) -> Path:
        return self.folder / "bin" / "beskid"

    @property
    def cache(self) -> Path:
        return self.folder / "cache" / "beskid"

    def run(
        self,
        *words: str,
        folder: Path,
        stdin: bytes = b"",
        command: list[str] | None = None,
        variables: dict[str, str] | None = None,
    ) -> Ran:
        """Run the command in a folder. Variables are added to an environment that has only the usual ones."""
        starts = self.folder / "starts"
        starts.unlink(missing_ok=True)
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "XDG_CACHE_HOME": str(self.cache.parent),
            "ASAN_OPTIONS": "detect_leaks=0",
            **(variables or {}),
        }
        done = limits.run(
            command or [str(self.command), *words],
            cwd=folder, env=environment, input=stdin, capture_output=True, timeout=SECONDS, check=False,
        )  # fmt: skip
        return Ran(done.stdout.decode(), done.stderr.decode(), done.returncode, not starts.exists())

    def await_launches(self, count: int = 1) -> list[Path]:
        """Wait until the separate process has written so many launches."""
        end = time.monotonic() + SECONDS
        while len(found := self.entries(LAUNCHES)) < count:
            assert time.monotonic() < end, "no launch was made"
            time.sleep(0.02)
        return found

    def entries(self, kind: str) -> list[Path]:
        """The entries of a kind, temporary files left out."""
        folder = self.cache / kind
        return sorted(path for path in folder.glob("[0-9a-f]*") if len(path.name) == 40) if folder.is_dir() else []

    def prepare(self, *words: str, folder: Path) -> None:
        """Run a program until its next start is native."""
        first = self.run("run", *words, folder=folder)
        assert not first.is_native
        self.await_launches()
        assert self.run("run", *words, folder=folder) == Ran(first.stdout, first.stderr, first.status, True)

    def program(self) -> Path:
        (path,) = self.entries(PROGRAMS)
        return path

    def record(self) -> Path:
        (path,) = self.entries(RECORDS)
        return path


def install(folder: Path, flags: tuple[str, ...] = SANITIZERS) -> Installation:
    """Build the command into a folder; the compiler notes its starts in the file `starts`."""
    made = Installation(folder)
    build_launcher.build(ROOT, "cc", made.command, flags)
    script = folder / "bin" / "beskid-python"
    script.write_text(
        f"#!{sys.executable}\n"
        "import sys\n"
        f"sys.path[:0] = [{str(ROOT / 'src')!r}]\n"
        f"open({str(folder / 'starts')!r}, 'w').close()\n"
        "from beskid.__main__ import main\n"
        "sys.exit(main())\n",
        encoding="utf-8",
    )
    script.chmod(0o755)
    return made
