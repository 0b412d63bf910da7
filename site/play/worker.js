// The compiler, in a worker: loads Python and beskid once, then answers one request after the other.
//
// Every request gets exactly one answer with its number, also when something fails: a page that waits for ever is worse
// than one that shows an error.

import { loadPyodide } from "./pyodide/pyodide.mjs";

const CALL = `
from beskid.playground.workbench import Workbench, answer
_bench = Workbench(show)
lambda request: answer(_bench, request)
`;

let running = 0;

function show(descriptor, bytes) {
  const copy = bytes.toJs();
  bytes.destroy?.();
  postMessage({ number: running, descriptor, bytes: copy });
}

// A Python error has its trace before its message.
function lastLine(error) {
  return String(error.message ?? error).trim().split("\n").at(-1);
}

async function load() {
  const [python, compiler] = await Promise.all([
    loadPyodide({ indexURL: new URL("./pyodide/", import.meta.url).href, fullStdLib: false }),
    fetch(new URL("./beskid.zip", import.meta.url)).then((response) => {
      if (!response.ok) {
        throw new Error(`beskid.zip: ${response.status}`);
      }
      return response.arrayBuffer();
    }),
  ]);
  python.unpackArchive(compiler, "zip", { extractDir: "/lib/python3.14/site-packages" });
  python.globals.set("show", show);
  return python.runPython(CALL);
}

const loaded = load();
loaded.then(
  () => postMessage({ ready: true }),
  (error) => postMessage({ ready: false, error: lastLine(error) }),
);

onmessage = async ({ data: { number, operation, arguments: values } }) => {
  try {
    const call = await loaded;
    running = number;
    postMessage({ number, answer: JSON.parse(call(JSON.stringify({ operation, arguments: values }))) });
  } catch (error) {
    postMessage({ number, error: lastLine(error) });
  }
};
