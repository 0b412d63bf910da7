"""No exported function, extern or library of a program stands in for what the runtime calls, nor the other way round.

Executables had one space of names with their runtime: an exported `write` swallowed all output, `malloc` ended the
program by a signal, `_start` gave an error of the linker. By JIT every name was right. What the tests need of newer
modules they import themselves, so that they also run on the states that had the fault.
"""

from __future__ import annotations

import itertools
import platform
from collections.abc import Callable
from pathlib import Path

import pytest
from tests import limits
from tests.externs.libraries import BESKID, Ran, build, call, compile_library, run, write_program

import beskid

NAMES = """
abort abs accept access alarm aligned_alloc asctime asprintf atexit atof atoi atol atoll bcmp bind bsearch calloc
chdir chmod chown clearerr clock clock_gettime close closedir connect cos ctime difftime dlclose dlopen dlsym dprintf
dup dup2 execv execve execvp exit exp fclose fcntl fdopen feof ferror fflush fgetc fgets fileno floor fmod fopen fork
fprintf fputc fputs fread free freopen fscanf fseek fstat fsync ftell ftruncate fwrite getc getchar getcwd getenv
geteuid getgid gethostbyname getline getopt getpagesize getpid getppid getrandom getsockopt gettimeofday getuid gmtime
htonl htons inet_ntoa inet_pton ioctl isalnum isalpha isatty isdigit islower isspace isupper kill labs link listen
localtime log longjmp lseek lstat madvise malloc malloc_usable_size memchr memcmp memcpy memmem memmove memset mkdir
mkstemp mktime mmap mprotect munmap nanosleep ntohl ntohs open opendir pause perror pipe poll posix_memalign pow pread
printf pthread_create pthread_join pthread_mutex_lock pthread_mutex_unlock pthread_self putc putchar putenv puts
pwrite qsort raise rand random read readdir readlink realloc realpath recv remove rename rewind rmdir round sbrk scanf
select send setenv setlocale setsid setsockopt setvbuf sigaction sigaltstack sigemptyset signal sigprocmask sin sleep
snprintf socket sprintf sqrt srand sscanf stat strcasecmp strcat strchr strcmp strcoll strcpy strcspn strdup strerror
strftime strlen strncasecmp strncat strncmp strncpy strndup strnlen strpbrk strrchr strsep strspn strstr strtod strtok
strtol strtoul strtoull symlink sysconf system tan time times tolower toupper umask uname ungetc unlink usleep utime
vfprintf vprintf vsnprintf wait waitpid wcslen wctomb write writev _exit
""".split()  # noqa: SIM905
"""The C library's names that programs use most."""

VARIADIC = {
    "asprintf", "dprintf", "fcntl", "fprintf", "fscanf", "ioctl", "open", "printf", "scanf", "snprintf", "sprintf",
    "sscanf",
}  # fmt: skip
OF_LIBM = {"floor", "fmod", "round", "sqrt"}
NOT_SHARED = {"atexit"}
"""Functions that the C library has only for linkers."""
MATHEMATICAL = {"cos": 1, "exp": 1, "log": 1, "pow": 2, "sin": 1, "tan": 1}

OURS = ("_start", "_init", "_fini", "bk_panic", "bk_os_write", "note", "edata", "environ", "stdout")
"""Names inside the runtime and the start-up code."""


def names_that_the_runtime_needs() -> frozenset[str]:
    from beskid.aot.runtime_archive import installed_folder, open_runtime
    from beskid.codegen.host import host_triple

    return open_runtime(installed_folder(host_triple()), host_triple()).needed


def exporting(names: list[str]) -> str:
    functions = [
        f'[Export(Abi: "C", Symbol: "{name}")]\npub i64 F{number}(i64 a) {{ return a + {number}; }}\n'
        for number, name in enumerate(names)
    ]
    uses = "".join([f"    sum = sum + F{number}(1);\n" for number in range(len(names))])
    work = 'string mut text = "";\n    for i in range(0, 3000) { text = "${text}${i % 10}"; }\n'
    return (
        "".join(functions)
        + f'unit main() {{\n    i64 mut sum = 0;\n{uses}    {work}    PrintLine("${{sum}} ${{text.Len()}}");\n}}\n'
    )


