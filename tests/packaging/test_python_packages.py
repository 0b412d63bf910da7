"""Python packages written in Beskid: installed beside `beskid-runtime` into an environment without a compiler.

No network is used: pip finds both wheels, and what they require, in one folder.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.packaging.wheels import PIP, ROOT, copy_sources, load_hook, run

SHOP = """
use Collections.Array;
use Math;

/// Adds two numbers.
pub i64 Add(i64 a, i64 b) => a + b;
pub f64[] Make(i64 count) => Array.Filled(count, 1.5);
pub i64 Third(i64[] values) => values[2];
pub Result<i64, string> Digit(char digit) {
    if digit < '0' || digit > '9' {
        return Result::Error("not a digit");
    }
    return Result::Ok((digit as i64) - 48);
}
pub i64 Apply(i64(i64) function, i64 x) => function(x);
pub unit Greet(string name) {
    PrintLine("hello, ${name}");
}
pub T Larger<T : Comparable>(T a, T b) => if a.Compare(b) > 0 { a } else { b };
pub type Point {
    f64 x,
    f64 y,

    pub f64 Norm() => Math.Sqrt(x * x + y * y);
}
pub enum Shape { Circle(f64 radius), Empty }
pub Shape Grown(Shape shape) => match shape {
    Shape::Circle(radius) => Shape::Circle(radius * 2.0),
    Shape::Empty => Shape::Empty,
};
"""
PARTS = """
pub unit Fill(f64[] values, f64 with) {
    for i in range(0, values.Len()) {
        values[i] = with;
    }
}
pub i64 Deep(i64 n) => if n == 0 { 0 } else { Deep(n + 1) + 1 };
"""
MANIFEST = """
project {
  name = "My Shop"
  version = "1.2.0-beta.3"
}
target "shop" {
  kind = "Lib"
  entry = "Main.bd"
}
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return the interpreter of an environment with two packages and the runtime."""
    folder = tmp_path_factory.mktemp("packages")
    wheels = folder / "wheels"
    cache = str(folder / "cache")
    words = ["wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", str(wheels)]
    sources = folder / "sources"
    copy_sources(sources)
    shutil.copytree(ROOT / "packaging" / "runtime", sources / "packaging" / "runtime")
    made = run([*PIP, *words, str(sources / "packaging" / "runtime")])
    assert made.returncode == 0, made.stdout + made.stderr
    (runtime,) = wheels.iterdir()
    assert runtime.stat().st_size < 400_000
    project = folder / "project"
    (project / "Src").mkdir(parents=True)
    (project / "Project.proj").write_text(MANIFEST, encoding="utf-8")
    (project / "Src" / "Main.bd").write_text(SHOP, encoding="utf-8")
    (folder / "parts.bd").write_text(PARTS, encoding="utf-8")
    for words in (["--project", str(project)], [str(folder / "parts.bd")]):
        command = [sys.executable, "-m", "beskid", "build", "--kind", "python", "--wheel", *words, "-o", str(wheels)]
        built = run(command, XDG_CACHE_HOME=cache)
        assert built.returncode == 0, built.stderr
    assert run([sys.executable, "-m", "venv", "--without-pip", str(folder / "environment")]).returncode == 0
    python = folder / "environment" / "bin" / "python"
    words = ["install", "--quiet", "--no-index", "--find-links", str(wheels), "my-shop==1.2.0b3", "parts"]
    added = run([*PIP, "--python", str(python), *words])
    assert added.returncode == 0, added.stdout + added.stderr
    yield python


def python(installed: Path, code: str, **variables: str) -> str:
    done = run([str(installed), "-c", code], **variables)
    assert (done.stderr, done.returncode) == ("", 0)
    return done.stdout


CALLS = """
import beskid_runtime, my_shop
print(my_shop.Add(2, 3), my_shop.Add.__doc__.splitlines()[-1])
point = my_shop.Point(3.0, y=4.0)
point.x = 0.0
print(point, point.Norm(), my_shop.Grown(my_shop.Shape.Circle(2.0)), list(my_shop.Make(2)))
print(my_shop.Apply(lambda x: x * 3, 14))
my_shop.Greet("you")
try:
    my_shop.Third(my_shop.Make(3))
except TypeError as error:
    print(error)
import array
try:
    my_shop.Third(array.array("q", [1]))
except beskid_runtime.Panic as error:
    print(error, error.frames[0].function, error.frames[0].line)
try:
    my_shop.Digit("x")
except beskid_runtime.ResultError as error:
    print(error.value)
try:
    my_shop.Larger[int](1, 2)
except beskid_runtime.GateError as error:
    print(error)
