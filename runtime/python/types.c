/* Types of the program: how a value of each is converted from Python and to Python.
 * The package makes them from the interface in an object (beskid.embed). */
#include "embed.h"

#include <stddef.h>
#include <string.h>

PyTypeObject *type_type;

static const struct {
    const char *format;
    int size;
} number_forms[KIND_COUNT] = {
    [KIND_BOOL] = {"?", 1}, [KIND_I8] = {"b", 1},  [KIND_U8] = {"B", 1},  [KIND_I16] = {"h", 2},
    [KIND_U16] = {"H", 2},  [KIND_I32] = {"i", 4}, [KIND_U32] = {"I", 4}, [KIND_I64] = {"l", 8},
    [KIND_U64] = {"L", 8},  [KIND_F32] = {"f", 4}, [KIND_F64] = {"d", 8},
};

const char *format_of(Kind element)
{
    return number_forms[element].format;
}

int size_of(Kind element)
{
    return number_forms[element].size;
}

/* ---- messages ---- */

bool refuse(const Conversion *conversion, PyObject *exception, const Type *type, PyObject *value, const char *why,
            const char *help)
{
    PyObject *given = PyObject_CallFunctionObjArgs(support.describe, value, NULL);
    if (given == NULL) {
        return false;
    }
    const Place *place = &conversion->place;
    if (place->function != NULL) {
        PyErr_Format(exception, "%U: argument `%U` wants %U%s; got %U\n  help: %s", place->function, place->parameter,
                     type->name, why, given, help);
    } else if (PyUnicode_Check(place->parameter)) {
        PyErr_Format(exception, "%U wants %U%s; got %U\n  help: %s", place->parameter, type->name, why, given, help);
    } else {
        PyErr_Format(exception, "the result of %R wants %U%s; got %U\n  help: %s", place->parameter, type->name, why,
                     given, help);
    }
    Py_DECREF(given);
    return false;
}

/* ---- numbers ---- */

static const struct {
    const char *why;
    const char *help;
    long long low;
    unsigned long long high;
} ranges[KIND_COUNT] = {
    [KIND_I8] = {" (-128 to 127)", "pass a number in this range, or use a wider type", -128, 127},
    [KIND_I16] = {" (-32768 to 32767)", "pass a number in this range, or use a wider type", -32768, 32767},
    [KIND_I32] = {" (-2147483648 to 2147483647)", "pass a number in this range, or use a wider type", INT32_MIN,
                  INT32_MAX},
    [KIND_I64] = {" (-9223372036854775808 to 9223372036854775807)", "Beskid has no larger integers; pass a f64",
                  INT64_MIN, INT64_MAX},
    [KIND_U8] = {" (0 to 255)", "pass a number in this range, or use a wider type", 0, 255},
    [KIND_U16] = {" (0 to 65535)", "pass a number in this range, or use a wider type", 0, 65535},
    [KIND_U32] = {" (0 to 4294967295)", "pass a number in this range, or use a wider type", 0, UINT32_MAX},
    [KIND_U64] = {" (0 to 18446744073709551615)", "Beskid has no larger integers; pass a f64", 0, UINT64_MAX},
};

static bool refuse_range(const Conversion *conversion, const Type *type, PyObject *value)
{
    PyErr_Clear();
    return refuse(conversion, PyExc_OverflowError, type, value, ranges[type->kind].why, ranges[type->kind].help);
}

static bool integer_to_word(Type *type, PyObject *value, uint64_t *word, Conversion *conversion)
{
    PyObject *held = NULL;
    if (!PyLong_CheckExact(value)) {
        if (PyBool_Check(value) || !PyIndex_Check(value)) {
            return refuse(conversion, PyExc_TypeError, type, value, "", "pass an int");
        }
        value = held = PyNumber_Index(value);
        if (held == NULL) {
            return false;
        }
    }
    bool fits;
    if (type->kind == KIND_U64) {
        unsigned long long number = PyLong_AsUnsignedLongLong(value);
        fits = number != (unsigned long long)-1 || PyErr_Occurred() == NULL;
        *word = number;
    } else {
        long long number = PyLong_AsLongLong(value);
        fits = number != -1 || PyErr_Occurred() == NULL;
        /* Below 64 bits the upper limit of an unsigned type is a positive long long too. */
        fits = fits && number >= ranges[type->kind].low && number <= (long long)ranges[type->kind].high;
        *word = (uint64_t)number;
    }
    if (!fits) {
        refuse_range(conversion, type, value);
    }
    Py_XDECREF(held);
    return fits;
}

