"""The HTTP server of `beskid serve`: the files of the page, questions to the compiler, and programs that run.

It listens on 127.0.0.1 only. A request must have the token in its path, and must not come from another site: its `Host`
is this server, and so is its `Origin`, if it has one. Everything else is refused before it is looked at.
"""

from __future__ import annotations

import base64
import hmac
import inspect
import json
import secrets
import threading
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from beskid.driver.failure import DriverError
from beskid.files.problems import FileError, is_plain_name
from beskid.playground.workbench import OPERATIONS, Workbench, answer
from beskid.serve.programs import End, Output, Program, Programs

ADDRESS = "127.0.0.1"
MAX_REQUEST = 4 << 20
MAX_DIGITS = 20
MAX_TEXT = 256 << 10
"""The characters of a text that is asked about: one question after the other is answered, each by this process."""

REQUEST_SECONDS = 30
QUESTIONS = frozenset(OPERATIONS) - {"run"}
"""What the page asks without running anything; `run` of the workbench interprets."""

POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
TYPES = {
    "html": "text/html",
    "js": "text/javascript",
    "css": "text/css",
    "svg": "image/svg+xml",
    "json": "application/json",
}
JSON = "application/json"
LINES = "application/x-ndjson"
PLAIN = "text/plain; charset=utf-8"
INTERNAL = "internal compiler error; this is a bug in beskid"
INDEX = "index.html"


