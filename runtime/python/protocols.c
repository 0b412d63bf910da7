/* Arrays of other libraries and for them: DLPack on the processor, and the C data interface of Arrow.
 * A capsule that is not consumed gives its memory up when it is freed, so borrowing keeps the capsule. */
#include "embed.h"

#include <stdlib.h>
#include <string.h>

/* ---- DLPack 1.1 ---- */

typedef struct Tensor {
    void *data;
    int32_t device_type;
    int32_t device_number;
    int32_t dimensions;
    uint8_t code;
    uint8_t bits;
    uint16_t lanes;
    int64_t *shape;
    int64_t *strides; /* in elements; null when contiguous */
    uint64_t offset;  /* in bytes */
} Tensor;

typedef struct ManagedTensor {
    Tensor tensor;
    void *context;
    void (*release)(struct ManagedTensor *self);
} ManagedTensor;

typedef struct VersionedTensor {
    uint32_t major;
    uint32_t minor;
    void *context;
    void (*release)(struct VersionedTensor *self);
    uint64_t flags;
    Tensor tensor;
} VersionedTensor;

#define DEVICE_PROCESSOR 1
#define FLAG_READ_ONLY 1
#define NAME_TENSOR "dltensor"
#define NAME_VERSIONED "dltensor_versioned"

enum { CODE_INT, CODE_UINT, CODE_FLOAT, CODE_BOOL = 6 };

static const uint8_t tensor_codes[KIND_COUNT] = {
    [KIND_BOOL] = CODE_BOOL, [KIND_I8] = CODE_INT,    [KIND_I16] = CODE_INT,   [KIND_I32] = CODE_INT,
    [KIND_I64] = CODE_INT,   [KIND_U8] = CODE_UINT,   [KIND_U16] = CODE_UINT,  [KIND_U32] = CODE_UINT,
    [KIND_U64] = CODE_UINT,  [KIND_F32] = CODE_FLOAT, [KIND_F64] = CODE_FLOAT,
};

typedef struct SharedTensor {
    ManagedTensor managed;
    int64_t shape;
} SharedTensor;

static void release_tensor(ManagedTensor *managed)
{
    PyGILState_STATE state = PyGILState_Ensure();
    Proxy *proxy = managed->context;
    proxy->exports--;
    Py_DECREF((PyObject *)proxy);
    PyGILState_Release(state);
    free(managed);
}

static void free_tensor(PyObject *capsule)
{
    if (PyCapsule_IsValid(capsule, NAME_TENSOR)) {
        ManagedTensor *managed = PyCapsule_GetPointer(capsule, NAME_TENSOR);
        managed->release(managed);
    }
}

PyObject *array_to_tensor(PyObject *self, PyObject *arguments, PyObject *named)
{
    static char *names[] = {"stream", "max_version", "dl_device", "copy", NULL};
    PyObject *stream = Py_None, *version = Py_None, *device = Py_None, *copy = Py_None;
    if (!PyArg_ParseTupleAndKeywords(arguments, named, "|$OOOO:__dlpack__", names, &stream, &version, &device, &copy) ||
        !is_live((Proxy *)self)) {
        return NULL;
    }
    if (copy == Py_True) {
        PyErr_SetString(PyExc_BufferError, "the memory is shared\n  help: copy the array that you get");
        return NULL;
    }
    Proxy *proxy = (Proxy *)self;
    const BeskidArray *array = (const BeskidArray *)(const void *)proxy->address;
    Kind element = proxy->type->element->kind;
    SharedTensor *shared = calloc(1, sizeof *shared);
    if (shared == NULL) {
        return PyErr_NoMemory();
    }
    shared->shape = (int64_t)array->len;
    shared->managed.tensor =
        (Tensor){array->ptr, DEVICE_PROCESSOR, 0,    1, tensor_codes[element], (uint8_t)(8 * size_of(element)),
                 1,          &shared->shape,   NULL, 0};
    shared->managed.context = self;
    shared->managed.release = release_tensor;
    PyObject *capsule = PyCapsule_New(shared, NAME_TENSOR, free_tensor);
    if (capsule == NULL) {
        free(shared);
        return NULL;
    }
    Py_INCREF(self);
    proxy->exports++;
    return capsule;
}

PyObject *array_device(PyObject *self, PyObject *unused)
{
    (void)self;
    (void)unused;
    return Py_BuildValue("ii", DEVICE_PROCESSOR, 0);
}

