/* The part of signals that WebAssembly has: a type. */
#ifndef BESKID_WASI_SIGNAL_H
#define BESKID_WASI_SIGNAL_H

typedef int sig_atomic_t;

#endif
