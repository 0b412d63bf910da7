/* Arrays of numbers: memory of Python that a program borrows, and memory of the heap that Python shares. */
#include "embed.h"

#include <string.h>

PyTypeObject *array_type;

#define PLAIN_ELEMENT(size) ((uint64_t)(size) << 1 | 1)

/* ---- NumPy: six fields of its arrays, which have not moved between its versions 1 and 2 ---- */

typedef struct NumpyArray {
    PyObject_HEAD char *data;
    int dimensions;
    Py_ssize_t *shape;
    Py_ssize_t *strides;
    PyObject *base;
    struct NumpyDescription {
        PyObject_HEAD PyTypeObject *class;
        char kind;
        char type;
        char order;
        char flags;
        int number;
    } *description;
    int flags;
} NumpyArray;

#define NUMPY_CONTIGUOUS 0x1
#define NUMPY_ALIGNED 0x100
#define NUMPY_WRITEABLE 0x400

static PyObject *numpy_class;

static bool is_numpy(PyObject *value)
{
    if (numpy_class == NULL) {
        PyObject *modules = PyImport_GetModuleDict();
        PyObject *numpy = PyDict_GetItemString(modules, "numpy");
        numpy_class = numpy == NULL ? NULL : PyObject_GetAttrString(numpy, "ndarray");
        if (numpy_class == NULL) {
            PyErr_Clear();
            return false;
        }
    }
    return (PyObject *)Py_TYPE(value) == numpy_class;
}

static const char numpy_letters[KIND_COUNT] = {
    [KIND_BOOL] = '?', [KIND_I8] = 'b',  [KIND_U8] = 'B',  [KIND_I16] = 'h', [KIND_U16] = 'H', [KIND_I32] = 'i',
    [KIND_U32] = 'I',  [KIND_I64] = 'l', [KIND_U64] = 'L', [KIND_F32] = 'f', [KIND_F64] = 'd',
};

/* The helps name the call of NumPy that makes the array that is wanted. */
static const char *const element_names[KIND_COUNT] = {
    [KIND_BOOL] = "np.bool_", [KIND_I8] = "np.int8",     [KIND_U8] = "np.uint8",    [KIND_I16] = "np.int16",
    [KIND_U16] = "np.uint16", [KIND_I32] = "np.int32",   [KIND_U32] = "np.uint32",  [KIND_I64] = "np.int64",
    [KIND_U64] = "np.uint64", [KIND_F32] = "np.float32", [KIND_F64] = "np.float64",
};

bool refuse_array(Type *type, PyObject *value, Conversion *conversion, PyObject *exception, const char *why,
                  const char *format)
{
    char help[160];
    PyOS_snprintf(help, sizeof help, format, element_names[type->element->kind]);
    return refuse(conversion, exception, type, value, why, help);
}

static bool is_type(char given, Kind element)
{
    /* `long long` is a type of its own with the size of `long`. */
    given = given == 'q' ? 'l' : given == 'Q' ? 'L' : given;
    return given == numpy_letters[element];
}

/* Makes the header of borrowed memory: in the frame of the call, or in the heap when the program may keep it. */
static bool lend(Type *type, void *data, Py_ssize_t length, PyObject *owner, Loan *loan, uint64_t *word,
                 const Conversion *conversion)
{
    int size = size_of(type->element->kind);
    if (conversion->place.use != 'k') {
        loan->header.ptr = data;
        loan->header.len = (uint64_t)length;
        loan->header.cap = (uint64_t)length;
        loan->header.element = PLAIN_ELEMENT(size);
        *word = (uint64_t)(uintptr_t)&loan->header;
        return true;
    }
    BeskidArray *array = make_foreign(data, size, length, owner);
    *word = (uint64_t)(uintptr_t)array;
    return array != NULL && root(array);
}

