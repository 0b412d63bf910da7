"""A foreign function that changes how arithmetic rounds changes neither what is printed nor what text means.

`ParseF64` gave another number after it.
"""

from __future__ import annotations

from pathlib import Path

from tests.externs.libraries import BESKID, build, call, write_program

PROGRAM = """
use Math;
[Extern(Abi: "C", Library: "m")]
contract M { i32 fesetround(i32 mode); i32 fegetround(); }

unit Show() {
    PrintLine("${0.1} ${1e22} ${123456789.125} ${5e-324} ${0.3_f32} ${1.7976931348623157e308}");
    PrintLine("${Math.Format(2.5, 0)} ${Math.Format(1.005, 2)} ${Math.Format(0.15, 1)}");
    for text in ["0.1", "0.3", "1e23", "2.5e-320", "9007199254740993", "-0.7", "8.41e21"] {
        PrintLine("${text.ParseF64().ValueOr(0.0)}");
    }
}

unit main(string[] arguments) {
    let mode = arguments[0].ParseI64().ValueOr(0) as i32;
    M.fesetround(mode);
    Show();
    if M.fegetround() != mode { PrintLine("the direction was not kept"); }
}
"""

DIRECTIONS = ("0", "1024", "2048", "3072")


def test_every_direction_shows_the_same(tmp_path: Path) -> None:
    program = write_program(tmp_path, PROGRAM)
    made = build(tmp_path, program)
    assert made.status == 0, made.stderr
    outputs = [call(tmp_path, [str(tmp_path / "program"), direction]) for direction in DIRECTIONS]
    outputs += [call(tmp_path, [*BESKID, "run", program, "--", direction]) for direction in DIRECTIONS[2:]]
    assert outputs[0].status == 0, outputs[0].stderr
    assert outputs[0].stdout.splitlines()[2:4] == ["0.1", "0.3"]
    assert outputs == [outputs[0]] * len(outputs)