static bool float_to_word(Type *type, PyObject *value, uint64_t *word, Conversion *conversion)
{
    double number;
    if (PyFloat_CheckExact(value)) {
        number = PyFloat_AsDouble(value);
    } else if (PyBool_Check(value) || PyUnicode_Check(value) || PyBytes_Check(value)) {
        return refuse(conversion, PyExc_TypeError, type, value, "", "pass a float");
    } else {
        number = PyFloat_AsDouble(value);
        if (number == -1.0 && PyErr_Occurred() != NULL) {
            if (!PyErr_ExceptionMatches(PyExc_TypeError)) {
                return false;
            }
            PyErr_Clear();
            return refuse(conversion, PyExc_TypeError, type, value, "", "pass a float");
        }
    }
    if (type->kind == KIND_F64) {
        memcpy(word, &number, sizeof number);
    } else {
        float narrow = (float)number;
        uint32_t bits;
        memcpy(&bits, &narrow, sizeof bits);
        *word = bits;
    }
    return true;
}

static bool char_to_word(Type *type, PyObject *value, uint64_t *word, Conversion *conversion)
{
    if (!PyUnicode_Check(value) || PyUnicode_GetLength(value) != 1) {
        return refuse(conversion, PyExc_TypeError, type, value, "", "pass a str of one character");
    }
    uint32_t code = PyUnicode_ReadChar(value, 0);
    if (code >= 0xD800 && code <= 0xDFFF) {
        return refuse(conversion, PyExc_ValueError, type, value, ", which is never a surrogate",
                      "decode the text with errors='replace'");
    }
    *word = code;
    return true;
}

static bool text_to_word(Type *type, PyObject *value, uint64_t *word, Conversion *conversion)
{
    if (!PyUnicode_Check(value)) {
        return refuse(conversion, PyExc_TypeError, type, value, "", "pass a str; decode bytes first");
    }
    Py_ssize_t length;
    const char *bytes = PyUnicode_AsUTF8AndSize(value, &length);
    if (bytes == NULL) {
        if (!PyErr_ExceptionMatches(PyExc_UnicodeEncodeError)) {
            return false;
        }
        PyErr_Clear();
        return refuse(conversion, PyExc_ValueError, type, value, " without surrogates",
                      "decode the text with errors='replace'");
    }
    BeskidStr *text = make_text(bytes, length);
    *word = (uint64_t)(uintptr_t)text;
    return text != NULL && root(text);
}

/* ---- lists ---- */

static bool list_to_word(Type *type, PyObject *value, uint64_t *word, Conversion *conversion)
{
    if (!PyList_Check(value) && !PyTuple_Check(value)) {
        return refuse(conversion, PyExc_TypeError, type, value, "", "pass a list or a tuple, which is copied");
    }
    Py_ssize_t length = PySequence_Size(value);
    BeskidArray *array = make_array(type->descriptor, length);
    if (array == NULL || !root(array)) {
        return false;
    }
    void **mark = root_mark();
    for (Py_ssize_t index = 0; index < length; index++) {
        uint64_t words[MAX_PARTS] = {0};
        PyObject *item = PySequence_GetItem(value, index);
        if (item == NULL || !to_words(type->element, item, words, conversion)) {
            Py_XDECREF(item);
            return false;
        }
        Py_DECREF(item);
        uint8_t *cell = (uint8_t *)array;
        /* The references are made visible through the array before their slots are given up. */
        store_parts(type->element, array, cell + (array->ptr - cell) + index * type->stride, type->places, words);
        unroot_to(mark);
    }
    *word = (uint64_t)(uintptr_t)array;
    return true;
}

static PyObject *list_from_word(Type *type, uint64_t word)
{
    const BeskidArray *array = (const BeskidArray *)(uintptr_t)word;
    void **mark = root_mark();
    if (!root((void *)(uintptr_t)word)) {
        return NULL;
    }
    PyObject *list = PyList_New((Py_ssize_t)array->len);
    for (Py_ssize_t index = 0; list != NULL && index < (Py_ssize_t)array->len; index++) {
        uint64_t words[MAX_PARTS] = {0};
        load_parts(type->element, array->ptr + index * type->stride, type->places, words);
        PyObject *item = from_words(type->element, words);
        if (item == NULL || PyList_SetItem(list, index, item) != 0) {
            Py_CLEAR(list);
        }
    }
    unroot_to(mark);
    return list;
}

/* ---- references ---- */

