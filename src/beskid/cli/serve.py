"""`beskid serve`: the page of the playground on this machine, where programs run as machine code."""

from __future__ import annotations

import argparse
import gc
import os
import signal
import sys

from beskid.cli.command import number_argument
from beskid.driver.failure import STATUS_FINE, DriverError

DEFAULT_SECONDS = 30
DEFAULT_MEBIBYTES = 512
MAX_PORT = 65535
MAX_SECONDS = 86_400
MAX_MEBIBYTES = 1 << 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--port", metavar="N", type=number_argument(0, MAX_PORT), default=0,
        help="the port to listen on (default: a free one)",
    )  # fmt: skip
    parser.add_argument("--no-open", action="store_true", help="do not show the page in the browser")
    parser.add_argument(
        "--time-limit", metavar="SECONDS", type=number_argument(1, MAX_SECONDS), default=DEFAULT_SECONDS,
        help=f"the processor time of a program (default {DEFAULT_SECONDS}); it may wait ten times as long",
    )  # fmt: skip
    parser.add_argument(
        "--memory-limit", metavar="N", type=number_argument(16, MAX_MEBIBYTES), default=DEFAULT_MEBIBYTES,
        help=f"the MiB of the heap of a program (default {DEFAULT_MEBIBYTES})",
    )  # fmt: skip
    parser.add_argument(
        "--no-sandbox", action="store_true",
        help="let programs use the network, other programs and all files",
    )  # fmt: skip


def execute(options: argparse.Namespace) -> int:
    """Serve until an interrupt."""
    if sys.platform != "linux":
        raise DriverError("`beskid serve` needs Linux", "use the playground on the web, or `beskid run`")
    from beskid.serve.page import page_files
    from beskid.serve.programs import Programs, Settings
    from beskid.serve.sandbox import problem
    from beskid.serve.server import ADDRESS, Server

    reason = "" if options.no_sandbox else problem()
    if reason:
        raise DriverError(f"programs cannot be confined on this machine: {reason}", "run them with --no-sandbox")
    gc.enable()
    page = page_files()
    settings = Settings(options.time_limit, options.memory_limit, not options.no_sandbox)
    programs = Programs(settings, dict(os.environ))
    try:
        try:
            server = Server(options.port, page, programs)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise DriverError(
                f"cannot listen on {ADDRESS}:{options.port}: {reason}", "choose another --port"
            ) from error
        with server:
            _stop_at_signals()
            print(server.address, flush=True)
            print("programs run on this machine; press Ctrl+C to stop", file=sys.stderr, flush=True)
            if not options.no_open:
                _show(server.address)
            server.serve_forever()
    except KeyboardInterrupt:
        return STATUS_FINE
    finally:
        programs.close()
    return STATUS_FINE


def _stop_at_signals() -> None:
    """Have signals end the server in order. A shell lets what runs in the background ignore an interrupt."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    # `nohup` means what it says.
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        signal.signal(signal.SIGHUP, signal.default_int_handler)


def _show(address: str) -> None:
    """Open the page in a browser, which may run until it is closed."""
    import threading
    import webbrowser

    threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
