/* Interrupts: a thread that watches long calls of the main thread, and what a program does when it is told to look.
 *
 * Python's own handlers of signals only leave a note; the code of the handlers runs when the main thread is back in the
 * interpreter. So while a call lasts, the word that its polls read is set a few times a second, and the poll takes the
 * interpreter lock and lets Python run what is due. No handler is replaced, whatever a program, IPython or asyncio
 * installs, and a call that is over before the thread looks costs a few stores. The thread sleeps while there are no
 * calls, and is not there during a fork. */
#include "embed.h"

#include <stdatomic.h>

#define TICK_MICROSECONDS 50000
#define TICKS_UNTIL_SLEEP 20
#define INVALID_THREAD ((unsigned long)-1) /* which the limited API does not name */

typedef struct Word {
    struct Word *next;
    _Atomic(uint32_t) *address;
} Word;

/* Only ever extended, with the interpreter lock: programs stay loaded. */
static _Atomic(Word *) words;

/* Calls of the main thread that have begun, and how many it is inside. Only that thread changes them. */
static _Atomic(uint32_t) begun, depth;
static _Thread_local bool is_main;

/* The program may have references in registers only while it polls. */
_Thread_local bool is_polling;

static _Atomic(bool) is_asleep = true; /* or not there */
static _Atomic(bool) is_ending;
static bool is_running;
static PyThread_type_lock bell, done; /* locked; given up to wake the thread, and by it when it ends */

static void set_words(uint32_t value)
{
    for (Word *word = atomic_load(&words); word != NULL; word = word->next) {
        atomic_store_explicit(word->address, value, memory_order_relaxed);
    }
}

static void watch_calls(void *unused)
{
    (void)unused;
    uint32_t seen = atomic_load(&begun) - 1;
    int idle = 0;
    while (!atomic_load(&is_ending)) {
        /* The call that finds the thread asleep wakes it. One that did not yet find it so is seen a tick later. */
        bool sleeps = idle > TICKS_UNTIL_SLEEP;
        if (PyThread_acquire_lock_timed(bell, sleeps ? -1 : TICK_MICROSECONDS, 0) == PY_LOCK_ACQUIRED) {
            idle = 0;
        }
        uint32_t now = atomic_load(&begun);
        if (now != seen) {
            seen = now;
            idle = 0;
        } else if (atomic_load(&depth) != 0) {
            set_words(1);
            idle = 0;
        } else if (idle <= TICKS_UNTIL_SLEEP) {
            idle++;
        }
        atomic_store(&is_asleep, idle >= TICKS_UNTIL_SLEEP);
    }
    PyThread_release_lock(done);
}

static bool allocate_locks(void)
{
    PyThread_type_lock first = PyThread_allocate_lock(), second = PyThread_allocate_lock();
    if (first == NULL || second == NULL) {
        if (first != NULL) {
            PyThread_free_lock(first);
        }
        if (second != NULL) {
            PyThread_free_lock(second);
        }
        return false;
    }
    PyThread_acquire_lock(first, 1);
    PyThread_acquire_lock(second, 1);
    bell = first;
    done = second;
    return true;
}

/* With the interpreter lock. Where no thread can be started, calls end when they end; the next call tries again. */
static void wake(void)
{
    atomic_store(&is_asleep, false);
    if (is_running) {
        PyThread_release_lock(bell);
        return;
    }
    if (bell == NULL && !allocate_locks()) {
        atomic_store(&is_asleep, true);
        return;
    }
    atomic_store(&is_ending, false);
    is_running = PyThread_start_new_thread(watch_calls, NULL) != INVALID_THREAD;
    if (!is_running) {
        atomic_store(&is_asleep, true);
    }
}

void watch_begin(void)
{
    if (!is_main) {
        return;
    }
    uint32_t former = atomic_load_explicit(&depth, memory_order_relaxed);
    atomic_store_explicit(&depth, former + 1, memory_order_relaxed);
    if (former == 0) {
        uint32_t count = atomic_load_explicit(&begun, memory_order_relaxed);
        atomic_store_explicit(&begun, count + 1, memory_order_relaxed);
        if (atomic_load_explicit(&is_asleep, memory_order_relaxed)) {
            wake();
        }
    }
}

void watch_end(void)
{
    if (is_main) {
        atomic_store_explicit(&depth, atomic_load_explicit(&depth, memory_order_relaxed) - 1, memory_order_relaxed);
    }
}

bool watch_attach(void)
{
    PyObject *answer = PyObject_CallNoArgs(support.is_main_thread);
    is_main = answer == Py_True;
    Py_XDECREF(answer);
    return answer != NULL;
}

int64_t take_poll(void)
{
    PyGILState_STATE state = PyGILState_Ensure();
    set_words(0);
    is_polling = true;
    bool failed = PyErr_CheckSignals() != 0;
    is_polling = false;
    if (failed) {
        keep_exception();
    }
    /* A signal may have come while the program printed. */
    failed = failed || has_kept_exception();
    PyGILState_Release(state);
    return failed;
}

PyObject *watch(PyObject *module, PyObject *address)
{
    (void)module;
    void *word = PyLong_AsVoidPtr(address);
    if (word == NULL) {
        return PyErr_Occurred() ? NULL : PyErr_Format(PyExc_ValueError, "the program has no word for polls");
    }
    for (Word *known = atomic_load(&words); known != NULL; known = known->next) {
        if ((void *)known->address == word) {
            Py_RETURN_NONE;
        }
    }
    Word *added = PyMem_Malloc(sizeof *added);
    if (added == NULL) {
        return PyErr_NoMemory();
    }
    added->address = word;
    added->next = atomic_load(&words);
    atomic_store(&words, added);
    Py_RETURN_NONE;
}

PyObject *stop_watching(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    if (is_running) {
        atomic_store(&is_ending, true);
        PyThread_release_lock(bell);
        PyThread_acquire_lock(done, 1);
        is_running = false;
    }
    atomic_store(&is_asleep, true);
    Py_RETURN_NONE;
}

PyObject *go_on_watching(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    if (atomic_load(&depth) != 0 && !is_running) {
        wake();
    }
    Py_RETURN_NONE;
}

PyObject *watch_this_thread(PyObject *module, PyObject *unused)
{
    /* The thread that forked is the main one of the child. What another was inside is not. */
    if (!is_main) {
        is_main = true;
        atomic_store(&depth, 0);
    }
    return go_on_watching(module, unused);
}