static bool proxy_to_words(Type *type, PyTypeObject *class, PyObject *value, uint64_t *words, Conversion *conversion)
{
    Proxy *proxy = (Proxy *)value;
    if (!PyObject_TypeCheck(value, class) || proxy->type != type) {
        return refuse(conversion, PyExc_TypeError, type, value, "",
                      type->kind == KIND_STRUCT ? "pass an instance of the module's class"
                                                : "pass a value that a function of the module returned");
    }
    if (!is_live(proxy)) {
        return false;
    }
    if (type->kind == KIND_OPAQUE) {
        memcpy(words, proxy->words, sizeof(uint64_t) * (size_t)type->count);
    } else {
        words[0] = (uint64_t)(uintptr_t)proxy->address;
    }
    return root(proxy->address);
}

static PyObject *opaque_from_words(Type *type, const uint64_t *words)
{
    uint8_t *address = NULL;
    for (int part = 0; part < type->count; part++) {
        if (type->parts[part] == PART_REFERENCE) {
            address = (uint8_t *)(uintptr_t)words[part];
        }
    }
    return proxy_of(type, opaque_type, address, words);
}

/* ---- all kinds ---- */

bool to_words(Type *type, PyObject *value, uint64_t *words, Conversion *conversion)
{
    switch (type->kind) {
    case KIND_I8:
    case KIND_I16:
    case KIND_I32:
    case KIND_I64:
    case KIND_U8:
    case KIND_U16:
    case KIND_U32:
    case KIND_U64:
        return integer_to_word(type, value, words, conversion);
    case KIND_F32:
    case KIND_F64:
        return float_to_word(type, value, words, conversion);
    case KIND_BOOL:
        if (!PyBool_Check(value)) {
            return refuse(conversion, PyExc_TypeError, type, value, "", "pass True or False");
        }
        words[0] = value == Py_True;
        return true;
    case KIND_CHAR:
        return char_to_word(type, value, words, conversion);
    case KIND_STRING:
        return text_to_word(type, value, words, conversion);
    case KIND_NUMBERS:
        return array_to_words(type, value, words, conversion);
    case KIND_LIST:
        return list_to_word(type, value, words, conversion);
    case KIND_STRUCT:
        return proxy_to_words(type, object_type, value, words, conversion);
    case KIND_ENUM:
    case KIND_OPTION:
    case KIND_RESULT:
        return enum_to_words(type, value, words, conversion);
    case KIND_FUNCTION:
        return function_to_word(type, value, words, conversion);
    case KIND_OPAQUE:
        return proxy_to_words(type, opaque_type, value, words, conversion);
    case KIND_UNIT:
        if (value != Py_None) {
            return refuse(conversion, PyExc_TypeError, type, value, "", "pass None");
        }
        return true;
    case KIND_COUNT:
        break;
    }
    PyErr_SetString(PyExc_SystemError, "a type of unknown kind");
    return false;
}

PyObject *from_words(Type *type, const uint64_t *words)
{
    double number;
    float narrow;
    switch (type->kind) {
    case KIND_I8:
        return PyLong_FromLong((int8_t)words[0]);
    case KIND_I16:
        return PyLong_FromLong((int16_t)words[0]);
    case KIND_I32:
        return PyLong_FromLong((int32_t)words[0]);
    case KIND_I64:
        return PyLong_FromLongLong((int64_t)words[0]);
    case KIND_U8:
        return PyLong_FromLong((uint8_t)words[0]);
    case KIND_U16:
        return PyLong_FromLong((uint16_t)words[0]);
    case KIND_U32:
        return PyLong_FromUnsignedLong((uint32_t)words[0]);
    case KIND_U64:
        return PyLong_FromUnsignedLongLong(words[0]);
    case KIND_F32:
        memcpy(&narrow, words, sizeof narrow);
        return PyFloat_FromDouble((double)narrow);
    case KIND_F64:
        memcpy(&number, words, sizeof number);
        return PyFloat_FromDouble(number);
    case KIND_BOOL:
        return PyBool_FromLong((words[0] & 0xff) != 0);
    case KIND_CHAR:
        return PyUnicode_FromOrdinal((int)(uint32_t)words[0]);
    case KIND_STRING: {
        const BeskidStr *text = (const BeskidStr *)(uintptr_t)words[0];
        return PyUnicode_FromStringAndSize((const char *)text->ptr, (Py_ssize_t)text->len);
    }
    case KIND_NUMBERS:
        return proxy_of(type, array_type, (uint8_t *)(uintptr_t)words[0], NULL);
    case KIND_LIST:
        return list_from_word(type, words[0]);
    case KIND_STRUCT:
        return proxy_of(type, (PyTypeObject *)type->class, (uint8_t *)(uintptr_t)words[0], NULL);
    case KIND_ENUM:
    case KIND_OPTION:
    case KIND_RESULT:
        return enum_from_words(type, words);
    case KIND_FUNCTION:
        return proxy_of(type, closure_type, (uint8_t *)(uintptr_t)words[0], NULL);
    case KIND_OPAQUE:
        return opaque_from_words(type, words);
    case KIND_UNIT:
        Py_RETURN_NONE;
    case KIND_COUNT:
        break;
    }
    PyErr_SetString(PyExc_SystemError, "a type of unknown kind");
    return NULL;
}