def both(folder: Path, text: str, *words: str) -> tuple[Ran, Ran]:
    """What `run` gives, and the executable that `build` makes."""
    program = write_program(folder, text)
    jit = run(folder, program, *words)
    made = build(folder, program, *words)
    assert made.status == 0, made.stderr
    return jit, call(folder, [str(folder / "program")])


def test_an_executable_exports_any_name(tmp_path: Path) -> None:
    assert len(NAMES) >= 200
    names = [*NAMES, *OURS]
    expected = f"{sum(range(len(names))) + len(names)} 3000\n"
    for ran in both(tmp_path, exporting(names)):
        assert (ran.stdout, ran.stderr, ran.status) == (expected, "", 0)


def test_with_a_library_an_executable_exports_any_name(tmp_path: Path) -> None:
    """A library may call exported functions of the executable, but none that the C library defines."""
    source = """
        #include <stdio.h>
        #include <string.h>
        #include <stdlib.h>
        long own_work(long n) { char *text = strdup("abc"); puts(text); n += (long)strlen(text); free(text);
                                fflush(stdout); return n; }
    """
    compile_library(tmp_path, "own", source)
    names = [*NAMES, *OURS]
    text = exporting(names).replace("unit main() {", 'unit main() {\n    PrintLine("${O.own_work(4)}");')
    text = f'[Extern(Abi: "C", Library: "own")]\ncontract O {{ i64 own_work(i64 n); }}\n{text}'
    expected = f"abc\n7\n{sum(range(len(names))) + len(names)} 3000\n"
    for ran in both(tmp_path, text, "--link", "own", "-L", str(tmp_path)):
        assert (ran.stdout, ran.stderr, ran.status) == (expected, "", 0)


def importing(names: list[str]) -> str:
    methods, calls = [], []
    for name in names:
        count = MATHEMATICAL.get(name, 0)
        library = '[Library("m")] ' if count or name in OF_LIBM else ""
        type = "i32" if name == "strerror" else "i64"
        parameters = ", ".join([f"f64 a{index}" for index in range(count)]) or f"{type} a"
        methods.append(f"    {library}{'f64' if count else 'i64'} {name}({parameters});\n")
        calls.append(f"    if (never) {{ C.{name}({', '.join(['1.0'] * count) or '1'}); }}\n")
    return (
        f'use Math;\n[Extern(Abi: "C", Library: "c")]\ncontract C {{\n{"".join(methods)}}}\n'
        f"unit main() {{\n    bool never = C.labs(-3) == 4;\n{''.join(calls)}"
        '    PrintLine("${C.labs(-7)} ${Math.Sin(0.0)}");\n}\n'
    )


def test_any_name_is_imported_by_run_as_by_build(tmp_path: Path) -> None:
    text = importing([name for name in NAMES if name not in {*VARIADIC, *NOT_SHARED}])
    for ran in both(tmp_path, text):
        assert (ran.stdout, ran.stderr, ran.status) == ("7 0.0\n", "", 0)
    for name in sorted({*VARIADIC, *NOT_SHARED}):
        program = write_program(tmp_path, importing(["labs", name]))
        answers = [made.stderr for made in (run(tmp_path, program), build(tmp_path, program, "--force"))]
        assert answers[0] == answers[1]
        unresolved = f"error[E1526]: unresolved extern c:{name} "
        variadic = f"error[E1524]: the extern function `{name}` is variadic\n"
        assert answers[0].startswith(unresolved if name in NOT_SHARED else variadic)


