/* The runtime as the extension sees it: addresses, claims, entries, and exceptions made of statuses. */
#include "embed.h"

#include <string.h>

Runtime runtime;
Support support;

typedef struct Row {
    const char *name;
    void *place;
} Row;

static const Row rows[] = {
    {"beskid_attach", &runtime.attach},
    {"beskid_detach", &runtime.detach},
    {"beskid_claim", &runtime.claim},
    {"beskid_release", &runtime.release},
    {"beskid_call_words", &runtime.call_words},
    {"beskid_root_top", &runtime.root_top},
    {"beskid_set_output", &runtime.set_output},
    {"beskid_set_host_function", &runtime.set_host_function},
    {"beskid_last_panic_form", &runtime.last_panic_form},
    {"beskid_last_panic", &runtime.last_panic},
    {"gc_root_handle", &runtime.root_handle},
    {"gc_unroot_handle", &runtime.unroot_handle},
    {"gc_write_barrier", &runtime.write_barrier},
    {"gc_collect", &runtime.collect},
    {"gc_external_root_count", &runtime.root_count},
    {"str_copy", &runtime.str_copy},
    {"alloc", &runtime.alloc},
    {"array_new_typed", &runtime.array_new_typed},
    {"array_foreign", &runtime.array_foreign},
    {"beskid_foreign_released", &runtime.foreign_released},
};

static const Row supports[] = {
    {"raise_panic", &support.raise_panic},
    {"result_error", &support.result_error},
    {"released_error", &support.released_error},
    {"forked_error", &support.forked_error},
    {"describe", &support.describe},
    {"write", &support.write},
    {"through", &support.through},
    {"is_main_thread", &support.is_main_thread},
};

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

/* The exception that Python code left while a program was inside. */
static PyObject *kept_type, *kept_value, *kept_trace;

void keep_exception(void)
{
    if (kept_type != NULL) {
        PyErr_Clear();
        return;
    }
    PyErr_Fetch(&kept_type, &kept_value, &kept_trace);
}

bool has_kept_exception(void)
{
    return kept_type != NULL;
}

/* A program prints: runs on the host's stack, without the interpreter lock when the call gave it up. */
static int64_t take_output(int64_t descriptor, const uint8_t *bytes, uint64_t length)
{
    PyGILState_STATE state = PyGILState_Ensure();
    if (has_kept_exception()) {
        /* It ends the call, so nothing must be written first. */
        PyGILState_Release(state);
        return -1;
    }
    PyObject *done =
        PyObject_CallFunction(support.write, "Ly#", (long long)descriptor, (const char *)bytes, (Py_ssize_t)length);
    if (done == NULL) {
        keep_exception();
    }
    Py_XDECREF(done);
    PyGILState_Release(state);
    return done != NULL ? (int64_t)length : -1;
}

PyObject *set_up(PyObject *module, PyObject *arguments)
{
    (void)module;
    PyObject *addresses, *objects;
    if (!PyArg_ParseTuple(arguments, "O!O!:set_up", &PyDict_Type, &addresses, &PyDict_Type, &objects)) {
        return NULL;
    }
    for (size_t index = 0; index < COUNT(rows); index++) {
        PyObject *number = PyDict_GetItemString(addresses, rows[index].name);
        void *address = number == NULL ? NULL : PyLong_AsVoidPtr(number);
        if (address == NULL) {
            return PyErr_Occurred() ? NULL : PyErr_Format(PyExc_KeyError, "no address of %s", rows[index].name);
        }
        memcpy(rows[index].place, &address, sizeof address);
    }
    for (size_t index = 0; index < COUNT(supports); index++) {
        PyObject *object = PyDict_GetItemString(objects, supports[index].name);
        if (object == NULL) {
            return PyErr_Format(PyExc_KeyError, "no object %s", supports[index].name);
        }
        Py_INCREF(object);
        memcpy(supports[index].place, &object, sizeof object);
    }
    void *taker;
    int64_t (*take)(int64_t, const uint8_t *, uint64_t) = take_output;
    memcpy(&taker, &take, sizeof taker);
    runtime.set_output(taker);
    int64_t (*call)(void *, uint64_t *) = take_call;
    memcpy(&taker, &call, sizeof taker);
    runtime.set_host_function(taker);
    Py_RETURN_NONE;
}

PyObject *attach(PyObject *module, PyObject *program)
{
    (void)module;
    void *address = PyLong_AsVoidPtr(program);
    if (address == NULL && PyErr_Occurred()) {
        return NULL;
    }
    int64_t status;
    Py_BEGIN_ALLOW_THREADS status = runtime.attach(address);
    Py_END_ALLOW_THREADS return PyLong_FromLongLong(status);
}

PyObject *collect(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    if (!claim()) {
        return NULL;
    }
    int64_t live = runtime.collect();
    let_go();
    return PyLong_FromLongLong(live);
}