static const size_t part_sizes[] = {
    [PART_1] = 1, [PART_2] = 2, [PART_4] = 4, [PART_8] = 8, [PART_REFERENCE] = 8,
};

void load_parts(const Type *type, const uint8_t *object, const int *places, uint64_t *words)
{
    for (int part = 0; part < type->count; part++) {
        words[part] = 0;
        memcpy(&words[part], object + places[part], part_sizes[type->parts[part]]);
    }
}

void store_parts(const Type *type, void *parent, uint8_t *base, const int *places, const uint64_t *words)
{
    for (int part = 0; part < type->count; part++) {
        memcpy(base + places[part], &words[part], part_sizes[type->parts[part]]);
        if (type->parts[part] == PART_REFERENCE) {
            runtime.write_barrier(parent, (void *)(uintptr_t)words[part]);
        }
    }
}

void end_conversion(Conversion *conversion)
{
    while (conversion->loans != NULL) {
        Loan *loan = conversion->loans;
        conversion->loans = loan->next;
        PyBuffer_Release(&loan->buffer);
        Py_XDECREF(loan->owner);
        if (!loan->is_spare) {
            PyMem_Free(loan);
        }
    }
}

/* ---- making types ---- */

/* Type(kind, name, parts): `parts` has a letter for each word: 1, 2, 4, 8, or r for a reference. */
static PyObject *type_new(PyTypeObject *class, PyObject *arguments, PyObject *named)
{
    static char *names[] = {"kind", "name", "parts", NULL};
    int kind;
    PyObject *name;
    const char *parts;
    if (!PyArg_ParseTupleAndKeywords(arguments, named, "iUs:Type", names, &kind, &name, &parts)) {
        return NULL;
    }
    size_t count = strlen(parts);
    if (kind < 0 || kind >= KIND_COUNT || count > MAX_PARTS) {
        PyErr_SetString(PyExc_ValueError, "a type of unknown form");
        return NULL;
    }
    Type *type = (Type *)new_object(class);
    if (type == NULL) {
        return NULL;
    }
    type->kind = (Kind)kind;
    type->count = (int)count;
    for (size_t index = 0; index < count; index++) {
        static const char letters[] = "1248r";
        const char *found = strchr(letters, parts[index]);
        type->parts[index] = (uint8_t)(found == NULL ? PART_8 : found - letters);
    }
    Py_INCREF(name);
    type->name = name;
    return (PyObject *)type;
}

static bool read_places(PyObject *list, int *places)
{
    Py_ssize_t count = PySequence_Size(list);
    if (count < 0 || count > MAX_PARTS) {
        PyErr_SetString(PyExc_ValueError, "too many words");
        return false;
    }
    for (Py_ssize_t index = 0; index < count; index++) {
        PyObject *item = PySequence_GetItem(list, index);
        long number = item == NULL ? -1 : PyLong_AsLong(item);
        Py_XDECREF(item);
        if (number == -1 && PyErr_Occurred() != NULL) {
            return false;
        }
        places[index] = (int)number;
    }
    return true;
}

/* define_array(type, element, stride, places, descriptor) */
PyObject *define_array(PyObject *module, PyObject *arguments)
{
    (void)module;
    Type *type, *element;
    int stride;
    PyObject *places, *descriptor;
    if (!PyArg_ParseTuple(arguments, "O!O!iOO:define_array", type_type, &type, type_type, &element, &stride, &places,
                          &descriptor) ||
        !read_places(places, type->places)) {
        return NULL;
    }
    Py_INCREF((PyObject *)element);
    type->element = element;
    type->stride = stride;
    type->descriptor = PyLong_AsVoidPtr(descriptor);
    if (PyErr_Occurred() != NULL) {
        return NULL;
    }
    Py_RETURN_NONE;
}

