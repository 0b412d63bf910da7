/* Functions of a program: one object for each, which converts the arguments, enters, and converts the result. */
#include "embed.h"

#include <string.h>

PyTypeObject *function_type;

#define SIGNATURE_END "\n--\n\n"

typedef struct Parameter {
    PyObject *name;
    Type *type;
    char use;
    bool is_out; /* not passed, only returned */
} Parameter;

typedef struct Function {
    PyObject_HEAD PyMethodDef definition;
    PyObject *name;
    PyObject *doc;
    PyObject *program; /* what a panic is raised for */
    PyObject *owner;   /* what it is an attribute of, for pickles; or null */
    void *entry;
    Parameter *parameters;
    int count; /* of parameters, `out` left out */
    int words; /* the most that arguments or results take */
    bool is_quick;
    bool is_bare; /* only computes with numbers */
    Type *result;
    Type **extra; /* of `ref` and `out` parameters */
    int extra_count;
} Function;

static PyObject *refuse_count(const Function *function, Py_ssize_t given)
{
    return PyErr_Format(PyExc_TypeError, "%U() takes %d positional argument%s but %zd %s given", function->name,
                        function->count, function->count == 1 ? "" : "s", given, given == 1 ? "was" : "were");
}

/* Puts arguments passed by name in order; false with an exception. */
static bool order_arguments(const Function *function, PyObject *const *arguments, Py_ssize_t given, PyObject *names,
                            PyObject **ordered)
{
    if (given > function->count) {
        refuse_count(function, given);
        return false;
    }
    for (int index = 0; index < function->count; index++) {
        ordered[index] = index < given ? arguments[index] : NULL;
    }
    Py_ssize_t named = names == NULL ? 0 : PyTuple_Size(names);
    for (Py_ssize_t index = 0; index < named; index++) {
        PyObject *name = PyTuple_GetItem(names, index);
        int found = 0;
        while (found < function->count && PyUnicode_Compare(function->parameters[found].name, name) != 0) {
            found++;
        }
        if (found == function->count) {
            PyErr_Format(PyExc_TypeError, "%U() got an unexpected keyword argument '%U'", function->name, name);
            return false;
        }
        if (ordered[found] != NULL) {
            PyErr_Format(PyExc_TypeError, "%U() got multiple values for argument '%U'", function->name, name);
            return false;
        }
        ordered[found] = arguments[given + index];
    }
    for (int index = 0; index < function->count; index++) {
        if (ordered[index] == NULL) {
            PyErr_Format(PyExc_TypeError, "%U() missing required argument: '%U'", function->name,
                         function->parameters[index].name);
            return false;
        }
    }
    return true;
}

/* The value of a result, or the exception that its error becomes. */
PyObject *plain_result(Type *type, const uint64_t *words)
{
    if (type->kind != KIND_RESULT) {
        return from_words(type, words);
    }
    bool is_error = false;
    PyObject *value = result_payload(type, words, &is_error);
    if (value != NULL && is_error) {
        PyObject *raised = PyObject_CallFunctionObjArgs(support.result_error, value, NULL);
        if (raised != NULL) {
            PyErr_SetObject(support.result_error, raised);
            Py_DECREF(raised);
        }
        Py_CLEAR(value);
    }
    return value;
}

static PyObject *results(const Function *function, const uint64_t *words)
{
    if (function->extra_count == 0) {
        return plain_result(function->result, words);
    }
    /* Later results must survive the conversion of the first ones. */
    const uint64_t *next = words;
    for (int number = -1; number < function->extra_count; number++) {
        const Type *type = number < 0 ? function->result : function->extra[number];
        for (int part = 0; part < type->count; part++) {
            if (type->parts[part] == PART_REFERENCE && !root((void *)(uintptr_t)next[part])) {
                return NULL;
            }
        }
        next += type->count;
    }
    bool has_result = function->result->kind != KIND_UNIT;
    PyObject *tuple = PyTuple_New(function->extra_count + (has_result ? 1 : 0));
    Py_ssize_t at = 0;
    next = words;
    for (int number = -1; tuple != NULL && number < function->extra_count; number++) {
        Type *type = number < 0 ? function->result : function->extra[number];
        if (number >= 0 || has_result) {
            PyObject *value = plain_result(type, next);
            if (value == NULL || PyTuple_SetItem(tuple, at++, value) != 0) {
                Py_CLEAR(tuple);
            }
        }
        next += type->count;
    }
    return tuple;
}

