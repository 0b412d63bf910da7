"""Interrupts: a signal ends a call as it ends a loop of Python, and nothing else has polls."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.manager import start_new_kernel
from tests import limits

from beskid.driver.embedding import EmbedRequest
from beskid.driver.inputs.places import Reading
from beskid.driver.inputs.project import lone_input
from beskid.driver.options import CompileOptions
from beskid.driver.session import Session
from beskid.ir.model import Poll

HERE = Path(__file__).parent
PROGRAM = (HERE / "interrupted.bd").read_text()

CASES = [
    "every_kind_of_function", "callbacks_and_nested_calls", "handlers", "other_threads", "children_of_forks", "keys",
]  # fmt: skip


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return {**os.environ, "XDG_CACHE_HOME": str(tmp_path_factory.mktemp("cache"))}


def run(environment: dict[str, str], cases: list[str]) -> None:
    command = [sys.executable, str(HERE / "interrupt_child.py"), *cases]
    done = limits.run(command, env=environment, capture_output=True, text=True, timeout=300)
    assert (done.stdout.split("\n")[:-1], done.stderr) == ([f"ok {case}" for case in cases], "")
    assert done.returncode == 0


def test_signals_end_calls_of_every_kind(environment: dict[str, str]) -> None:
    run(environment, CASES)


def test_the_heap_is_sound_after_interrupts(environment: dict[str, str]) -> None:
    run({**environment, "BESKID_GC_STRESS": "1"}, CASES[:2])


def test_another_process_interrupts_a_call(environment: dict[str, str]) -> None:
    command = [sys.executable, str(HERE / "interrupt_child.py"), "the_parent"]
    with limits.start(command, env=environment, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        child.send_signal(signal.SIGINT)
        assert child.stdout.read() == "ok the_parent\n"


def polls_of(options: CompileOptions) -> dict[str, int]:
    session = Session(lone_input("interrupted.bd", None, PROGRAM, Reading()), options, dict(os.environ))
    module = session.passed()
    assert module is not None
    return {
        function.location.function: len(
            [step for block in function.blocks for step in block.instructions if isinstance(step, Poll)]
        )
        for function in module.functions.values()
        if function.location.file == "interrupted.bd"
    }


def test_only_what_can_run_for_long_in_a_host_has_polls() -> None:
    hosted = polls_of(CompileOptions(library=True, host=True, polls=True))
    # The function without a name calls function values for the host.
    assert [name for name, count in hosted.items() if count == 0] == ["", "SumOf"]
    for options in (CompileOptions(library=True), CompileOptions(library=True, host=True)):
        assert not any(polls_of(options).values())


def test_objects_of_commands_have_no_word_for_polls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    session = Session(
        lone_input("main.bd", None, PROGRAM + 'unit main() { PrintLine("${Counted(3)}"); }', Reading()),
        CompileOptions(),
        dict(os.environ),
    )
    image = session.object_bytes()
    assert image is not None and b"beskid_poll" not in image and b"beskid_call_host" not in image


def test_requests_without_polls_are_other_programs() -> None:
    keys = {EmbedRequest("", "", polls=polls).key() for polls in (True, False)}
    assert len(keys) == 2


def test_interrupting_a_kernel_ends_the_cell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    manager: Any
    client: Any
    manager, client = start_new_kernel(kernel_name="python3")
    try:
        cell = "%load_ext beskid\nget_ipython().run_cell_magic('beskid', '', '''{}''')\nprint('compiled')"
        source = "pub i64 Forever() { i64 mut n = 0; while true { n += 1; } return n; }\npub i64 Two() => 2;"
        assert client.execute_interactive(cell.format(source), timeout=120, output_hook=lambda _: None)
        client.execute("print('begins', flush=True); Forever()", stop_on_error=False)
        while True:
            message = client.get_iopub_msg(timeout=120)
            if message["content"].get("text", "").startswith("begins"):
                break
        manager.interrupt_kernel()
        while client.get_iopub_msg(timeout=120)["content"].get("ename") != "KeyboardInterrupt":
            pass
        shown: list[str] = []
        client.execute_interactive(
            "print(Two())", timeout=120, output_hook=lambda message: shown.append(message["content"].get("text", ""))
        )
        assert "".join(shown) == "2\n"
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
