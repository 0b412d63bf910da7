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
from beskid.embed import char as char
from beskid.embed import compile as compile
from beskid.embed import f32 as f32
from beskid.embed import f64 as f64
from beskid.embed import i8 as i8
from beskid.embed import i16 as i16
from beskid.embed import i32 as i32
from beskid.embed import i64 as i64
from beskid.embed import load as load
from beskid.embed import string as string
from beskid.embed import u8 as u8
from beskid.embed import u16 as u16
from beskid.embed import u32 as u32
from beskid.embed import u64 as u64
from beskid.embed import ufunc as ufunc

__version__: str

def load_ipython_extension(shell: object) -> None: ...