@pytest.mark.parametrize("kind", ["static", "shared"])
def test_a_library_imports_any_name(kind: str, tmp_path: Path) -> None:
    text = importing([name for name in NAMES if name not in {*VARIADIC, *NOT_SHARED}])
    exported = '[Export(Abi: "C")]\npub i64 probed(i64 n) {\n    main();\n    return C.labs(n);\n}\n'
    file = f"libprobe.{'so' if kind == 'shared' else 'a'}"
    made = call(tmp_path, [*BESKID, "build", "--kind", kind, "-o", file, write_program(tmp_path, text + exported)])
    assert made.status == 0, made.stderr
    (tmp_path / "host.c").write_text("long probed(long);\nint main(void) { return (int)probed(-42); }\n")
    limits.run(["cc", "host.c", file, "-lm", "-Wl,-rpath,$ORIGIN", "-o", "host"], cwd=tmp_path, check=True)
    ran = call(tmp_path, [str(tmp_path / "host")])
    assert (ran.stdout, ran.stderr, ran.status) == ("7 0.0\n", "", 42)
    program = write_program(tmp_path, importing(["labs", "printf"]) + exported)
    refused = call(tmp_path, [*BESKID, "build", "--kind", kind, "-o", file, "--force", program])
    assert refused.stderr.startswith("error[E1524]: the extern function `printf` is variadic\n")


@pytest.mark.parametrize("kind", ["static", "shared"])
def test_a_library_exports_free_names_and_refuses_the_others(kind: str, tmp_path: Path) -> None:
    from beskid.aot.name_spaces import reserved_for

    needed = names_that_the_runtime_needs()
    free = [name for name in NAMES if not reserved_for(name, needed)]
    reserved = [name for name in NAMES if reserved_for(name, needed)]
    assert {"write", "malloc", "memcpy", "getenv", "sigaction", "mmap", "_exit", "sin"} <= set(reserved)
    assert {"puts", "printf", "strtol", "system"} <= set(free)
    file = f"libnames.{'so' if kind == 'shared' else 'a'}"
    program = write_program(tmp_path, exporting(free))
    command = [*BESKID, "build", "--kind", kind, "-o", file, "--force", program]
    made = call(tmp_path, command)
    assert made.status == 0, made.stderr
    declared = "".join(
        [
            f'    long f{n}(long) __asm__("{name}");\n    if (f{n}(1) != {n} + 1) return 1;\n'
            for n, name in enumerate(free)
        ]
    )
    (tmp_path / "host.c").write_text(f"int main(void)\n{{\n{declared}    return 42;\n}}\n")
    limits.run(["cc", "-O0", "host.c", file, "-lm", "-Wl,-rpath,$ORIGIN", "-o", "host"], cwd=tmp_path, check=True)
    assert call(tmp_path, [str(tmp_path / "host")]).status == 42
    write_program(tmp_path, exporting(reserved))
    refused = call(tmp_path, command)
    assert refused.status == 1
    assert refused.stderr.startswith("error[E1529]: exported functions have reserved C names\n")
    assert [name for name in reserved if f"  `{name}`: " not in refused.stderr] == []
    assert "`write`: the runtime calls the function of the C library" in refused.stderr


def test_reserved_names_follow_the_archive() -> None:
    from beskid.abi.generated.numbers import SUPPORT_SYMBOLS
    from beskid.aot.name_spaces import ALLOCATOR_SYMBOLS, reserved_for

    needed = names_that_the_runtime_needs()
    assert reserved_for("write", frozenset()) == ""
    assert reserved_for("write", frozenset(("write",)))
    assert not [name for name in needed if name.startswith(("bk_", "beskid_"))]
    assert all(reserved_for(name, needed) for name in (*needed, *SUPPORT_SYMBOLS, *ALLOCATOR_SYMBOLS))


SWALLOW = """
    #include <stdlib.h>
    long write(int d, const void *b, unsigned long n) { (void)d; (void)b; return (long)n; }
    void *malloc(unsigned long n) { (void)n; abort(); }
    void bk_panic(void) { abort(); }
    void *alloc(unsigned long n) { (void)n; abort(); }
    long answer(void) { return alloc == 0 ? 1 : 41; }
"""

SWALLOWED = """
[Extern(Abi: "C", Library: "swallow")]
contract S { i64 answer(); unit bk_panic(); }
[Extern(Abi: "C", Library: "c")]
contract C { i64 labs(i64 a); }
unit main() {
    if (C.labs(-1) == 2) { S.bk_panic(); }
    PrintLine("${S.answer() + 1}");
    i64[] few = [1];
    PrintLine("${few[S.answer()]}");
}
"""