/* The capsule of a value, of the newest form that it knows. */
static PyObject *tensor_of(PyObject *value)
{
    PyObject *method = PyObject_GetAttrString(value, "__dlpack__");
    PyObject *none = PyTuple_New(0);
    PyObject *named = Py_BuildValue("{s:(ii)}", "max_version", 1, 1);
    PyObject *capsule = NULL;
    if (method != NULL && none != NULL && named != NULL) {
        capsule = PyObject_Call(method, none, named);
        if (capsule == NULL && PyErr_ExceptionMatches(PyExc_TypeError)) {
            PyErr_Clear();
            capsule = PyObject_Call(method, none, NULL);
        }
    }
    Py_XDECREF(method);
    Py_XDECREF(none);
    Py_XDECREF(named);
    return capsule;
}

bool borrow_tensor(Type *type, PyObject *value, Borrowed *borrowed, Conversion *conversion)
{
    PyObject *capsule = tensor_of(value);
    if (capsule == NULL) {
        return false;
    }
    borrowed->owner = capsule;
    const Tensor *tensor;
    if (PyCapsule_IsValid(capsule, NAME_VERSIONED)) {
        const VersionedTensor *versioned = PyCapsule_GetPointer(capsule, NAME_VERSIONED);
        tensor = &versioned->tensor;
        borrowed->is_read_only = (versioned->flags & FLAG_READ_ONLY) != 0;
    } else if (PyCapsule_IsValid(capsule, NAME_TENSOR)) {
        tensor = &((const ManagedTensor *)PyCapsule_GetPointer(capsule, NAME_TENSOR))->tensor;
    } else {
        return refuse_array(type, value, conversion, PyExc_TypeError, "", "np.asarray(values, dtype=%s)");
    }
    Kind element = type->element->kind;
    if (tensor->device_type != DEVICE_PROCESSOR) {
        return refuse_array(type, value, conversion, PyExc_ValueError, " in the memory of the processor",
                            "copy it to the processor");
    }
    if (tensor->code != tensor_codes[element] || tensor->bits != 8 * size_of(element) || tensor->lanes != 1) {
        return refuse_array(type, value, conversion, PyExc_TypeError, "", "np.asarray(values, dtype=%s)");
    }
    if (tensor->dimensions != 1) {
        return refuse_array(type, value, conversion, PyExc_ValueError, " of one dimension",
                            "flatten it, and pass the shape beside it");
    }
    if (tensor->strides != NULL && tensor->strides[0] != 1 && tensor->shape[0] > 1) {
        return refuse_array(type, value, conversion, PyExc_ValueError, ", contiguous", "np.ascontiguousarray(values)");
    }
    borrowed->data = tensor->data == NULL ? NULL : (char *)tensor->data + tensor->offset;
    borrowed->length = (Py_ssize_t)tensor->shape[0];
    return true;
}

/* ---- Arrow ---- */

typedef struct ArrowSchema {
    const char *format;
    const char *name;
    const char *metadata;
    int64_t flags;
    int64_t child_count;
    struct ArrowSchema **children;
    struct ArrowSchema *dictionary;
    void (*release)(struct ArrowSchema *self);
    void *context;
} ArrowSchema;

typedef struct ArrowArray {
    int64_t length;
    int64_t null_count;
    int64_t offset;
    int64_t buffer_count;
    int64_t child_count;
    const void **buffers;
    struct ArrowArray **children;
    struct ArrowArray *dictionary;
    void (*release)(struct ArrowArray *self);
    void *context;
} ArrowArray;

#define NAME_SCHEMA "arrow_schema"
#define NAME_ARRAY "arrow_array"

/* Those of bool have a bit for each element, which no array of Beskid has. */
static const char *const arrow_formats[KIND_COUNT] = {
    [KIND_I8] = "c",  [KIND_U8] = "C",  [KIND_I16] = "s", [KIND_U16] = "S", [KIND_I32] = "i",
    [KIND_U32] = "I", [KIND_I64] = "l", [KIND_U64] = "L", [KIND_F32] = "f", [KIND_F64] = "g",
};

static void release_schema(ArrowSchema *schema)
{
    schema->release = NULL;
}

static void free_schema(PyObject *capsule)
{
    ArrowSchema *schema = PyCapsule_GetPointer(capsule, NAME_SCHEMA);
    if (schema->release != NULL) {
        schema->release(schema);
    }
    free(schema);
}

