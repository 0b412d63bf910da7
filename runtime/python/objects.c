/* Objects of the heap that Python holds: a handle keeps each alive, and one proxy stands for it while it lives. */
#include "embed.h"

#include <string.h>

PyTypeObject *object_type, *opaque_type;

/* ---- the proxies by address: an open table without tombstones ---- */

static Proxy **table;
static size_t table_room, table_count;

static size_t slot_of(const uint8_t *address)
{
    return (size_t)(((uint64_t)(uintptr_t)address >> 3) * UINT64_C(0x9E3779B97F4A7C15) >> 20) & (table_room - 1);
}

static void table_put(Proxy *proxy)
{
    size_t slot = slot_of(proxy->address);
    while (table[slot] != NULL) {
        slot = (slot + 1) & (table_room - 1);
    }
    table[slot] = proxy;
    table_count++;
}

static bool table_grow(void)
{
    if (table_count * 2 < table_room) {
        return true;
    }
    size_t room = table_room == 0 ? 256 : table_room * 2;
    Proxy **grown = PyMem_Calloc(room, sizeof(Proxy *));
    if (grown == NULL) {
        PyErr_NoMemory();
        return false;
    }
    Proxy **former = table;
    size_t former_room = table_room;
    table = grown;
    table_room = room;
    table_count = 0;
    for (size_t slot = 0; slot < former_room; slot++) {
        if (former[slot] != NULL) {
            table_put(former[slot]);
        }
    }
    PyMem_Free(former);
    return true;
}

static Proxy *table_find(const uint8_t *address)
{
    if (table_room == 0) {
        return NULL;
    }
    for (size_t slot = slot_of(address); table[slot] != NULL; slot = (slot + 1) & (table_room - 1)) {
        if (table[slot]->address == address) {
            return table[slot];
        }
    }
    return NULL;
}

static void table_remove(const Proxy *proxy)
{
    size_t slot = slot_of(proxy->address);
    while (table[slot] != proxy) {
        if (table[slot] == NULL) {
            return;
        }
        slot = (slot + 1) & (table_room - 1);
    }
    table[slot] = NULL;
    table_count--;
    /* What follows in the same run is placed again. */
    for (slot = (slot + 1) & (table_room - 1); table[slot] != NULL; slot = (slot + 1) & (table_room - 1)) {
        Proxy *moved = table[slot];
        table[slot] = NULL;
        table_count--;
        table_put(moved);
    }
}

/* ---- proxies ---- */

PyObject *proxy_of(Type *type, PyTypeObject *class, uint8_t *address, const uint64_t *words)
{
    if (words == NULL) {
        Proxy *known = table_find(address);
        if (known != NULL) {
            Py_INCREF((PyObject *)known);
            return (PyObject *)known;
        }
        if (!table_grow()) {
            return NULL;
        }
    }
    Proxy *proxy = (Proxy *)new_object(class);
    if (proxy == NULL) {
        return NULL;
    }
    Py_INCREF((PyObject *)type);
    proxy->type = type;
    proxy->address = address;
    proxy->handle = address == NULL ? 0 : runtime.root_handle(address);
    proxy->exports = 0;
    if (words == NULL) {
        table_put(proxy);
    } else {
        memcpy(proxy->words, words, sizeof(uint64_t) * (size_t)(type->count < 2 ? type->count : 2));
    }
    return (PyObject *)proxy;
}

bool is_live(const Proxy *proxy)
{
    if (proxy->handle != 0 || proxy->type->kind == KIND_OPAQUE) {
        return true;
    }
    PyErr_Format(support.released_error, "this %U was released", proxy->type->name);
    return false;
}

static void forget(Proxy *proxy)
{
    if (proxy->handle == 0) {
        return;
    }
    if (proxy->type->kind != KIND_OPAQUE) {
        table_remove(proxy);
    }
    unroot_later(proxy->handle);
    proxy->handle = 0;
}

void proxy_free(PyObject *self)
{
    Proxy *proxy = (Proxy *)self;
    if (proxy->type != NULL) {
        forget(proxy);
        Py_DECREF((PyObject *)proxy->type);
    }
    free_object(self);
}

PyObject *proxy_release(PyObject *self, PyObject *unused)
{
    (void)unused;
    Proxy *proxy = (Proxy *)self;
    if (proxy->exports > 0) {
        PyErr_SetString(PyExc_BufferError, "cannot release an array whose memory is shared\n"
                                           "  help: delete the views of it first");
        return NULL;
    }
    forget(proxy);
    Py_RETURN_NONE;
}

