"""Fetch the Python of Debian for AArch64 into `build/machines/aarch64`, for a test that runs beskid there.

The packages are unpacked and nothing is installed; qemu runs the interpreter with this folder in place of `/`. It takes
the packages of the release that this machine runs. On a machine without apt, or without a network, it says so and goes
on: the test is then skipped.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "build" / "machines" / "aarch64"
ARCHITECTURE = "arm64"
PACKAGES = ("python3", "libpython3-stdlib", "libstdc++6")
SECONDS = 600


def python_of(folder: Path) -> Path | None:
    """Return the interpreter in a folder; None unless it was unpacked to the end."""
    return next((path for path in sorted((folder / "usr" / "bin").glob("python3.[0-9]*")) if path.is_file()), None)


def fetch(work: Path) -> list[Path]:
    """Download the packages, and all that they need, with lists and a cache of their own."""
    for name in ("lists/partial", "cache/archives/partial"):
        (work / name).mkdir(parents=True)
    (work / "status").touch()
    settings = {
        "APT::Architecture": ARCHITECTURE,
        "APT::Architectures::": ARCHITECTURE,
        "APT::Install-Recommends": "false",
        "APT::Sandbox::User": "root",
        "Dir::State::lists": str(work / "lists"),
        "Dir::State::status": str(work / "status"),
        "Dir::Cache": str(work / "cache"),
    }
    words = ["apt-get", "--quiet=2", *[word for key, text in settings.items() for word in ("-o", f"{key}={text}")]]
    for action in (["update"], ["--yes", "--download-only", "install", *PACKAGES]):
        subprocess.run([*words, *action], check=True, timeout=SECONDS, stdout=subprocess.DEVNULL)
    return sorted((work / "cache" / "archives").glob("*.deb"))


def unpack(packages: list[Path], folder: Path) -> None:
    """Unpack packages one over the other. Some have files below `lib`, which is a link in a Debian system."""
    (folder / "usr" / "lib").mkdir(parents=True)
    (folder / "lib").symlink_to("usr/lib")
    for package in packages:
        unpacked = subprocess.run(["dpkg-deb", "--fsys-tarfile", str(package)], check=True, stdout=subprocess.PIPE)
        words = ["tar", "--extract", "--directory", str(folder), "--keep-directory-symlink", "--no-same-owner"]
        subprocess.run(words, input=unpacked.stdout, check=True)


def main() -> None:
    if python_of(FOLDER) is not None:
        return
    missing = [name for name in ("apt-get", "dpkg-deb", "tar") if shutil.which(name) is None]
    if missing:
        print(f"no Python for AArch64: {', '.join(missing)} is not installed", file=sys.stderr)
        return
    FOLDER.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=FOLDER.parent) as name:
        try:
            unpack(fetch(Path(name)), Path(name, "root"))
        except (OSError, subprocess.SubprocessError) as error:
            print(f"no Python for AArch64: {error}", file=sys.stderr)
            return
        Path(name, "root").rename(FOLDER)


if __name__ == "__main__":
    main()