static void release_array(ArrowArray *array)
{
    PyGILState_STATE state = PyGILState_Ensure();
    Proxy *proxy = array->context;
    proxy->exports--;
    Py_DECREF((PyObject *)proxy);
    PyGILState_Release(state);
    free((void *)(uintptr_t)array->buffers);
    array->release = NULL;
}

static void free_array(PyObject *capsule)
{
    ArrowArray *array = PyCapsule_GetPointer(capsule, NAME_ARRAY);
    if (array->release != NULL) {
        array->release(array);
    }
    free(array);
}

static PyObject *new_schema(const char *format)
{
    ArrowSchema *schema = calloc(1, sizeof *schema);
    if (schema == NULL) {
        return PyErr_NoMemory();
    }
    schema->format = format;
    schema->name = "";
    schema->release = release_schema;
    PyObject *capsule = PyCapsule_New(schema, NAME_SCHEMA, free_schema);
    if (capsule == NULL) {
        free(schema);
    }
    return capsule;
}

static PyObject *new_array(Proxy *proxy)
{
    const BeskidArray *from = (const BeskidArray *)(const void *)proxy->address;
    ArrowArray *array = calloc(1, sizeof *array);
    const void **buffers = calloc(2, sizeof *buffers);
    PyObject *capsule =
        array == NULL || buffers == NULL ? PyErr_NoMemory() : PyCapsule_New(array, NAME_ARRAY, free_array);
    if (capsule == NULL) {
        free(array);
        free((void *)(uintptr_t)buffers);
        return NULL;
    }
    buffers[1] = from->ptr;
    array->length = (int64_t)from->len;
    array->buffer_count = 2;
    array->buffers = buffers;
    array->release = release_array;
    array->context = proxy;
    Py_INCREF((PyObject *)proxy);
    proxy->exports++;
    return capsule;
}

PyObject *array_to_arrow(PyObject *self, PyObject *arguments, PyObject *named)
{
    static char *names[] = {"requested_schema", NULL};
    PyObject *requested = Py_None;
    if (!PyArg_ParseTupleAndKeywords(arguments, named, "|O:__arrow_c_array__", names, &requested) ||
        !is_live((Proxy *)self)) {
        return NULL;
    }
    const char *format = arrow_formats[((Proxy *)self)->type->element->kind];
    if (format == NULL) {
        PyErr_SetString(PyExc_TypeError, "Arrow stores a bool in a bit, so it cannot share this memory\n"
                                         "  help: np.asarray(values)");
        return NULL;
    }
    PyObject *schema = new_schema(format);
    PyObject *array = schema == NULL ? NULL : new_array((Proxy *)self);
    if (array == NULL) {
        Py_XDECREF(schema);
        return NULL;
    }
    return Py_BuildValue("NN", schema, array);
}

bool borrow_arrow(Type *type, PyObject *value, Borrowed *borrowed, Conversion *conversion)
{
    PyObject *pair = PyObject_CallMethod(value, "__arrow_c_array__", NULL);
    if (pair == NULL) {
        return false;
    }
    borrowed->owner = pair;
    bool is_pair = PyTuple_Check(pair) && PyTuple_Size(pair) == 2 &&
                   PyCapsule_IsValid(PyTuple_GetItem(pair, 0), NAME_SCHEMA) &&
                   PyCapsule_IsValid(PyTuple_GetItem(pair, 1), NAME_ARRAY);
    const char *wanted = arrow_formats[type->element->kind];
    const ArrowSchema *schema = is_pair ? PyCapsule_GetPointer(PyTuple_GetItem(pair, 0), NAME_SCHEMA) : NULL;
    if (schema == NULL || wanted == NULL || strcmp(schema->format, wanted) != 0 || schema->dictionary != NULL) {
        return refuse_array(type, value, conversion, PyExc_TypeError, "", "np.asarray(values, dtype=%s)");
    }
    const ArrowArray *array = PyCapsule_GetPointer(PyTuple_GetItem(pair, 1), NAME_ARRAY);
    if (array->null_count != 0 && array->buffers[0] != NULL) {
        return refuse_array(type, value, conversion, PyExc_ValueError, " without missing values",
                            "values.fill_null(0), or values.drop_null()");
    }
    borrowed->is_read_only = true;
    borrowed->length = (Py_ssize_t)array->length;
    borrowed->data = (char *)(uintptr_t)array->buffers[1];
    if (borrowed->data != NULL) {
        borrowed->data = (char *)borrowed->data + array->offset * size_of(type->element->kind);
    }
    return true;
}
