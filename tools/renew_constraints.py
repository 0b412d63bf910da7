"""Renew `constraints.txt`: the newest versions of the development tools that work together.

Installs them into a fresh environment in a temporary folder and writes down what was installed. The pins stay as they
are if that fails. Run `make lint test` before committing the result.
"""

from __future__ import annotations

import subprocess
import tempfile
import tomllib
from pathlib import Path

from tools.environment import CONSTRAINTS, RAY, ROOT, WORDS, find_python, make_environment

HEADER = """\
# The versions of the development tools that the build is known to work with; tools/environment.py installs these.
# To renew: make constraints, then make lint test.
"""


def requirements() -> list[str]:
    """Return what the development environments need beside the package itself."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]
    extras: dict[str, list[str]] = project["optional-dependencies"]
    cross = [each for each in extras["cross"] if not each.startswith("beskid")]
    return [*extras["dev"], *cross, *WORDS["cross"], RAY]


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "environment"
        make_environment(find_python(), folder)
        pip = [str(folder / "bin" / "python"), "-m", "pip"]
        subprocess.run([*pip, "install", "--quiet", *requirements()], check=True)
        done = subprocess.run([*pip, "freeze"], stdout=subprocess.PIPE, text=True, check=True)
    CONSTRAINTS.write_text(HEADER + done.stdout, encoding="utf-8")


if __name__ == "__main__":
    main()
