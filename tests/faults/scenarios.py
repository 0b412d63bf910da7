"""Every command that reads or writes files, with the files it finds."""

from __future__ import annotations

from bench.large_programs import large_program
from tests.faults.amounts import is_long
from tests.faults.harness import FAILURE_STATUSES, PANIC_STATUS, Scenario

HELLO = 'unit main() { PrintLine("hello"); }\n'
UNTIDY = 'unit main() {PrintLine( "hello" );}\n'
FIXABLE = 'unit main() {\n    i64 x = 1;\n    x = 2;\n    PrintLine("${x}");\n}\n'
LIBRARY = '[Export(Abi: "C")]\npub i64 twice(i64 x) => 2 * x;\n'
PROJECT = {
    "Project.proj": 'project { name = "Demo" version = "0.1.0" root = "Src" }\n'
    'target "demo" { kind = App entry = "Main.bd" }\n',
    "Src/Main.bd": 'unit main() { PrintLine(Text.text()); }\n\ntest adds { Testing.Assert.True(true, "true"); }\n',
    "Src/Text.bd": 'pub string text() => "hello";\n',
}
LIBRARY_PROJECT = {
    "Project.proj": 'project { name = "Lib" version = "0.1.0" }\ntarget "lib" { kind = Lib entry = "Lib.bd" }\n',
    "Src/Lib.bd": "pub i64 lib() => 1;\n",
}
OUTSIDE = {
    **{f"app/{name}": text for name, text in PROJECT.items()},
    "app/Project.proj": PROJECT["Project.proj"] + 'dependency "Lib" { source = path path = "../lib" }\n',
    **{f"lib/{name}": text for name, text in LIBRARY_PROJECT.items()},
}
ONE = {"m.bd": HELLO}
DOCUMENTED = {"m.bd": "/// Twice a number.\n///\n/// ```\n/// let x = twice(1);\n/// ```\n" + LIBRARY}
LARGE = {"m.bd": large_program("beskid", 1_400)}
"""A program that is compiled in units, and of which lowered functions are kept."""
RUNS = FAILURE_STATUSES | {PANIC_STATUS}
"""A program that runs may panic, for want of memory."""

UNITS = Scenario("build-units", ("build", "-O0", "m.bd", "-o", "m"), LARGE, outputs=("m", "m.beskid.json"))
"""A build in units. Ordinary runs have a few faults of it in `test_units.py`."""

SCENARIOS = (
    *((UNITS,) if is_long() else ()),
    Scenario("check", ("check", "m.bd"), ONE),
    Scenario("check-fix", ("check", "--fix", "m.bd"), {"m.bd": FIXABLE}, outputs=("m.bd",)),
    Scenario("fmt", ("fmt", "m.bd"), {"m.bd": UNTIDY}, outputs=("m.bd",)),
    Scenario("run-cold", ("run", "m.bd"), ONE, failures=RUNS),
    Scenario("run-warm", ("run", "m.bd"), ONE, is_warm=True, failures=RUNS),
    Scenario("run-aot", ("run", "--engine", "aot", "m.bd"), ONE, failures=RUNS),
    Scenario("run-project", ("run",), PROJECT, failures=RUNS),
    Scenario("build", ("build", "m.bd", "-o", "m"), ONE, outputs=("m", "m.beskid.json")),
    Scenario(
        "build-again", ("build", "m.bd", "-o", "m"), ONE, outputs=("m", "m.beskid.json"),
        made_by=("build", "m.bd", "-o", "m", "-O0"),
    ),
    Scenario(
        "build-object", ("build", "m.bd", "--kind", "object", "-o", "m.o"), ONE, outputs=("m.o", "m.o.beskid.json"),
    ),
    Scenario(
        "build-static", ("build", "m.bd", "--kind", "static", "-o", "libm.a"), {"m.bd": LIBRARY},
        outputs=("libm.a", "libm.a.beskid.json"),
    ),
    Scenario(
        "build-shared", ("build", "m.bd", "--kind", "shared", "-o", "libm.so"), {"m.bd": LIBRARY},
        outputs=("libm.so", "libm.so.beskid.json"),
    ),
    Scenario(
        "build-project", ("build",), PROJECT,
        outputs=(
            "obj", "obj/beskid", "obj/beskid/out", "obj/beskid/out/release", "obj/beskid/out/release/demo",
            "obj/beskid/out/release/demo.beskid.json",
        ),
    ),
    Scenario(
        "bind", ("bind", "h.h", "--library", "h", "-o", "h.bd"), {"h.h": "int twice(int value);\n"}, outputs=("h.bd",),
    ),
    Scenario(
        "test", ("test", "--json", "--junit", "report.xml"), PROJECT, outputs=("report.xml",),
        varying={"report.xml": b"</testsuites>"}, is_stdout_fixed=False,
    ),
    Scenario(
        "clean", ("clean",), PROJECT, made_by=("build",), is_stdout_fixed=False,
        removed=(
            "obj", "obj/beskid", "obj/beskid/out", "obj/beskid/out/release", "obj/beskid/out/release/demo",
            "obj/beskid/out/release/demo.beskid.json",
        ),
    ),
    Scenario("lock", ("lock", "--project", "app"), OUTSIDE, outputs=("app/Project.lock",), is_stdout_fixed=False),
    Scenario(
        "vendor", ("vendor", "--project", "app"), OUTSIDE, is_stdout_fixed=False,
        outputs=(
            "app/Project.lock", "app/vendor", "app/vendor/vendored.txt", "app/vendor/Lib",
            "app/vendor/Lib/Project.proj", "app/vendor/Lib/Src", "app/vendor/Lib/Src/Lib.bd",
        ),
    ),
    Scenario(
        "doc", ("doc", "m.bd", "--format", "markdown"), DOCUMENTED,
        outputs=("m-doc", "m-doc/index.md", "m-doc/m.bd.md"),
    ),
    Scenario("stubs", ("stubs", "m.bd", "-o", "m.pyi"), {"m.bd": LIBRARY}, outputs=("m.pyi",)),
    Scenario(
        "new", ("new", "p"), ONE, is_stdout_fixed=False,
        outputs=(
            "p", "p/.gitignore", "p/Project.proj", "p/README.md", "p/Src", "p/Src/Greeting.bd", "p/Src/Main.bd",
        ),
    ),
    Scenario("ir", ("ir", "m.bd"), ONE),
    Scenario("cache-why", ("cache", "why", "m.bd"), ONE, made_by=("run", "m.bd"), is_stdout_fixed=False),
    Scenario("doctor", ("doctor",), ONE, is_stdout_fixed=False),
    Scenario("abi-verify", ("abi", "verify", "m"), ONE, made_by=("build", "m.bd", "-o", "m")),
)  # fmt: skip

LONG_SCENARIOS = (
    Scenario(
        "doc-again", ("doc", "m.bd", "--format", "json", "--out", "d"), DOCUMENTED, outputs=("d/api.json",),
        made_by=("doc", "m.bd", "--private", "--format", "json", "--out", "d"),
    ),
    Scenario("test-doc", ("test", "--doc", "m.bd", "--json"), DOCUMENTED, is_stdout_fixed=False),
    Scenario("add", ("add", "Lib", "--path", "lib", "--project", "app"), {
        **{f"app/{name}": text for name, text in PROJECT.items()},
        **{f"lib/{name}": text for name, text in LIBRARY_PROJECT.items()},
    }, outputs=("app/Project.proj", "app/Project.lock"), is_stdout_fixed=False),
)  # fmt: skip
"""Those that only the long form tries."""