/* Fields are given as (name, label, type, places). They live as long as the process, as the code of a program does. */
static Field *read_fields(PyObject *list, int *count)
{
    Py_ssize_t length = PySequence_Size(list);
    if (length < 0) {
        return NULL;
    }
    Field *fields = PyMem_Calloc((size_t)length + 1, sizeof *fields);
    if (fields == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    for (Py_ssize_t index = 0; index < length; index++) {
        PyObject *item = PySequence_GetItem(list, index);
        PyObject *places;
        Field *field = &fields[index];
        if (item == NULL ||
            !PyArg_ParseTuple(item, "UUO!O", &field->name, &field->label, type_type, &field->type, &places) ||
            !read_places(places, field->places)) {
            Py_XDECREF(item);
            PyMem_Free(fields);
            return NULL;
        }
        Py_INCREF(field->name);
        Py_INCREF(field->label);
        Py_INCREF((PyObject *)field->type);
        Py_DECREF(item);
    }
    *count = (int)length;
    return fields;
}

/* define_struct(type, class, descriptor, fields): makes a property of the class for each field. */
PyObject *define_struct(PyObject *module, PyObject *arguments)
{
    (void)module;
    Type *type;
    PyObject *class, *descriptor, *list;
    if (!PyArg_ParseTuple(arguments, "O!O!OO:define_struct", type_type, &type, &PyType_Type, &class, &descriptor,
                          &list)) {
        return NULL;
    }
    type->descriptor = PyLong_AsVoidPtr(descriptor);
    if (PyErr_Occurred() != NULL) {
        return NULL;
    }
    type->fields = read_fields(list, &type->field_count);
    if (type->fields == NULL) {
        return NULL;
    }
    Py_INCREF(class);
    type->class = class;
    for (int index = 0; index < type->field_count; index++) {
        Field *field = &type->fields[index];
        field->access.name = PyUnicode_AsUTF8AndSize(field->name, NULL);
        field->access.get = get_field;
        field->access.set = set_field;
        field->access.doc = PyUnicode_AsUTF8AndSize(field->type->name, NULL);
        field->access.closure = field;
        PyObject *property = PyDescr_NewGetSet((PyTypeObject *)class, &field->access);
        if (property == NULL || PyObject_SetAttr(class, field->name, property) != 0) {
            Py_XDECREF(property);
            return NULL;
        }
        Py_DECREF(property);
    }
    Py_RETURN_NONE;
}

/* define_enum(type, form, variants): variants are given as (name, class, descriptor, fields). */
PyObject *define_enum(PyObject *module, PyObject *arguments)
{
    (void)module;
    Type *type;
    int form;
    PyObject *list;
    if (!PyArg_ParseTuple(arguments, "O!iO:define_enum", type_type, &type, &form, &list)) {
        return NULL;
    }
    Py_ssize_t count = PySequence_Size(list);
    Variant *variants = count < 0 ? NULL : PyMem_Calloc((size_t)count + 1, sizeof *variants);
    if (variants == NULL) {
        return count < 0 ? NULL : PyErr_NoMemory();
    }
    type->variants = variants;
    type->form = (Form)form;
    for (Py_ssize_t index = 0; index < count; index++) {
        PyObject *item = PySequence_GetItem(list, index);
        Variant *variant = &variants[index];
        PyObject *descriptor, *fields;
        bool done =
            item != NULL && PyArg_ParseTuple(item, "UOOO", &variant->name, &variant->class, &descriptor, &fields);
        if (done) {
            Py_INCREF(variant->name);
            Py_INCREF(variant->class);
            variant->descriptor = PyLong_AsVoidPtr(descriptor);
            variant->fields = PyErr_Occurred() == NULL ? read_fields(fields, &variant->count) : NULL;
        }
        Py_XDECREF(item);
        if (!done || variant->fields == NULL) {
            return NULL;
        }
        type->variant_count = (int)index + 1;
    }
    Py_RETURN_NONE;
}

static PyObject *type_name(PyObject *self, void *closure)
{
    (void)closure;
    Type *type = (Type *)self;
    Py_INCREF(type->name);
    return type->name;
}

static PyObject *type_kind(PyObject *self, void *closure)
{
    (void)closure;
    return PyLong_FromLong(((Type *)self)->kind);
}

static PyGetSetDef type_fields[] = {
    {"name", type_name, NULL, "The type as Beskid prints it.", NULL},
    {"kind", type_kind, NULL, "The number of its kind.", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot type_slots[] = {
    {Py_tp_new, (void *)(uintptr_t)type_new},
    {Py_tp_getset, type_fields},
    {Py_tp_doc, "A type of a Beskid program."},
    {0, NULL},
};

PyType_Spec type_spec = {"beskid._embed.Type", sizeof(Type), 0, Py_TPFLAGS_DEFAULT, type_slots};