static PyObject *call_claimed(Function *function, PyObject *const *arguments, uint64_t *words)
{
    void **mark = root_mark();
    Loan spare;
    Conversion conversion = {{function->name, NULL, 'k'}, NULL, &spare};
    PyObject *result = NULL;
    uint64_t *next = words;
    bool done = true;
    for (int index = 0; done && index < function->count; index++) {
        const Parameter *parameter = &function->parameters[index];
        conversion.place.parameter = parameter->name;
        conversion.place.use = parameter->use;
        done = to_words(parameter->type, arguments[index], next, &conversion);
        next += parameter->type->count;
    }
    if (done) {
        int64_t status = call_in_runtime(function->entry, words, function->is_quick);
        /* A program that ignores that a write failed returns as if nothing had happened. */
        if (status == 0 && !has_kept_exception()) {
            result = results(function, words);
        } else {
            raise_status(status, words[0], function->program);
        }
    }
    unroot_to(mark);
    if (conversion.loans != NULL) {
        end_conversion(&conversion);
    }
    return result;
}

/* Neither claims the runtime nor enters it: no such function touches the heap, panics or calls. */
static PyObject *call_bare(Function *function, PyObject *const *arguments)
{
    uint64_t words[SMALL_CALL];
    Conversion conversion = {{function->name, NULL, 'k'}, NULL, NULL};
    uint64_t *next = words;
    for (int index = 0; index < function->count; index++) {
        const Parameter *parameter = &function->parameters[index];
        conversion.place.parameter = parameter->name;
        if (!to_words(parameter->type, arguments[index], next, &conversion)) {
            return NULL;
        }
        next += parameter->type->count;
    }
    int64_t (*code)(void **stack, uint64_t *words);
    memcpy(&code, &function->entry, sizeof code);
    code(NULL, words);
    return from_words(function->result, words);
}

static bool is_number(const Type *type)
{
    return type->kind <= KIND_F64;
}

/* Options of numbers and the like are made of words too, but their values are made with the runtime. */
static bool has_only_numbers(const Function *function)
{
    bool only = is_number(function->result) && function->extra_count == 0 && function->words <= SMALL_CALL;
    for (int index = 0; index < function->count; index++) {
        only = only && is_number(function->parameters[index].type);
    }
    return only;
}

static PyObject *call_ordered(Function *function, PyObject *const *arguments)
{
    if (function->is_bare) {
        return call_bare(function, arguments);
    }
    uint64_t small[SMALL_CALL];
    uint64_t *words = small;
    if (function->words > SMALL_CALL) {
        words = PyMem_Malloc(sizeof(uint64_t) * (size_t)function->words);
        if (words == NULL) {
            return PyErr_NoMemory();
        }
    }
    PyObject *result = NULL;
    if (claim()) {
        result = call_claimed(function, arguments, words);
        let_go();
    }
    if (words != small) {
        PyMem_Free(words);
    }
    return result;
}

static PyObject *call_vector(PyObject *self, PyObject *const *arguments, Py_ssize_t given, PyObject *names)
{
    Function *function = (Function *)self;
    if (names == NULL && given == function->count) {
        return call_ordered(function, arguments);
    }
    PyObject **ordered = PyMem_Malloc(sizeof(PyObject *) * (size_t)(function->count + 1));
    if (ordered == NULL) {
        return PyErr_NoMemory();
    }
    PyObject *result =
        order_arguments(function, arguments, given, names, ordered) ? call_ordered(function, ordered) : NULL;
    PyMem_Free(ordered);
    return result;
}

