from beskid.embed import Array as Array
from beskid.embed import BeskidWarning as BeskidWarning
from beskid.embed import CompileError as CompileError
from beskid.embed import ForkedError as ForkedError
from beskid.embed import Frame as Frame
from beskid.embed import GateError as GateError
from beskid.embed import Module as Module
from beskid.embed import Panic as Panic
from beskid.embed import ReleasedError as ReleasedError
from beskid.embed import ResultError as ResultError
from beskid.embed import compile as compile
from beskid.embed import load as load

__version__: str
