"""The conformance and mapping pages: no row forgotten, no test that does not exist, no counterpart that does not."""

from __future__ import annotations

import importlib
import os
import re

import pytest
from tests import limits
from tests.conformance import PAGES, ROOT, named_tests, rows
from tests.inner_pytest import PYTEST

IN_THE_SEEDS = """
S0-EXTRAS S0-ONCE S0-ORDER S0-GATE S0-AOTIMP S0-AOTLINK S0-META S0-SIG S0-MISS S0-BUMPPROC
S1-REC S1-TYPES S1-DECL S1-NEW S1-ADDR S1-REMAP S1-DLONCE S1-DISP
S2-VER S2-BUMP S2-ADD S2-SAME S2-LOW S2-NEW S2-PLAT S2-EXTV S2-OWN
S3-LINK S3-SYSC S3-KINDS S3-PRE
S4-1 S4-2 S4-3 S4-4 S4-5 S4-6 S4-ALLOW S4-FORBID S4-VAL S4-MAINT
""".split()  # noqa: SIM905 (the names read best as running text)
IN_THE_CATALOGUE = [
    *[f"ABI-{number:03}" for number in range(1, 7)],
    *[f"BLT-{number:03}" for number in range(1, 7)],
    *[f"EXT-{number:03}" for number in range(1, 7)],
    *[f"GC-{number:03}" for number in range(1, 11)],
    *[f"IO-ABI-{number:03}" for number in range(1, 7)],
    *[f"RFF-{number:03}" for number in range(1, 9)],
]


def test_no_row_is_forgotten() -> None:
    assert set(rows()) >= {*IN_THE_SEEDS, *IN_THE_CATALOGUE}


def test_every_row_names_a_test_or_says_why_not() -> None:
    for row, shown in rows().items():
        assert "`tests/" in shown or re.match(r"out of scope: \w+", shown), row


def test_every_named_test_exists() -> None:
    named = named_tests()
    files = sorted({test.partition("::")[0] for test in named})
    command = [*PYTEST, "--collect-only", *files]
    # Options of the run that this test belongs to would change the form of the listing.
    environment = {name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"}
    done = limits.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env=environment)
    collected = {line.partition("[")[0] for line in done.stdout.splitlines() if "::" in line}
    assert len(named) > 60
    assert sorted(named - collected) == []


_COUNTERPART = re.compile(r"`(?P<module>beskid(?:\.\w+)+):(?P<name>[\w.]+)`")


@pytest.mark.parametrize(("module", "name"), sorted(set(_COUNTERPART.findall(PAGES[1].read_text(encoding="utf-8")))))
def test_every_counterpart_exists(module: str, name: str) -> None:
    found: object = importlib.import_module(module)
    for part in name.split("."):
        found = getattr(found, part)


NAMED_BY_THE_DOCUMENTS = """
BESKID_RUNTIME_ABI_VERSION RUNTIME_EXPORT_SYMBOLS BUILTIN_SPECS BuiltinFnSpec AbiParamKind AbiReturnKind
CodegenArtifact BeskidJitModule declare_builtin_imports declare_validated_extern_imports
ExternDeclarationError.InvalidSignature JitError.MissingFunction extern_dlopen beskid_runtime_abi_version
remap_testcase_externals new_with_symbols interop_dispatch_unit interop_dispatch_ptr interop_dispatch_usize
interop_layout.rs beskid_abi beskid_codegen beskid_engine beskid_runtime beskid_analysis BeskidStr BeskidArray
func_ids JitError
""".split()  # noqa: SIM905


def test_every_piece_that_the_documents_name_is_on_the_mapping_page() -> None:
    text = PAGES[1].read_text(encoding="utf-8")
    assert [name for name in NAMED_BY_THE_DOCUMENTS if f"`{name}`" not in text] == []