/* Calls by a tuple and a dictionary, as those of methods are. */
PyObject *call_tuple(PyObject *self, PyObject *arguments, PyObject *named)
{
    Py_ssize_t given = PyTuple_Size(arguments);
    Py_ssize_t keywords = named == NULL ? 0 : PyDict_Size(named);
    PyObject **all = PyMem_Malloc(sizeof(PyObject *) * (size_t)(given + keywords + 1));
    PyObject *names = keywords > 0 ? PyTuple_New(keywords) : NULL;
    if (all == NULL || (keywords > 0 && names == NULL)) {
        PyMem_Free(all);
        Py_XDECREF(names);
        return PyErr_NoMemory();
    }
    for (Py_ssize_t index = 0; index < given; index++) {
        all[index] = PyTuple_GetItem(arguments, index);
    }
    Py_ssize_t position = 0, at = 0;
    PyObject *name, *value;
    while (keywords > 0 && PyDict_Next(named, &position, &name, &value)) {
        Py_INCREF(name);
        PyTuple_SetItem(names, at, name);
        all[given + at++] = value;
    }
    PyObject *result = call_vector(self, all, given, names);
    PyMem_Free(all);
    Py_XDECREF(names);
    return result;
}

/* ---- making functions ---- */

static bool read_parameters(Function *function, PyObject *list)
{
    Py_ssize_t count = PySequence_Size(list);
    function->parameters = count < 0 ? NULL : PyMem_Calloc((size_t)count + 1, sizeof *function->parameters);
    function->extra = count < 0 ? NULL : PyMem_Calloc((size_t)count + 1, sizeof(Type *));
    if (function->parameters == NULL || function->extra == NULL) {
        return false;
    }
    int taken = 0;
    int returned = function->result->count;
    for (Py_ssize_t index = 0; index < count; index++) {
        PyObject *item = PySequence_GetItem(list, index);
        PyObject *name;
        Type *type;
        const char *modifier;
        int use;
        bool done = item != NULL && PyArg_ParseTuple(item, "UO!sC", &name, type_type, &type, &modifier, &use);
        if (done && strcmp(modifier, "out") != 0) {
            Parameter *parameter = &function->parameters[function->count++];
            Py_INCREF(name);
            Py_INCREF((PyObject *)type);
            parameter->name = name;
            parameter->type = type;
            parameter->use = (char)use;
            taken += type->count;
        }
        if (done && *modifier != '\0') {
            Py_INCREF((PyObject *)type);
            function->extra[function->extra_count++] = type;
            returned += type->count;
        }
        Py_XDECREF(item);
        if (!done) {
            return false;
        }
    }
    function->words = (taken > returned ? taken : returned) + 1;
    return true;
}

/* make_function(name, text, entry, is_quick, parameters, result, program): `text` is signature and documentation;
 * parameters are given as (name, type, modifier, use). Returns the function, and an object that is called faster but
 * does not become a method. */
PyObject *make_function(PyObject *module, PyObject *arguments)
{
    (void)module;
    PyObject *name, *doc, *entry, *parameters, *program;
    int pace; /* 0: gives the interpreter lock up, 1: keeps it, 2: runs without the runtime */
    Type *result;
    if (!PyArg_ParseTuple(arguments, "UUOiOO!O:make_function", &name, &doc, &entry, &pace, &parameters, type_type,
                          &result, &program)) {
        return NULL;
    }
    Function *function = (Function *)new_object(function_type);
    if (function == NULL) {
        return NULL;
    }
    Py_INCREF((PyObject *)result);
    function->result = result;
    function->entry = PyLong_AsVoidPtr(entry);
    Py_INCREF(name);
    function->name = name;
    Py_INCREF(doc);
    function->doc = doc;
    Py_INCREF(program);
    function->program = program;
    if (PyErr_Occurred() != NULL || !read_parameters(function, parameters)) {
        Py_DECREF((PyObject *)function);
        return NULL;
    }
    function->is_bare = pace == 2 && has_only_numbers(function);
    function->is_quick = pace != 0;
    function->definition.ml_name = PyUnicode_AsUTF8AndSize(name, NULL);
    function->definition.ml_doc = PyUnicode_AsUTF8AndSize(doc, NULL);
    function->definition.ml_meth = (PyCFunction)(void (*)(void))call_vector;
    function->definition.ml_flags = METH_FASTCALL | METH_KEYWORDS;
    PyObject *fast = PyCFunction_NewEx(&function->definition, (PyObject *)function, NULL);
    return fast == NULL ? NULL : Py_BuildValue("NN", function, fast);
}