PyObject *root_count(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    if (!claim()) {
        return NULL;
    }
    int64_t count = runtime.root_count();
    let_go();
    return PyLong_FromLongLong(count);
}

/* ---- claims ---- */

static int64_t *pending;
static size_t pending_count, pending_room;

static void unroot_pending(void)
{
    while (pending_count > 0) {
        runtime.unroot_handle(pending[--pending_count]);
    }
}

/* Arrays that the collector found dead give up the objects whose memory they borrowed. */
static void release_foreign(void)
{
    int64_t token;
    while ((token = runtime.foreign_released()) != 0) {
        Py_DECREF((PyObject *)(intptr_t)token);
    }
}

static _Thread_local bool is_attached;

static bool attach_thread(void)
{
    int64_t status;
    Py_BEGIN_ALLOW_THREADS status = runtime.attach(NULL);
    Py_END_ALLOW_THREADS if (status != 0)
    {
        raise_status(status, 0, Py_None);
        return false;
    }
    is_attached = watch_attach();
    return is_attached;
}

bool claim(void)
{
    if (!is_attached && !attach_thread()) {
        return false;
    }
    if (is_polling) {
        PyErr_SetString(PyExc_RuntimeError,
                        "a handler of a signal cannot use Beskid while it interrupts a call of Beskid\n"
                        "  help: set a flag in the handler, or raise an exception");
        return false;
    }
    int64_t status = runtime.claim(0);
    if (status == BESKID_STATUS_BUSY) {
        Py_BEGIN_ALLOW_THREADS status = runtime.claim(1);
        Py_END_ALLOW_THREADS
    }
    if (status != 0) {
        raise_status(status, 0, Py_None);
        return false;
    }
    if (pending_count > 0) {
        unroot_pending();
    }
    return true;
}

void let_go(void)
{
    release_foreign();
    runtime.release();
}

void unroot_later(int64_t handle)
{
    if (is_attached && runtime.claim(0) == 0) {
        runtime.unroot_handle(handle);
        runtime.release();
        return;
    }
    if (pending_count == pending_room) {
        size_t room = pending_room == 0 ? 64 : pending_room * 2;
        int64_t *grown = PyMem_Realloc(pending, room * sizeof *grown);
        if (grown == NULL) {
            return;
        }
        pending = grown;
        pending_room = room;
    }
    pending[pending_count++] = handle;
}

/* ---- entries ---- */

int64_t call_in_runtime(void *function, uint64_t *words, bool is_quick)
{
    if (is_quick) {
        return runtime.call_words(function, words);
    }
    int64_t status;
    watch_begin();
    Py_BEGIN_ALLOW_THREADS status = runtime.call_words(function, words);
    Py_END_ALLOW_THREADS watch_end();
    return status;
}

/* Raises the exception of Python code that the program called, with the frames of the program in its traceback. */
static void raise_kept(int64_t status, PyObject *program)
{
    PyObject *type = kept_type, *value = kept_value, *trace = kept_trace;
    kept_type = kept_value = kept_trace = NULL;
    PyErr_NormalizeException(&type, &value, &trace);
    /* Without a panic, the last one was that of another call. */
    const char *form = status == BESKID_STATUS_PANIC ? runtime.last_panic_form() : NULL;
    PyObject *extended = PyObject_CallFunction(support.through, "OOs", program, trace == NULL ? Py_None : trace,
                                               form == NULL ? "" : form);
    if (extended == NULL) {
        PyErr_Clear();
    } else if (extended == Py_None) {
        Py_DECREF(extended);
    } else {
        Py_XDECREF(trace);
        trace = extended;
    }
    PyErr_Restore(type, value, trace);
}

void raise_status(int64_t status, uint64_t exit_status, PyObject *program)
{
    if (kept_type != NULL) {
        raise_kept(status, program);
        return;
    }
    if (status == BESKID_STATUS_EXITED) {
        PyObject *number = PyLong_FromUnsignedLongLong(exit_status);
        PyErr_SetObject(PyExc_SystemExit, number);
        Py_XDECREF(number);
        return;
    }
    if (status == BESKID_STATUS_FORKED) {
        PyErr_SetString(support.forked_error,
                        "this process is the child of a fork during which another thread ran Beskid code\n"
                        "  help: start processes by the method spawn, or before the first call");
        return;
    }
    const char *message = runtime.last_panic();
    const char *form = runtime.last_panic_form();
    PyObject *panic = PyObject_CallFunction(support.raise_panic, "Oss", program, message == NULL ? "panic" : message,
                                            form == NULL ? "" : form);
    if (panic != NULL) {
        PyErr_SetObject((PyObject *)Py_TYPE(panic), panic);
        Py_DECREF(panic);
    }
}

/* ---- references ---- */