class RequestError(Exception):
    """A request that is answered with this status and reason."""

    def __init__(self, status: HTTPStatus, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class Server(ThreadingHTTPServer):
    """Serves a page until `shutdown`. `address` is what a visitor opens."""

    daemon_threads = True

    def __init__(self, port: int, page: Mapping[str, bytes], programs: Programs) -> None:
        self.page = page
        self.programs = programs
        self.token = secrets.token_urlsafe(24)
        self.lock = threading.Lock()
        # What it would show is what the interpreter prints, which is never asked.
        self.bench = Workbench(lambda _, data: None)
        super().__init__((ADDRESS, port), Handler)
        self.hosts = frozenset(f"{name}:{self.server_port}" for name in (ADDRESS, "localhost"))
        self.origins = frozenset(f"http://{host}" for host in self.hosts)
        self.address = f"http://{ADDRESS}:{self.server_port}/{self.token}/"

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: the visitor has hung up."""


class Handler(BaseHTTPRequestHandler):
    server: Server
    server_version = "beskid"
    sys_version = ""
    timeout = REQUEST_SECONDS

    def do_GET(self) -> None:
        self._answer(self._file)

    def do_POST(self) -> None:
        self._answer(self._question)

    def log_message(self, *words: object) -> None:
        """Nothing: the terminal shows the address."""

    def _answer(self, act: Any) -> None:
        try:
            act(self._name())
        except RequestError as error:
            self._send(error.status, PLAIN, f"{error.reason}\n".encode())
        except OSError:
            # The visitor has hung up.
            raise
        except Exception as error:
            self._send(HTTPStatus.INTERNAL_SERVER_ERROR, PLAIN, f"{INTERNAL}: {type(error).__name__}\n".encode())

    def _name(self) -> str:
        """Return what a request asks for; raise `RequestError` unless it may ask."""
        if self.headers.get("Host", "") not in self.server.hosts:
            raise RequestError(HTTPStatus.FORBIDDEN, "this server has another name")
        origin = self.headers.get("Origin")
        if origin is not None and origin not in self.server.origins:
            raise RequestError(HTTPStatus.FORBIDDEN, "requests of other sites are refused")
        token, _, name = self.path.partition("?")[0].removeprefix("/").partition("/")
        if not hmac.compare_digest(token.encode(), self.server.token.encode()):
            raise RequestError(HTTPStatus.FORBIDDEN, "open the address that `beskid serve` printed")
        return name

    def _file(self, name: str) -> None:
        name = name or INDEX
        data = self.server.page.get(name)
        if data is None:
            raise RequestError(HTTPStatus.NOT_FOUND, "there is no such file")
        self._send(HTTPStatus.OK, f"{TYPES[name.rpartition('.')[2]]}; charset=utf-8", data)

    def _question(self, name: str) -> None:
        if name not in ("ask", "run"):
            raise RequestError(HTTPStatus.NOT_FOUND, "there is no such question")
        request = self._request()
        if name == "run":
            self._run(_program_of(request))
            return
        _require_question(request)
        try:
            with self.server.lock:
                found = answer(self.server.bench, json.dumps(request))
        except DriverError as error:
            reason = "there is no such code" if request["operation"] == "explain" else error.message
            raise RequestError(HTTPStatus.BAD_REQUEST, reason) from error
        except (RecursionError, MemoryError) as error:
            raise RequestError(HTTPStatus.BAD_REQUEST, "the program is too large or nested too deeply") from error
        self._send(HTTPStatus.OK, JSON, found.encode())

    def _request(self) -> dict[str, Any]:
        # Another site cannot send this type without asking first, and the question is refused.
        if self.headers.get_content_type() != JSON:
            raise RequestError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"a question is {JSON}")
        length = self.headers.get("Content-Length", "")
        if not length.isascii() or not length.isdecimal():
            raise RequestError(HTTPStatus.LENGTH_REQUIRED, "a question has a length")
        if len(length) > MAX_DIGITS or int(length) > MAX_REQUEST:
            raise RequestError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"a question is at most {MAX_REQUEST >> 20} MiB")
        try:
            request = json.loads(self.rfile.read(int(length)))
        except (ValueError, RecursionError) as error:
            raise RequestError(HTTPStatus.BAD_REQUEST, "a question is JSON") from error
        if not isinstance(request, dict):
            raise RequestError(HTTPStatus.BAD_REQUEST, "a question is an object")
        return request

    def _run(self, program: Program) -> None:
        """Send a line of JSON for each piece of output, and one for the end."""
        self._begin(HTTPStatus.OK, LINES)
        events = self.server.programs.run(program, self.connection)
        try:
            for event in _with_an_end(events):
                self.wfile.write(json.dumps(_line_of(event)).encode() + b"\n")
        finally:
            events.close()

    def _send(self, status: HTTPStatus, kind: str, data: bytes) -> None:
        self._begin(status, kind, len(data))
        self.wfile.write(data)

    def _begin(self, status: HTTPStatus, kind: str, length: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        if length is not None:
            self.send_header("Content-Length", str(length))
        for name, text in HEADERS.items():
            self.send_header(name, text)
        self.end_headers()


def _with_an_end(events: Iterator[Output | End]) -> Iterator[Output | End]:
    """Yield the events of a program. The answer has begun, so an error is its end."""
    try:
        yield from events
    except FileError as error:
        help = f"  = help: {error.help}\n" if error.help else ""
        yield End(None, f"the folder of the program cannot be made: {error}\n{help}")
    except OSError as error:
        yield End(None, f"the program cannot be run: {error.strerror or str(error)}\n")
    except Exception as error:
        yield End(None, f"the program cannot be run: {INTERNAL}: {type(error).__name__}\n")


def _require_question(request: dict[str, Any]) -> None:
    """Raise `RequestError` unless the request names a question, and has a text and a place in it if need be."""
    operation, arguments = request.get("operation"), request.get("arguments")
    if not isinstance(operation, str) or operation not in QUESTIONS:
        raise RequestError(HTTPStatus.BAD_REQUEST, "there is no such operation")
    if not isinstance(arguments, list) or not arguments or not isinstance(arguments[0], str):
        raise RequestError(HTTPStatus.BAD_REQUEST, "a question has a text")
    if len(arguments[0]) > MAX_TEXT:
        reason = f"a text that is asked about has at most {MAX_TEXT >> 10} KiB"
        raise RequestError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, reason)
    _bytes(arguments[0])
    if not all(isinstance(each, int) for each in arguments[1:]):
        raise RequestError(HTTPStatus.BAD_REQUEST, "a place is a number")
    try:
        inspect.signature(getattr(Workbench, operation)).bind(None, *arguments)
    except TypeError as error:
        raise RequestError(HTTPStatus.BAD_REQUEST, "the arguments do not fit the operation") from error
    if operation == "explain" and not is_plain_name(arguments[0]):
        raise RequestError(HTTPStatus.BAD_REQUEST, "there is no such code")


def _program_of(request: dict[str, Any]) -> Program:
    """Return the program of a request; raise `RequestError` unless its parts have their types."""
    text, stdin = request.get("text"), request.get("stdin")
    arguments, files = request.get("arguments"), request.get("files")
    if not isinstance(text, str) or not isinstance(stdin, str):
        raise RequestError(HTTPStatus.BAD_REQUEST, "a program has a text and an input")
    if not isinstance(arguments, list) or not all(isinstance(each, str) and "\0" not in each for each in arguments):
        raise RequestError(HTTPStatus.BAD_REQUEST, "the arguments of a program are texts")
    if not isinstance(files, dict) or not all(is_plain_name(name) for name in files):
        raise RequestError(HTTPStatus.BAD_REQUEST, "the files of a program have plain names")
    if not all(isinstance(each, str) for each in files.values()):
        raise RequestError(HTTPStatus.BAD_REQUEST, "the files of a program are texts")
    for each in (text, *arguments):
        _bytes(each)
    return Program(text, _bytes(stdin), arguments, {name: _bytes(each) for name, each in files.items()})


def _line_of(event: Output | End) -> dict[str, Any]:
    if isinstance(event, Output):
        return {"descriptor": event.descriptor, "bytes": base64.b64encode(event.data).decode("ascii")}
    return {"status": event.status, "message": event.message}


def _bytes(text: str) -> bytes:
    """Return a text in UTF-8; raise `RequestError` for half of a character, which JSON can hold."""
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise RequestError(HTTPStatus.BAD_REQUEST, "a text has half of a character") from error