static PyObject *function_bind(PyObject *self, PyObject *instance, PyObject *owner)
{
    (void)owner;
    if (instance == NULL || instance == Py_None) {
        Py_INCREF(self);
        return self;
    }
    static PyObject *method_class;
    if (method_class == NULL) {
        PyObject *types = PyImport_ImportModule("types");
        method_class = types == NULL ? NULL : PyObject_GetAttrString(types, "MethodType");
        Py_XDECREF(types);
        if (method_class == NULL) {
            return NULL;
        }
    }
    return PyObject_CallFunctionObjArgs(method_class, self, instance, NULL);
}

static void function_free(PyObject *self)
{
    /* Its parameters are of types that live as long as the code. */
    Function *function = (Function *)self;
    Py_XDECREF(function->name);
    Py_XDECREF(function->doc);
    Py_XDECREF(function->program);
    Py_XDECREF(function->owner);
    PyMem_Free(function->parameters);
    PyMem_Free(function->extra);
    free_object(self);
}

static PyObject *function_name(PyObject *self, void *closure)
{
    (void)closure;
    PyObject *name = ((Function *)self)->name;
    Py_INCREF(name);
    return name;
}

/* The documentation begins with the signature and a line of two dashes, as that of functions of C does. */
static const char *after_signature(const Function *function)
{
    const char *text = PyUnicode_AsUTF8AndSize(function->doc, NULL);
    const char *end = text == NULL ? NULL : strstr(text, SIGNATURE_END);
    return end == NULL ? text : end + strlen(SIGNATURE_END);
}

static PyObject *function_doc(PyObject *self, void *closure)
{
    (void)closure;
    const char *text = after_signature((Function *)self);
    return text == NULL ? NULL : PyUnicode_FromString(text);
}

static PyObject *function_signature(PyObject *self, void *closure)
{
    (void)closure;
    const char *text = PyUnicode_AsUTF8AndSize(((Function *)self)->doc, NULL);
    const char *start = text == NULL ? NULL : strchr(text, '(');
    const char *end = text == NULL ? NULL : strstr(text, SIGNATURE_END);
    if (start == NULL || end == NULL) {
        Py_RETURN_NONE;
    }
    return PyUnicode_FromStringAndSize(start, end - start);
}

static PyObject *function_text(PyObject *self)
{
    return PyUnicode_FromFormat("<Beskid function %U>", ((Function *)self)->name);
}

static PyObject *function_owner(PyObject *self, void *closure)
{
    (void)closure;
    PyObject *owner = ((Function *)self)->owner;
    owner = owner == NULL ? Py_None : owner;
    Py_INCREF(owner);
    return owner;
}

static int function_set_owner(PyObject *self, PyObject *value, void *closure)
{
    (void)closure;
    Function *function = (Function *)self;
    Py_XINCREF(value);
    Py_XDECREF(function->owner);
    function->owner = value;
    return 0;
}

/* A function that is called fast is pickled as an attribute, called like the function, of what this is restored to. */
static PyObject *function_reduce(PyObject *self, PyObject *unused)
{
    (void)unused;
    Function *function = (Function *)self;
    if (function->owner == NULL) {
        return PyErr_Format(PyExc_TypeError, "cannot pickle the method %U\n  help: pickle a public function",
                            function->name);
    }
    PyObject *module = PyImport_ImportModule("builtins");
    PyObject *restore = module == NULL ? NULL : PyObject_GetAttrString(module, "getattr");
    Py_XDECREF(module);
    return restore == NULL ? NULL : Py_BuildValue("N(Os)", restore, function->owner, "__beskid_owner__");
}

static PyMethodDef function_methods[] = {
    {"__reduce__", function_reduce, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef function_fields[] = {
    {"owner", function_owner, function_set_owner, NULL, NULL},
    {"__name__", function_name, NULL, NULL, NULL},
    {"__doc__", function_doc, NULL, NULL, NULL},
    {"__text_signature__", function_signature, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot function_slots[] = {
    {Py_tp_dealloc, (void *)(uintptr_t)function_free},
    {Py_tp_call, (void *)(uintptr_t)call_tuple},
    {Py_tp_descr_get, (void *)(uintptr_t)function_bind},
    {Py_tp_repr, (void *)(uintptr_t)function_text},
    {Py_tp_getset, function_fields},
    {Py_tp_methods, function_methods},
    {0, NULL},
};

PyType_Spec function_spec = {"beskid._embed.Function", sizeof(Function), 0,
                             Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION, function_slots};
