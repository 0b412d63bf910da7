// The compiler behind the page: one worker that answers, and a spare one that takes over when a program is stopped.

/** What the page says of the compiler behind it, and the script that keeps the page for a time without a network. */
export const HOST = {
  ready: "Ready. The program stays in this page.",
  how: " (interpreted; an executable is faster)",
  canShare: true,
  offline: new URL("./offline.js", import.meta.url),
};

export class Compiler {
  #current;
  #spare = null;
  #number = 0;
  #waiting = new Map();
  #onState;

  /** `onState(isReady, error)` is called whenever that changes. */
  constructor(onState) {
    this.#onState = onState;
    this.#current = this.#start();
  }

  /** Resolves with the answer, rejects with an `Error`; `null` when the program was stopped. */
  ask(operation, values, onOutput = null) {
    const number = ++this.#number;
    return new Promise((resolve, reject) => {
      this.#waiting.set(number, { resolve, reject, onOutput });
      this.#current.postMessage({ number, operation, arguments: values });
    });
  }

  /** Ends what runs. All open requests resolve with `null`. */
  stop() {
    this.#current.terminate();
    for (const { resolve } of this.#waiting.values()) {
      resolve(null);
    }
    this.#waiting.clear();
    this.#current = this.#spare ?? this.#start();
    this.#spare = null;
    this.#onState(this.#current.isReady, "");
    if (this.#current.isReady) {
      this.#prepareSpare();
    }
  }

  #prepareSpare() {
    // Later, because loading a second Python makes the first answers of the page slow.
    setTimeout(() => (this.#spare ??= this.#start()), 1500);
  }

  #start() {
    const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
    worker.isReady = false;
    worker.onmessage = ({ data }) => this.#receive(worker, data);
    worker.onerror = (event) => this.#failed(worker, event.message || "the worker could not be loaded");
    return worker;
  }

  #failed(worker, error) {
    if (worker === this.#spare) {
      this.#spare = null;
    } else {
      this.#onState(false, error);
    }
  }

  #receive(worker, data) {
    if ("ready" in data) {
      worker.isReady = data.ready;
      if (!data.ready) {
        this.#failed(worker, data.error);
      } else if (worker === this.#current) {
        this.#onState(true, "");
        this.#prepareSpare();
      }
      return;
    }
    const found = this.#waiting.get(data.number);
    if (!found) {
      return;
    }
    if ("bytes" in data) {
      found.onOutput?.(data.descriptor, data.bytes);
      return;
    }
    this.#waiting.delete(data.number);
    if ("error" in data) {
      found.reject(new Error(data.error));
      // A Python that failed may refuse all that follows.
      this.stop();
    } else {
      found.resolve(data.answer);
    }
  }
}
