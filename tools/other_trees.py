"""Other states of the sources beside this one: a copy to edit, and an interpreter that imports from it.

A test may start `python -m beskid` with an environment of its own, so a search path in a variable is not enough: the
interpreter itself must belong to the tree.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

_BUILT = "src/beskid/_runtime"


def copy_tree(root: Path, target: Path) -> None:
    """Copy the files of a checkout that are not ignored, and its built runtime."""
    words = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(words, cwd=root, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        if (root / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / name, target / name)
    if (root / _BUILT).is_dir():
        shutil.copytree(root / _BUILT, target / _BUILT)


def interpreter_for(tree: Path, folder: Path) -> str:
    """Make an environment in a folder whose Python imports the sources of a tree and the packages of this one.

    Return the path of its interpreter.
    """
    venv.create(folder, symlinks=True)
    packages = sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)})
    # The folder of our own packages has a file that names this tree, which is only read in folders of an environment.
    lines = [str(tree / "src"), str(tree), sysconfig.get_path("purelib"), sysconfig.get_path("platlib")]
    Path(packages, "tree.pth").write_text("".join(f"{line}\n" for line in dict.fromkeys(lines)), encoding="utf-8")
    return str(folder / "bin" / Path(sys.executable).name)