PyObject *get_field(PyObject *self, void *closure)
{
    const Field *field = closure;
    Proxy *proxy = (Proxy *)self;
    if (!is_live(proxy) || !claim()) {
        return NULL;
    }
    uint64_t words[MAX_PARTS] = {0};
    load_parts(field->type, proxy->address, field->places, words);
    PyObject *value = from_words(field->type, words);
    let_go();
    return value;
}

int set_field(PyObject *self, PyObject *value, void *closure)
{
    const Field *field = closure;
    Proxy *proxy = (Proxy *)self;
    if (value == NULL) {
        PyErr_Format(PyExc_AttributeError, "cannot delete the field `%U`", field->label);
        return -1;
    }
    if (!is_live(proxy) || !claim()) {
        return -1;
    }
    uint64_t words[MAX_PARTS] = {0};
    Conversion conversion = {{NULL, field->label, 'k'}, NULL, NULL};
    void **mark = root_mark();
    /* Converting may run Python code, which may release the object. */
    bool done = to_words(field->type, value, words, &conversion) && is_live(proxy);
    if (done) {
        store_parts(field->type, proxy->address, proxy->address, field->places, words);
    }
    unroot_to(mark);
    end_conversion(&conversion);
    let_go();
    return done ? 0 : -1;
}

/* The class of a struct has its type under this name. */
static Type *type_of_class(PyObject *class)
{
    PyObject *held = PyObject_GetAttrString(class, "__beskid_type__");
    if (held == NULL) {
        return NULL;
    }
    Py_DECREF(held);
    if (!PyObject_TypeCheck(held, type_type)) {
        PyErr_SetString(PyExc_TypeError, "not a class of a Beskid module");
        return NULL;
    }
    return (Type *)held;
}

static bool fill(Type *type, uint8_t *object, PyObject *arguments, PyObject *named)
{
    Py_ssize_t given = PyTuple_Size(arguments);
    Py_ssize_t keywords = named == NULL ? 0 : PyDict_Size(named);
    if (given + keywords != type->field_count || given > type->field_count) {
        PyErr_Format(PyExc_TypeError, "%U() takes %d arguments, one for each field, but %zd were given", type->name,
                     type->field_count, given + keywords);
        return false;
    }
    for (int index = 0; index < type->field_count; index++) {
        const Field *field = &type->fields[index];
        PyObject *value =
            index < given ? PyTuple_GetItem(arguments, index) : PyDict_GetItemWithError(named, field->name);
        if (value == NULL) {
            if (PyErr_Occurred() == NULL) {
                PyErr_Format(PyExc_TypeError, "%U() misses the field `%U`", type->name, field->name);
            }
            return false;
        }
        uint64_t words[MAX_PARTS] = {0};
        Conversion conversion = {{NULL, field->label, 'k'}, NULL, NULL};
        bool done = to_words(field->type, value, words, &conversion);
        if (done) {
            store_parts(field->type, object, object, field->places, words);
        }
        end_conversion(&conversion);
        if (!done) {
            return false;
        }
    }
    return true;
}

/* Until it is filled the object holds nulls, which the collector skips and no program sees. */
static PyObject *object_new(PyTypeObject *class, PyObject *arguments, PyObject *named)
{
    Type *type = type_of_class((PyObject *)class);
    if (type == NULL || !claim()) {
        return NULL;
    }
    void **mark = root_mark();
    uint8_t *object = make_object(type->descriptor);
    PyObject *proxy = NULL;
    if (object != NULL && root(object) && fill(type, object, arguments, named)) {
        proxy = proxy_of(type, class, object, NULL);
    }
    unroot_to(mark);
    let_go();
    return proxy;
}

static PyMethodDef object_methods[] = {
    {"release", proxy_release, METH_NOARGS, "Give up the object; it can then not be used any more."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot object_slots[] = {
    {Py_tp_new, (void *)(uintptr_t)object_new},
    {Py_tp_dealloc, (void *)(uintptr_t)proxy_free},
    {Py_tp_methods, object_methods},
    {Py_tp_doc, "An object of a Beskid program."},
    {0, NULL},
};

PyType_Spec object_spec = {"beskid._embed.Object", sizeof(Proxy), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
                           object_slots};

static PyObject *opaque_text(PyObject *self)
{
    return PyUnicode_FromFormat("<%U>", ((Proxy *)self)->type->name);
}

static PyType_Slot opaque_slots[] = {
    {Py_tp_dealloc, (void *)(uintptr_t)proxy_free},
    {Py_tp_repr, (void *)(uintptr_t)opaque_text},
    {Py_tp_doc, "A value of a Beskid program that Python can only pass back."},
    {0, NULL},
};

PyType_Spec opaque_spec = {"beskid._embed.Opaque", sizeof(Proxy), 0,
                           Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION, opaque_slots};
