"""The files of a Python package whose code is a Beskid program, and the wheel that contains them.

Takes the linked library of the program with its interface, and returns contents by path; it writes nothing. Equal
libraries make equal wheels. The package needs the distribution `beskid-runtime` alone, of a release whose
contract the library was compiled for.
"""

from __future__ import annotations

import base64
import hashlib
import io
import re
import sys
import zipfile
from keyword import iskeyword
from typing import Any

from beskid import __version__
from beskid.base.node import value
from beskid.codegen.host import host_machine
from beskid.codegen.shared_library import needed_versions, read_shared_library
from beskid.driver.failure import STATUS_USAGE, DriverError
from beskid.driver.outputs import PYTHON_MARK, WHEEL_COMMENT
from beskid.embed.stubs import stub_text
from beskid.files.problems import shown_text

RUNTIME_DISTRIBUTION = "beskid-runtime"
RUNTIME_PACKAGE = "beskid_runtime"
MARK = f"{PYTHON_MARK.decode()}; do not edit."

PACKAGES = frozenset((*sys.stdlib_module_names, "beskid", RUNTIME_PACKAGE))
"""Names that a package must not hide."""

OLDEST_GLIBC = 17
"""The minor version that the oldest platform tag of Linux in use names."""

SYSTEM_LIBRARIES = re.compile(r"(libbeskid_runtime|lib[cm]|libpthread|libdl|ld-linux[-\w]*)\.so(\.\d+)?")
"""What every machine with `beskid-runtime` has."""

STUB_IMPORTS = f"from {RUNTIME_PACKAGE} import Array as Array\nfrom {RUNTIME_PACKAGE} import Generic as _Generic"

MODULE = """\
{mark}
from {runtime} import load_package

load_package(__name__, __file__, "{library}")
"""

_PRERELEASES = {"alpha": "a", "beta": "b", "rc": "rc", "dev": ".dev"}
_VERSION = re.compile(r"(\d+(?:\.\d+)*)(?:-(alpha|beta|rc|dev)(?:\.(\d+))?)?(?:\+([0-9A-Za-z]+(?:\.[0-9A-Za-z]+)*))?")


@value
class PythonPackage:
    """A package. `name` is what Python imports, `version` follows the rules of Python."""

    name: str
    version: str
    summary: str
    files: tuple[tuple[str, bytes], ...]
    platform: str

    @property
    def wheel_name(self) -> str:
        return f"{self.name}-{self.version}-py3-none-{self.platform}.whl"


def package_name(name: str) -> str:
    """Return the name by which Python imports the package of a project. Raises `DriverError`."""
    made = re.sub(r"[^0-9a-z]+", "_", name.lower()).strip("_")
    if not made.isidentifier() or iskeyword(made):
        help = "name the project with letters, digits and `_`, a letter first"
        raise DriverError(f"Python cannot import a package `{shown_text(name)}`", help, status=STATUS_USAGE)
    if made in PACKAGES:
        help = "give the project another name"
        raise DriverError(f"the package `{made}` would hide a module of Python", help, status=STATUS_USAGE)
    return made


def package_version(version: str) -> str:
    """Return a version as Python writes it: `1.4.0-beta.2` is `1.4.0b2`. Raises `DriverError`."""
    found = _VERSION.fullmatch(version)
    if found is None:
        help = "write numbers such as `1.4.0`, with `-alpha.1`, `-beta.1`, `-rc.1` or `-dev.1` before a release"
        raise DriverError(f"Python has no version `{shown_text(version)}`", help, status=STATUS_USAGE)
    number, prerelease, count, local = found.groups()
    before = f"{_PRERELEASES[prerelease]}{int(count or 0)}" if prerelease else ""
    return f"{number}{before}{f'+{local.lower()}' if local else ''}"


def library_name(name: str) -> str:
    return f"lib{name}.so"


def make_package(name: str, version: str, interface: dict[str, Any], library: bytes) -> PythonPackage:
    """Return the package of a program. `name` and `version` are those of Python."""
    module = MODULE.format(mark=MARK, runtime=RUNTIME_PACKAGE, library=library_name(name))
    files = (
        ("__init__.py", module.encode()),
        ("__init__.pyi", f"{MARK}\n{stub_text(interface, STUB_IMPORTS)}".encode()),
        ("py.typed", b""),
        (library_name(name), library),
    )
    summary = str(interface["doc"]).partition("\n")[0]
    return PythonPackage(name, version, summary, files, platform_of(library))


def platform_of(library: bytes) -> str:
    """Return the platform of a wheel with a library: the oldest glibc that has its symbols.

    A library that needs others than those of the system is for this machine alone.
    """
    machine = host_machine()
    if not all(SYSTEM_LIBRARIES.fullmatch(name) for name in read_shared_library(library).needed):
        return f"linux_{machine}"
    numbers = [re.fullmatch(r"GLIBC_2\.(\d+)(\.\d+)*", version) for version in needed_versions(library)]
    newest = max([OLDEST_GLIBC, *[int(number[1]) for number in numbers if number is not None]])
    return f"manylinux_2_{newest}_{machine}"


def runtime_requirement(version: str = __version__) -> str:
    """Return what a package requires: this release or a later one of the same minor version.

    The parts of the contract that are drafts may change in the next one.
    """
    major, minor = version.split(".")[:2]
    return f"{RUNTIME_DISTRIBUTION}>={version},<{major}.{int(minor) + 1}.dev0"


def wheel_bytes(package: PythonPackage) -> bytes:
    """Return the wheel of a package."""
    information = f"{package.name}-{package.version}.dist-info"
    metadata = [
        "Metadata-Version: 2.1",
        f"Name: {package.name.replace('_', '-')}",
        f"Version: {package.version}",
        *([f"Summary: {package.summary}"] if package.summary else []),
        "Requires-Python: >=3.11",
        f"Requires-Dist: {runtime_requirement()}",
    ]
    wheel = [
        "Wheel-Version: 1.0",
        f"Generator: beskid {__version__}",
        "Root-Is-Purelib: false",
        f"Tag: py3-none-{package.platform}",
    ]
    contents = [(f"{package.name}/{path}", data) for path, data in package.files]
    contents.append((f"{information}/METADATA", "\n".join([*metadata, ""]).encode()))
    contents.append((f"{information}/WHEEL", "\n".join([*wheel, ""]).encode()))
    rows = [f"{path},sha256={_digest(data)},{len(data)}" for path, data in contents]
    record = f"{information}/RECORD"
    contents.append((record, "\n".join([*rows, f"{record},,", ""]).encode()))
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = WHEEL_COMMENT
        for path, data in contents:
            entry = zipfile.ZipInfo(path)
            entry.external_attr = (0o755 if path.endswith(".so") else 0o644) << 16
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _digest(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