def test_a_library_does_not_replace_a_missing_symbol(tmp_path: Path) -> None:
    compile_library(tmp_path, "swallow", SWALLOW, "-fno-builtin")
    jit, aot = both(tmp_path, SWALLOWED, "--link", "swallow", "-L", str(tmp_path))
    assert jit == aot
    assert (aot.stdout, aot.status) == ("42\n", 101)
    assert aot.stderr.startswith("panic: index out of range: the length is 1 but the index is 41\n")


def test_a_static_library_keeps_its_names_and_takes_none_of_the_runtime(tmp_path: Path) -> None:
    """It has functions with names of the runtime, in another member than their caller."""
    first = "long alloc(long);\nlong panic(long);\nlong answer(void) { return alloc(40) + panic(1); }\n"
    second = "long alloc(long n) { return n + 1; }\nlong panic(long n) { return n - 1; }\n"
    static_library(tmp_path, "plain", first, second)
    text = '[Extern(Abi: "C", Library: "plain")]\ncontract P { i64 answer(); }\n'
    text += 'unit main() { PrintLine("${P.answer()}"); }\n'
    made = build(tmp_path, write_program(tmp_path, text), "--link", str(tmp_path / "libplain.a"))
    assert made.status == 0, made.stderr
    ran = call(tmp_path, [str(tmp_path / "program")])
    assert (ran.stdout, ran.status) == ("41\n", 0)


@pytest.mark.parametrize("attribute", ["", '__attribute__((visibility("hidden"))) '])
def test_a_static_library_that_defines_what_the_runtime_calls_is_refused(attribute: str, tmp_path: Path) -> None:
    source = f"{attribute}long write(int d, const void *b, unsigned long n) {{ (void)d; (void)b; return (long)n; }}\n"
    static_library(tmp_path, "thief", f"{source}long answer(void) {{ return 41; }}\n")
    text = '[Extern(Abi: "C", Library: "thief")]\ncontract T { i64 answer(); }\n'
    text += 'unit main() { PrintLine("${T.answer()}"); }\n'
    made = build(tmp_path, write_program(tmp_path, text), "--link", str(tmp_path / "libthief.a"))
    assert made.status == 3
    assert "`write`, which the runtime takes from the C library" in made.stderr


@pytest.mark.parametrize("make", [compile_library, lambda *given: static_library(*given)], ids=["shared", "static"])
def test_an_extern_that_the_c_library_has_too_is_refused(
    make: Callable[[Path, str, str], Path], tmp_path: Path
) -> None:
    """An executable would call the C library's function, a program in this process the other one."""
    library = make(tmp_path, "other", "int puts(const char *text) { return text ? 41 : 42; }\n")
    text = '[Extern(Abi: "C", Library: "other")]\ncontract O { i32 puts(i64 a); }\n'
    text += 'unit main() { PrintLine("${O.puts(0)}"); }\n'
    program = write_program(tmp_path, text)
    refused = build(tmp_path, program, "--link", str(library))
    expected = f"error[E1528]: the symbol `puts` is defined in two libraries: `{library}` and `libc.so.6`"
    assert refused.stderr.partition("\n")[0] == expected
    if library.suffix == ".so":
        assert run(tmp_path, program, "--link", str(library)).stderr.partition("\n")[0] == expected


OLD = '[Extern(Abi: "C", Library: "walker")]\ncontract W { i32 step(i32 a); }\n'


def test_an_extern_with_the_name_of_an_old_function_of_c_is_the_librarys(tmp_path: Path) -> None:
    """The loader binds a name without a version to functions of C that no linker finds. `step` is one in glibc."""
    library = compile_library(tmp_path, "walker", "int step(int value) { return value + 1; }\n")
    program = write_program(tmp_path, f'{OLD}unit main() {{ PrintLine("${{W.step(41)}}"); }}\n')
    assert run(tmp_path, program, "--link", str(library)).stdout == "42\n"
    made = build(tmp_path, program, "--link", str(library))
    assert made.status == 0, made.stderr
    assert call(tmp_path, [str(tmp_path / "program")]).stdout == "42\n"


