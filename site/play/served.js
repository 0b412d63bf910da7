// The compiler behind the page of `beskid serve`: each request goes to the server that the page comes from.

export const HOST = {
  ready: "Ready. Programs run as machine code on this machine, without a network and in a folder of their own.",
  how: "",
  canShare: false,
  offline: null,
};

export class Compiler {
  #running = new AbortController();
  #onState;

  /** `onState(isReady, error)` is called whenever that changes. */
  constructor(onState) {
    this.#onState = onState;
    // Later, as a worker does it: the page is not complete yet.
    queueMicrotask(() => onState(true, ""));
  }

  /** Resolves with the answer, rejects with an `Error`; `null` when the program was stopped. */
  async ask(operation, values, onOutput = null) {
    if (operation === "run") {
      const [text, stdin, given, files] = values;
      return this.#run({ text, stdin, arguments: given, files }, onOutput);
    }
    const response = await this.#send("ask", { operation, arguments: values });
    return response.json();
  }

  /** Ends what runs: the server notices that nobody reads on. */
  stop() {
    this.#running.abort();
  }

  async #run(program, onOutput) {
    this.#running = new AbortController();
    try {
      const response = await this.#send("run", program, this.#running.signal);
      for await (const event of lines(response.body)) {
        if (!("descriptor" in event)) {
          return event;
        }
        onOutput(event.descriptor, Uint8Array.from(atob(event.bytes), (character) => character.charCodeAt(0)));
      }
    } catch (error) {
      if (this.#running.signal.aborted) {
        return null;
      }
      throw error;
    }
    throw new Error("the server has hung up");
  }

  async #send(name, request, signal = undefined) {
    let response;
    try {
      response = await fetch(new URL(name, import.meta.url), {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(request),
        signal,
      });
    } catch (error) {
      if (!signal?.aborted) {
        this.#onState(false, "`beskid serve` does not answer");
      }
      throw error;
    }
    if (!response.ok) {
      throw new Error((await response.text()).trim());
    }
    return response;
  }
}

// Yields the JSON value of each line.
async function* lines(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const complete = (rest + part.value).split("\n");
    rest = complete.pop();
    yield* complete.map(JSON.parse);
  }
}
