// Packs Python for the page, compiled by the Python of Pyodide, whose bytecode no other Python can make.
//
// usage: node compile.mjs SOURCES.zip COMPILER.zip LIBRARY.zip
//
// COMPILER.zip gets the bytecode of the compiler, and LIBRARY.zip that of the modules of Python's own library which
// the compiler and Pyodide import: a quarter of the whole library.

import { readFile, writeFile } from "node:fs/promises";
import { loadPyodide } from "pyodide";

const PACK = `
import importlib, io, pathlib, py_compile, sys, zipfile

LIBRARY = next(path for path in sys.path if path.endswith(".zip"))
ROOT = pathlib.Path("/made")

def packed(root):
    for source in root.rglob("*.py"):
        py_compile.compile(source, source.with_suffix(".pyc"), str(source.relative_to(root)), doraise=True, optimize=2)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path in sorted(each for each in root.rglob("*") if each.is_file() and each.suffix != ".py"):
            data = path.read_bytes()
            if path.suffix == ".pyc":
                # The time and size of the source, which is not there: two builds make the same bytes.
                data = data[:4] + bytes(12) + data[16:]
            archive.writestr(zipfile.ZipInfo(str(path.relative_to(root))), data, zipfile.ZIP_DEFLATED, 9)
    return out.getvalue()

def compiler(sources):
    with zipfile.ZipFile(io.BytesIO(sources.to_bytes())) as archive:
        archive.extractall(ROOT / "compiler")
    return packed(ROOT / "compiler")

def library():
    sys.path.insert(0, str(ROOT / "compiler"))
    for path in sorted((ROOT / "compiler" / "beskid").rglob("*.py")):
        name = ".".join(path.relative_to(ROOT / "compiler").with_suffix("").parts).removesuffix(".__init__")
        importlib.import_module(name)
    for name in ("ascii", "cp437", "idna", "latin_1", "utf_16", "utf_16_le", "utf_8_sig"):
        importlib.import_module("encodings." + name)
    importlib.import_module("traceback")
    with zipfile.ZipFile(LIBRARY) as archive:
        known = set(archive.namelist())
        for name in list(sys.modules):
            path = name.replace(".", "/")
            for each in (path + ".py", path + "/__init__.py"):
                if each in known:
                    archive.extract(each, ROOT / "library")
    return packed(ROOT / "library")

compiler, library
`;

const [sources, compiled, libraryFile] = process.argv.slice(2);
try {
  const python = await loadPyodide();
  const [compiler, library] = python.runPython(PACK);
  await writeFile(compiled, compiler(new Uint8Array(await readFile(sources))).toJs());
  await writeFile(libraryFile, library().toJs());
} catch (error) {
  console.error(String(error.message).slice(-2000));
  process.exit(1);
}