def test_a_library_with_the_name_of_an_old_function_cannot_also_replace_what_the_runtime_calls(tmp_path: Path) -> None:
    source = "int step(int value) { return value + 1; }\nlong write(int d, const void *b, unsigned long n);\n"
    source += "long write(int d, const void *b, unsigned long n) { (void)d; (void)b; return (long)n; }\n"
    library = compile_library(tmp_path, "walker", source)
    program = write_program(tmp_path, f'{OLD}unit main() {{ PrintLine("${{W.step(41)}}"); }}\n')
    refused = build(tmp_path, program, "--link", str(library))
    assert refused.stderr.startswith(f"error[E1528]: the symbol `step` is defined in two libraries: `{library}` and ")


def test_a_shared_library_cannot_call_what_has_the_name_of_an_old_function(tmp_path: Path) -> None:
    """Where it is loaded, the C library comes first."""
    library = compile_library(tmp_path, "walker", "int step(int value) { return value + 1; }\n")
    program = write_program(tmp_path, f"{OLD}[Export]\npub i32 next(i32 a) {{ return W.step(a); }}\n")
    refused = build(tmp_path, program, "--link", str(library), "--kind", "shared")
    assert refused.stderr.startswith(f"error[E1528]: the symbol `step` is defined in two libraries: `{library}` and ")


def static_library(folder: Path, name: str, *sources: str) -> Path:
    objects = []
    for number, source in enumerate(sources):
        file = folder / f"{name}{number}.c"
        file.write_text(source, encoding="utf-8")
        objects.append(str(file.with_suffix(".o")))
        limits.run(["cc", "-c", "-fPIC", "-O1", "-fno-builtin", str(file), "-o", objects[-1]], check=True)
    archive = folder / f"lib{name}.a"
    limits.run(["ar", "rcs", str(archive), *objects], check=True)
    return archive


def test_two_libraries_are_linked_into_one_program(tmp_path: Path) -> None:
    for kind, suffix in (("static", "a"), ("shared", "so")):
        for name, factor in (("one", 3), ("two", 5)):
            text = (
                f'[Export(Abi: "C", Symbol: "{name}_times")]\npub i64 Times(i64 n) {{\n    string mut text = "";\n'
                f'    for i in range(0, n) {{ text = "${{text}}{"x" * factor}"; }}\n    return text.Len();\n}}\n'
            )
            made = call(
                tmp_path, [*BESKID, "build", "--kind", kind, "-o", f"lib{name}.{suffix}", write_program(tmp_path, text)]
            )
            assert made.status == 0, made.stderr
        (tmp_path / "host.c").write_text(
            "long one_times(long); long two_times(long);\n"
            "int main(void)\n{\n"
            "    return one_times(1000) == 3000 && two_times(1000) == 5000 && one_times(2) == 6 ? 42 : 1;\n}\n"
        )
        for order in itertools.permutations([f"libone.{suffix}", f"libtwo.{suffix}"]):
            limits.run(["cc", "host.c", *order, "-lm", "-Wl,-rpath,$ORIGIN", "-o", "host"], cwd=tmp_path, check=True)
            ran = call(tmp_path, [str(tmp_path / "host")], BESKID_GC_STRESS="1")
            assert (ran.stdout, ran.stderr, ran.status) == ("", "", 42)


def test_the_start_object_serves_the_shared_runtime(tmp_path: Path) -> None:
    """It named the runtime's functions as hidden, which a linker does not find in a shared library."""
    (folder,) = (Path(beskid.__file__).parent / "_runtime" / "lib").glob(f"{platform.machine()}-*-linux-gnu")
    program = write_program(tmp_path, 'unit main() { PrintLine("hello"); }\n')
    assert (
        call(
            tmp_path, [*BESKID, "build", "--kind", "object", "--entrypoint", "main", "-o", "program.o", program]
        ).status
        == 0
    )
    command = [
        "cc",
        str(folder / "beskid_start.o"),
        "program.o",
        f"-L{folder}",
        "-lbeskid_runtime",
        f"-Wl,-rpath,{folder}",
    ]
    limits.run([*command, "-lm", "-o", "program"], cwd=tmp_path, check=True)
    ran = call(tmp_path, [str(tmp_path / "program")])
    assert (ran.stdout, ran.stderr, ran.status) == ("hello\n", "", 0)
