// Runs a script in Pyodide, with the checkout at /checkout, and prints its variable `result`:
// node run.mjs PYODIDE CHECKOUT SCRIPT REQUEST
import { readFileSync } from "node:fs";

const [folder, checkout, script, request] = process.argv.slice(2);
const { loadPyodide } = await import(`${folder}/pyodide.mjs`);
const python = await loadPyodide();
python.mountNodeFS("/checkout", checkout);
python.globals.set("request", readFileSync(request, "utf8"));
python.runPython(readFileSync(script, "utf8"));
console.log(python.globals.get("result"));