static Loan *new_loan(Conversion *conversion)
{
    Loan *loan = conversion->spare;
    if (loan != NULL) {
        conversion->spare = NULL;
        memset(loan, 0, sizeof *loan);
        loan->is_spare = true;
    } else {
        loan = PyMem_Calloc(1, sizeof *loan);
    }
    if (loan == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    loan->next = conversion->loans;
    conversion->loans = loan;
    return loan;
}

static bool numpy_to_word(Type *type, PyObject *value, uint64_t *word, Conversion *conversion)
{
    const NumpyArray *array = (const NumpyArray *)value;
    Kind element = type->element->kind;
    if (!is_type(array->description->type, element)) {
        return refuse_array(type, value, conversion, PyExc_TypeError, "", "np.asarray(values, dtype=%s)");
    }
    if (array->dimensions != 1) {
        return refuse_array(type, value, conversion, PyExc_ValueError, " of one dimension",
                            "values.ravel(), and pass the shape beside it");
    }
    if (array->description->order == '>') {
        return refuse_array(type, value, conversion, PyExc_ValueError, " in the byte order of this machine",
                            "values.astype(%s)");
    }
    if ((array->flags & NUMPY_CONTIGUOUS) == 0) {
        return refuse_array(type, value, conversion, PyExc_ValueError, ", contiguous", "np.ascontiguousarray(values)");
    }
    if ((array->flags & NUMPY_ALIGNED) == 0) {
        return refuse_array(type, value, conversion, PyExc_ValueError, ", aligned", "values.copy()");
    }
    if ((array->flags & NUMPY_WRITEABLE) == 0 && conversion->place.use != 'r') {
        return refuse_array(type, value, conversion, PyExc_ValueError,
                            ", which the function writes to or may keep, but it is read-only", "pass values.copy()");
    }
    Loan *loan = new_loan(conversion);
    return loan != NULL && lend(type, array->data, array->shape[0], value, loan, word, conversion);
}

static bool is_format(const char *format, Py_ssize_t size, Kind element)
{
    if (format == NULL) {
        return element == KIND_U8;
    }
    if (*format == '@' || *format == '=' || *format == '<') {
        format++;
    }
    return format[0] != '\0' && format[1] == '\0' && size == size_of(element) && is_type(format[0], element);
}

static bool buffer_to_word(Type *type, PyObject *value, uint64_t *word, Conversion *conversion)
{
    Loan *loan = new_loan(conversion);
    if (loan == NULL) {
        return false;
    }
    bool writes = conversion->place.use != 'r';
    Py_buffer *buffer = &loan->buffer;
    if (PyObject_GetBuffer(value, buffer, PyBUF_FORMAT | PyBUF_STRIDES) != 0) {
        PyErr_Clear();
        buffer->obj = NULL;
        return refuse_array(type, value, conversion, PyExc_TypeError, "", "np.asarray(values, dtype=%s)");
    }
    if (buffer->ndim != 1) {
        return refuse_array(type, value, conversion, PyExc_ValueError, " of one dimension",
                            "flatten it, and pass the shape beside it");
    }
    if (buffer->format != NULL && (*buffer->format == '>' || *buffer->format == '!') && buffer->itemsize > 1) {
        return refuse_array(type, value, conversion, PyExc_ValueError, " in the byte order of this machine",
                            "np.asarray(values).astype(%s)");
    }
    if (!is_format(buffer->format, buffer->itemsize, type->element->kind)) {
        return refuse_array(type, value, conversion, PyExc_TypeError, "", "np.asarray(values, dtype=%s)");
    }
    if (!PyBuffer_IsContiguous(buffer, 'C')) {
        return refuse_array(type, value, conversion, PyExc_ValueError, ", contiguous", "np.ascontiguousarray(values)");
    }
    if (writes && buffer->readonly) {
        return refuse_array(type, value, conversion, PyExc_ValueError,
                            ", which the function writes to or may keep, but it is read-only", "pass a copy of it");
    }
    if ((uintptr_t)buffer->buf % (uintptr_t)size_of(type->element->kind) != 0) {
        return refuse_array(type, value, conversion, PyExc_ValueError, ", aligned", "pass a copy of it");
    }
    if (conversion->place.use != 'k') {
        return lend(type, buffer->buf, buffer->shape[0], value, loan, word, conversion);
    }
    /* A view of the buffer keeps its memory in place for as long as the program keeps the array. */
    PyObject *view = PyMemoryView_FromObject(value);
    bool done = view != NULL && lend(type, buffer->buf, buffer->shape[0], view, loan, word, conversion);
    Py_XDECREF(view);
    return done;
}

typedef bool (*Borrow)(Type *type, PyObject *value, Borrowed *borrowed, Conversion *conversion);

static bool borrowed_to_word(Type *type, PyObject *value, uint64_t *word, Conversion *conversion, Borrow borrow)
{
    Loan *loan = new_loan(conversion);
    Borrowed borrowed = {NULL, NULL, 0, false};
    if (loan == NULL || !borrow(type, value, &borrowed, conversion)) {
        Py_XDECREF(borrowed.owner);
        return false;
    }
    loan->owner = borrowed.owner;
    if (borrowed.is_read_only && conversion->place.use != 'r') {
        return refuse_array(type, value, conversion, PyExc_ValueError,
                            ", which the function writes to or may keep, but it is read-only",
                            "np.array(values, dtype=%s)");
    }
    if ((uintptr_t)borrowed.data % (uintptr_t)size_of(type->element->kind) != 0) {
        return refuse_array(type, value, conversion, PyExc_ValueError, ", aligned", "pass a copy of it");
    }
    return lend(type, borrowed.data, borrowed.length, borrowed.owner, loan, word, conversion);
}

static bool has(PyObject *value, const char *name)
{
    PyObject *found = PyObject_GetAttrString(value, name);
    if (found == NULL) {
        PyErr_Clear();
    }
    Py_XDECREF(found);
    return found != NULL;
}

bool array_to_words(Type *type, PyObject *value, uint64_t *words, Conversion *conversion)
{
    if (Py_TYPE(value) == array_type) {
        Proxy *proxy = (Proxy *)value;
        if (proxy->type->element->kind != type->element->kind) {
            return refuse_array(type, value, conversion, PyExc_TypeError, "", "np.asarray(values, dtype=%s)");
        }
        words[0] = (uint64_t)(uintptr_t)proxy->address;
        return is_live(proxy) && root(proxy->address);
    }
    if (is_numpy(value)) {
        return numpy_to_word(type, value, words, conversion);
    }
    if (PyObject_CheckBuffer(value)) {
        return buffer_to_word(type, value, words, conversion);
    }
    if (has(value, "__arrow_c_array__")) {
        return borrowed_to_word(type, value, words, conversion, borrow_arrow);
    }
    if (has(value, "__dlpack__")) {
        return borrowed_to_word(type, value, words, conversion, borrow_tensor);
    }
    return refuse_array(type, value, conversion, PyExc_TypeError,
                        ": a contiguous array of one dimension, or beskid.Array", "np.asarray(values, dtype=%s)");
}

/* ---- arrays of the heap ---- */

static BeskidArray *array_of(PyObject *self)
{
    return is_live((Proxy *)self) ? (BeskidArray *)(void *)((Proxy *)self)->address : NULL;
}

static Kind element_of(PyObject *self)
{
    return ((Proxy *)self)->type->element->kind;
}

static Py_ssize_t array_length(PyObject *self)
{
    const BeskidArray *array = array_of(self);
    return array == NULL ? -1 : (Py_ssize_t)array->len;
}

static PyObject *array_item(PyObject *self, Py_ssize_t index)
{
    const BeskidArray *array = array_of(self);
    if (array == NULL) {
        return NULL;
    }
    if (index < 0 || index >= (Py_ssize_t)array->len) {
        PyErr_SetString(PyExc_IndexError, "array index out of range");
        return NULL;
    }
    uint64_t word = 0;
    size_t size = (size_t)size_of(element_of(self));
    memcpy(&word, array->ptr + (size_t)index * size, size);
    return from_words(((Proxy *)self)->type->element, &word);
}

static int array_set_item(PyObject *self, Py_ssize_t index, PyObject *value)
{
    const BeskidArray *array = array_of(self);
    if (array == NULL) {
        return -1;
    }
    if (value == NULL) {
        PyErr_SetString(PyExc_TypeError, "cannot delete an element of an array");
        return -1;
    }
    if (index < 0 || index >= (Py_ssize_t)array->len) {
        PyErr_SetString(PyExc_IndexError, "array index out of range");
        return -1;
    }
    uint64_t word = 0;
    PyObject *label = PyUnicode_FromString("an element");
    Conversion conversion = {{NULL, label, 'k'}, NULL, NULL};
    bool done = label != NULL && to_words(((Proxy *)self)->type->element, value, &word, &conversion);
    Py_XDECREF(label);
    /* Converting may run Python code, which may release the array. */
    if (!done || !is_live((Proxy *)self)) {
        return -1;
    }
    size_t size = (size_t)size_of(element_of(self));
    memcpy(array->ptr + (size_t)index * size, &word, size);
    return 0;
}

static int array_buffer(PyObject *self, Py_buffer *view, int flags)
{
    BeskidArray *array = array_of(self);
    if (array == NULL) {
        return -1;
    }
    Proxy *proxy = (Proxy *)self;
    Py_ssize_t size = size_of(element_of(self));
    Py_ssize_t *shape = PyMem_Malloc(2 * sizeof *shape);
    if (shape == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    shape[0] = (Py_ssize_t)array->len;
    shape[1] = size;
    view->buf = array->ptr;
    Py_INCREF(self);
    view->obj = self;
    view->len = shape[0] * size;
    view->itemsize = size;
    view->readonly = 0;
    view->ndim = 1;
    view->format = (flags & PyBUF_FORMAT) == PyBUF_FORMAT ? (char *)(uintptr_t)format_of(element_of(self)) : NULL;
    view->shape = (flags & PyBUF_ND) == PyBUF_ND ? &shape[0] : NULL;
    view->strides = (flags & PyBUF_STRIDES) == PyBUF_STRIDES ? &shape[1] : NULL;
    view->suboffsets = NULL;
    view->internal = shape;
    proxy->exports++;
    return 0;
}

static void array_release_buffer(PyObject *self, Py_buffer *view)
{
    PyMem_Free(view->internal);
    ((Proxy *)self)->exports--;
}

static const char *const interface_types[KIND_COUNT] = {
    [KIND_BOOL] = "|b1", [KIND_I8] = "|i1",  [KIND_U8] = "|u1",  [KIND_I16] = "<i2",
    [KIND_U16] = "<u2",  [KIND_I32] = "<i4", [KIND_U32] = "<u4", [KIND_I64] = "<i8",
    [KIND_U64] = "<u8",  [KIND_F32] = "<f4", [KIND_F64] = "<f8",
};

static PyObject *array_interface(PyObject *self, void *closure)
{
    (void)closure;
    const BeskidArray *array = array_of(self);
    if (array == NULL) {
        return NULL;
    }
    PyObject *address = PyLong_FromVoidPtr(array->ptr);
    return address == NULL ? NULL
                           : Py_BuildValue("{s:(n),s:s,s:(NO),s:i}", "shape", (Py_ssize_t)array->len, "typestr",
                                           interface_types[element_of(self)], "data", address, Py_False, "version", 3);
}

static PyObject *array_text(PyObject *self)
{
    Proxy *proxy = (Proxy *)self;
    if (proxy->handle == 0) {
        return PyUnicode_FromFormat("<released %U>", proxy->type->name);
    }
    return PyUnicode_FromFormat("<beskid.Array %U of %zd>", proxy->type->name, array_length(self));
}

static PyMethodDef array_methods[] = {
    {"release", proxy_release, METH_NOARGS, "Give up the memory; it must not be shared any more."},
    {"__dlpack__", (PyCFunction)(void (*)(void))array_to_tensor, METH_VARARGS | METH_KEYWORDS,
     "Share the memory by DLPack."},
    {"__dlpack_device__", array_device, METH_NOARGS, "The processor, for DLPack."},
    {"__arrow_c_array__", (PyCFunction)(void (*)(void))array_to_arrow, METH_VARARGS | METH_KEYWORDS,
     "Share the memory by the C data interface of Arrow."},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef array_fields[] = {
    {"__array_interface__", array_interface, NULL, "The memory, for NumPy.", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot array_slots[] = {
    {Py_tp_dealloc, (void *)(uintptr_t)proxy_free},
    {Py_tp_repr, (void *)(uintptr_t)array_text},
    {Py_tp_methods, array_methods},
    {Py_tp_getset, array_fields},
    {Py_sq_length, (void *)(uintptr_t)array_length},
    {Py_sq_item, (void *)(uintptr_t)array_item},
    {Py_sq_ass_item, (void *)(uintptr_t)array_set_item},
    {Py_bf_getbuffer, (void *)(uintptr_t)array_buffer},
    {Py_bf_releasebuffer, (void *)(uintptr_t)array_release_buffer},
    {Py_tp_doc, "An array of numbers in the heap of Beskid; np.asarray shares its memory."},
    {0, NULL},
};

PyType_Spec array_spec = {"beskid.Array", sizeof(Proxy), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
                          array_slots};
