/* Values of enums, in each of their four forms, `Option` and `Result` included. */
#include "embed.h"

#define BOXED_TAG_OFFSET 8
#define MAX_FIELDS 16

/* Whether a variant has a reference where the other has none; a payload of type `unit` has no words. */
static bool is_full(const Variant *variant)
{
    for (int index = 0; index < variant->count; index++) {
        if (variant->fields[index].type->count > 0) {
            return true;
        }
    }
    return false;
}

/* The number of the variant of a value. */
static int tag_of(const Type *type, const uint64_t *words)
{
    switch (type->form) {
    case FORM_TAG:
    case FORM_WORDS:
        return (int)(uint32_t)words[0];
    case FORM_NULLABLE:
        return is_full(&type->variants[0]) == (words[0] != 0) ? 0 : 1;
    case FORM_BOXED:
        return *(const int32_t *)(const void *)((const uint8_t *)(uintptr_t)words[0] + BOXED_TAG_OFFSET);
    case FORM_VALUE:
        return 0;
    }
    return -1;
}

/* Whether each field has words of its own among those of a value. */
static bool has_places(const Type *type)
{
    return type->form == FORM_WORDS || type->form == FORM_VALUE;
}

static void field_words(const Type *type, const Field *field, const uint64_t *words, uint64_t *into)
{
    if (type->form == FORM_BOXED) {
        load_parts(field->type, (const uint8_t *)(uintptr_t)words[0], field->places, into);
        return;
    }
    for (int part = 0; part < field->type->count; part++) {
        into[part] = has_places(type) ? words[field->places[part]] : words[0];
    }
}

static PyObject *field_value(const Type *type, const Field *field, const uint64_t *words)
{
    uint64_t own[MAX_PARTS] = {0};
    field_words(type, field, words, own);
    return from_words(field->type, own);
}

static const Variant *variant_of(const Type *type, const uint64_t *words)
{
    int tag = tag_of(type, words);
    if (tag < 0 || tag >= type->variant_count) {
        PyErr_Format(PyExc_SystemError, "a value of %U has no known variant", type->name);
        return NULL;
    }
    return &type->variants[tag];
}

PyObject *result_payload(Type *type, const uint64_t *words, bool *is_error)
{
    const Variant *variant = variant_of(type, words);
    if (variant == NULL) {
        return NULL;
    }
    *is_error = PyUnicode_CompareWithASCIIString(variant->name, "Error") == 0;
    if (variant->count == 0) {
        Py_RETURN_NONE;
    }
    return field_value(type, &variant->fields[0], words);
}

static PyObject *variant_value(const Type *type, const Variant *variant, const uint64_t *words)
{
    if (variant->count == 0) {
        Py_INCREF(variant->class);
        return variant->class;
    }
    PyObject *fields = PyTuple_New(variant->count);
    for (int index = 0; fields != NULL && index < variant->count; index++) {
        PyObject *value = field_value(type, &variant->fields[index], words);
        if (value == NULL || PyTuple_SetItem(fields, index, value) != 0) {
            Py_CLEAR(fields);
        }
    }
    PyObject *made = fields == NULL ? NULL : PyObject_CallObject(variant->class, fields);
    Py_XDECREF(fields);
    return made;
}

PyObject *enum_from_words(Type *type, const uint64_t *words)
{
    const Variant *variant = variant_of(type, words);
    if (variant == NULL) {
        return NULL;
    }
    if (type->kind == KIND_OPTION && variant->class == Py_None) {
        if (variant->count == 0) {
            Py_RETURN_NONE;
        }
        return field_value(type, &variant->fields[0], words);
    }
    /* Fields may run Python code, which may collect. */
    void **mark = root_mark();
    for (int part = 0; part < type->count; part++) {
        if (type->parts[part] == PART_REFERENCE && !root((void *)(uintptr_t)words[part])) {
            unroot_to(mark);
            return NULL;
        }
    }
    PyObject *value = variant_value(type, variant, words);
    unroot_to(mark);
    return value;
}

/* ---- to words ---- */

/* A word of several holds a number without its sign; narrow numbers fill it with zeros. */
static void store_field(const Type *type, const Field *field, uint64_t *words, const uint64_t *own)
{
    static const uint64_t masks[] = {[PART_1] = 0xff,
                                     [PART_2] = 0xffff,
                                     [PART_4] = 0xffffffff,
                                     [PART_8] = UINT64_MAX,
                                     [PART_REFERENCE] = UINT64_MAX};
    for (int part = 0; part < field->type->count; part++) {
        if (has_places(type)) {
            words[field->places[part]] = own[part] & masks[field->type->parts[part]];
        } else {
            words[0] = own[part];
        }
    }
}

static bool fields_to_box(const Variant *variant, PyObject **values, uint64_t *words, Conversion *conversion, int tag)
{
    uint8_t *box = make_object(variant->descriptor);
    if (box == NULL || !root(box)) {
        return false;
    }
    *(int32_t *)(void *)(box + BOXED_TAG_OFFSET) = tag;
    for (int index = 0; index < variant->count; index++) {
        const Field *field = &variant->fields[index];
        uint64_t own[MAX_PARTS] = {0};
        if (!to_words(field->type, values[index], own, conversion)) {
            return false;
        }
        store_parts(field->type, box, box, field->places, own);
    }
    words[0] = (uint64_t)(uintptr_t)box;
    return true;
}

/* Builds a variant of the values of its fields. */
static bool build(const Type *type, int tag, PyObject **values, uint64_t *words, Conversion *conversion)
{
    const Variant *variant = &type->variants[tag];
    for (int part = 0; part < type->count; part++) {
        words[part] = 0;
    }
    if (type->form == FORM_BOXED) {
        return fields_to_box(variant, values, words, conversion, tag);
    }
    if (type->form == FORM_TAG || type->form == FORM_WORDS) {
        words[0] = (uint64_t)tag;
    }
    for (int index = 0; index < variant->count; index++) {
        uint64_t own[MAX_PARTS] = {0};
        if (!to_words(variant->fields[index].type, values[index], own, conversion)) {
            return false;
        }
        store_field(type, &variant->fields[index], words, own);
    }
    return true;
}

static int find_empty(const Type *type)
{
    for (int tag = 0; tag < type->variant_count; tag++) {
        if (type->variants[tag].count == 0) {
            return tag;
        }
    }
    return 0;
}

bool enum_to_words(Type *type, PyObject *value, uint64_t *words, Conversion *conversion)
{
    if (type->kind == KIND_OPTION && type->variants[0].class == Py_None) {
        int empty = find_empty(type);
        return build(type, value == Py_None ? empty : 1 - empty, &value, words, conversion);
    }
    for (int tag = 0; tag < type->variant_count; tag++) {
        const Variant *variant = &type->variants[tag];
        if (variant->count == 0 ? value != variant->class : (PyObject *)Py_TYPE(value) != variant->class) {
            continue;
        }
        PyObject *values[MAX_FIELDS] = {NULL};
        if (variant->count > MAX_FIELDS) {
            return refuse(conversion, PyExc_TypeError, type, value, "",
                          "variants of more than 16 fields are not supported");
        }
        bool done = true;
        for (int index = 0; done && index < variant->count; index++) {
            values[index] = PyObject_GetAttr(value, variant->fields[index].name);
            done = values[index] != NULL;
        }
        done = done && build(type, tag, values, words, conversion);
        for (int index = 0; index < variant->count; index++) {
            Py_XDECREF(values[index]);
        }
        return done;
    }
    return refuse(conversion, PyExc_TypeError, type, value, "", "pass a value of the module's class of this name");
}