void **root_mark(void)
{
    return runtime.root_top(NULL);
}

/* The slots end at the guard of their region, of which programs need the last part to find that it is full. */
#define ROOT_MARGIN 65536

bool root(void *reference)
{
    void **top = runtime.root_top(NULL);
    uintptr_t region = (uintptr_t)top & ~((uintptr_t)BESKID_SHADOW_REGION_SIZE - 1);
    if ((uintptr_t)top >= region + BESKID_SHADOW_REGION_SIZE - BESKID_SHADOW_GUARD_SIZE - ROOT_MARGIN) {
        PyErr_SetString(PyExc_RecursionError, "too many nested values in the arguments of a Beskid function");
        return false;
    }
    *top = reference;
    runtime.root_top(top + 1);
    return true;
}

void unroot_to(void **mark)
{
    runtime.root_top(mark);
}

/* ---- cells ---- */

static int64_t text_inside(void **stack, uint64_t *words)
{
    (void)stack;
    words[0] = (uint64_t)(uintptr_t)runtime.str_copy((const uint8_t *)(uintptr_t)words[0], words[1]);
    return 0;
}

static int64_t object_inside(void **stack, uint64_t *words)
{
    (void)stack;
    const BeskidTypeDescriptor *descriptor = (const BeskidTypeDescriptor *)(uintptr_t)words[0];
    words[0] = (uint64_t)(uintptr_t)runtime.alloc(descriptor->size, descriptor);
    return 0;
}

static int64_t array_inside(void **stack, uint64_t *words)
{
    (void)stack;
    const BeskidTypeDescriptor *element = (const BeskidTypeDescriptor *)(uintptr_t)words[0];
    words[0] = (uint64_t)(uintptr_t)runtime.array_new_typed(element, (int64_t)words[1]);
    return 0;
}

static int64_t foreign_inside(void **stack, uint64_t *words)
{
    (void)stack;
    words[0] = (uint64_t)(uintptr_t)runtime.array_foreign((void *)(uintptr_t)words[0], words[1], (int64_t)words[2],
                                                          (int64_t)words[3]);
    return 0;
}

/* The array is visible to the collector while the object is made, and the owner's once it is remembered. */
static int64_t capturing_inside(void **stack, uint64_t *words)
{
    (void)stack;
    const BeskidTypeDescriptor *descriptor = (const BeskidTypeDescriptor *)(uintptr_t)words[0];
    BeskidArray *array = runtime.array_foreign((void *)(uintptr_t)words[2], 1, 0, (int64_t)words[3]);
    words[3] = 0;
    void **top = runtime.root_top(NULL);
    *top = array;
    runtime.root_top(top + 1);
    uint8_t *object = runtime.alloc(descriptor->size, descriptor);
    runtime.root_top(top);
    memcpy(object + words[1], &array, sizeof(void *));
    runtime.write_barrier(object, array);
    words[0] = (uint64_t)(uintptr_t)object;
    return 0;
}

static void *make(int64_t (*inside)(void **, uint64_t *), uint64_t *words)
{
    void *function;
    memcpy(&function, &inside, sizeof function);
    int64_t status = runtime.call_words(function, words);
    if (status != 0) {
        raise_status(status, words[0], Py_None);
        return NULL;
    }
    return (void *)(uintptr_t)words[0];
}

BeskidStr *make_text(const char *bytes, Py_ssize_t length)
{
    uint64_t words[2] = {(uint64_t)(uintptr_t)bytes, (uint64_t)length};
    return make(text_inside, words);
}

void *make_object(const BeskidTypeDescriptor *descriptor)
{
    uint64_t words[1] = {(uint64_t)(uintptr_t)descriptor};
    return make(object_inside, words);
}

BeskidArray *make_array(const BeskidTypeDescriptor *element, Py_ssize_t length)
{
    uint64_t words[2] = {(uint64_t)(uintptr_t)element, (uint64_t)length};
    return make(array_inside, words);
}

BeskidArray *make_foreign(void *data, Py_ssize_t size, Py_ssize_t length, PyObject *owner)
{
    uint64_t words[4] = {(uint64_t)(uintptr_t)data, (uint64_t)size, (uint64_t)length, (uint64_t)(uintptr_t)owner};
    BeskidArray *array = make(foreign_inside, words);
    if (array != NULL) {
        Py_INCREF(owner);
    }
    return array;
}

void *make_capturing(const BeskidTypeDescriptor *descriptor, size_t offset, void *data, PyObject *owner)
{
    uint64_t words[4] = {(uint64_t)(uintptr_t)descriptor, offset, (uint64_t)(uintptr_t)data,
                         (uint64_t)(uintptr_t)owner};
    void *object = make(capturing_inside, words);
    if (words[3] == 0) {
        /* The array has the reference now, even when the object was not made. */
        Py_INCREF(owner);
    }
    return object;
}