"""


def test_a_package_is_called(installed: Path) -> None:
    assert python(installed, CALLS).splitlines() == [
        "5 Adds two numbers.",
        "Point(x=0.0, y=4.0) 4.0 Shape.Circle(radius=4.0) [1.5, 1.5]",
        "42",
        "hello, you",
        "Third: argument `values` wants i64[]; got beskid.Array",
        "  help: np.asarray(values, dtype=np.int64)",
        "index out of range: the length is 1 but the index is 2 Main.Third 8",
        "not a digit",
        "`my_shop` was built without Larger<i64>",
        "  help: add a public function that calls Larger<i64> to the package, and build it again",
    ]


def test_two_packages_share_one_heap(installed: Path) -> None:
    code = (
        "import my_shop, parts\nvalues = my_shop.Make(3)\nparts.Fill(values, 7.0)\nprint(list(values))\n"
        "names = {line.split()[-1] for line in open('/proc/self/maps') if 'libbeskid_runtime' in line}\n"
        "print(len(names))\n"
        "try:\n    parts.Deep(1)\nexcept RuntimeError as error:\n    print(error)\n"
        "print(my_shop.Add(1, 1))\n"
    )
    assert python(installed, code) == "[7.0, 7.0, 7.0]\n1\nstack overflow\n2\n"


def test_neither_compiler_nor_front_end_is_there(installed: Path) -> None:
    code = (
        "import my_shop, beskid, sys, os\nfrom importlib.util import find_spec\n"
        "print(find_spec('llvmlite'), find_spec('beskid.analysis'))\n"
        "try:\n    beskid.compile('pub i64 F() => 1;')\nexcept beskid.CompileError as error:\n    print(error)\n"
    )
    assert python(installed, code).splitlines() == [
        "None None",
        "error: the compiler is not installed",
        "  help: pip install beskid",
    ]


def test_the_wheel_has_the_modules_that_loading_imports_and_no_others(installed: Path) -> None:
    code = (
        "import my_shop, beskid, sys, os, pickle\nfolder = os.path.dirname(beskid.__file__)\n"
        "pickle.loads(pickle.dumps(my_shop.Add))\n"
        "for name in sorted(sys.modules):\n"
        "    if name.partition('.')[0] == 'beskid' and name != 'beskid._embed':\n"
        "        print(os.path.relpath(sys.modules[name].__file__, folder))\n"
    )
    hook = load_hook(ROOT / "packaging" / "runtime" / "hatch_build.py")
    assert sorted(python(installed, code).split()) == sorted(hook.MODULES)


def test_functions_are_pickled_by_name(installed: Path, tmp_path: Path) -> None:
    file = tmp_path / "function.pickle"
    python(installed, f"import my_shop, pickle; pickle.dump(my_shop.Add, open({str(file)!r}, 'wb'))")
    assert python(installed, f"import pickle; print(pickle.load(open({str(file)!r}, 'rb'))(20, 22))") == "42\n"


def test_the_package_is_one_for_the_import_system(installed: Path) -> None:
    code = (
        "import importlib.metadata, importlib.resources, my_shop\nprint(my_shop.__name__, my_shop.__spec__.name)\n"
        "print(sorted(path.name for path in importlib.resources.files(my_shop).iterdir() if path.is_file()))\n"
        "print(importlib.metadata.version('my-shop'), importlib.metadata.requires('my-shop'))"
    )
    lines = python(installed, code).splitlines()
    assert lines[0] == "my_shop my_shop"
    assert lines[1] == "['__init__.py', '__init__.pyi', 'libmy_shop.so', 'py.typed']"
    assert lines[2].startswith("1.2.0b3 ['beskid-runtime")


CAUGHT = "try:\n    import my_shop\nexcept ImportError as error:\n    print(type(error).__name__, error)"


def test_a_folder_with_the_name_of_the_compiler_is_passed_over(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "beskid").mkdir()
    code = "import my_shop\nprint(my_shop.Add(1, 2))"
    assert python(installed, code, PYTHONPATH=str(tmp_path)) == "3\n"
    assert python(installed, f"import beskid\n{code}", PYTHONPATH=str(tmp_path)) == "3\n"


def test_another_version_of_the_compiler_is_refused(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "beskid").mkdir()
    (tmp_path / "beskid" / "__init__.py").write_text('__version__ = "0.1.0"\nclass GateError(ImportError): ...\n')
    printed = python(installed, CAUGHT, PYTHONPATH=str(tmp_path))
    assert printed.startswith("GateError beskid 0.1.0 and beskid-runtime ")
    assert "help: pip install beskid==" in printed


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (b"abi=2\n", b"abi=3\n", "ABI version"),
        (b"\ndraft=0x", b"\ndraft=0y", "draft layout"),
    ],
)
def test_a_library_that_does_not_fit_is_refused(
    installed: Path, tmp_path: Path, old: bytes, new: bytes, message: str
) -> None:
    (library,) = installed.parents[1].glob("lib/python*/site-packages/my_shop/libmy_shop.so")
    damaged = tmp_path / "my_shop"
    damaged.mkdir()
    image = library.read_bytes()
    assert image.count(old) == 1
    (damaged / library.name).write_bytes(image.replace(old, new))
    (damaged / "__init__.py").write_bytes((library.parent / "__init__.py").read_bytes())
    printed = python(installed, CAUGHT, PYTHONPATH=str(tmp_path))
    assert printed.startswith("GateError") and message in printed and "help: " in printed
