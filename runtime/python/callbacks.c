/* Function values: Python functions that a program calls, and functions of the program that Python calls.
 * A value that Python makes is a closure whose capture is an array that borrows the memory of a `Callback`, so the
 * collector gives the Python function up when it finds the array dead. */
#include "embed.h"

#include <string.h>

PyTypeObject *callback_type, *closure_type;

#define CLOSURE_CODE 8
#define CLOSURE_CAPTURE 16

typedef struct Callback {
    PyObject_HEAD PyObject *callable;
    Type *type;
} Callback;

static void callback_free(PyObject *self)
{
    Callback *callback = (Callback *)self;
    Py_XDECREF(callback->callable);
    Py_XDECREF((PyObject *)callback->type);
    free_object(self);
}

static PyType_Slot callback_slots[] = {
    {Py_tp_dealloc, (void *)(uintptr_t)callback_free},
    {0, NULL},
};

PyType_Spec callback_spec = {"beskid._embed.Callback", sizeof(Callback), 0,
                             Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION, callback_slots};

static bool make_closure(Type *type, PyObject *callable, uint64_t *word)
{
    Callback *callback = (Callback *)new_object(callback_type);
    if (callback == NULL) {
        return false;
    }
    Py_INCREF(callable);
    callback->callable = callable;
    Py_INCREF((PyObject *)type);
    callback->type = type;
    uint8_t *closure = make_capturing(type->descriptor, CLOSURE_CAPTURE, callback, (PyObject *)callback);
    Py_DECREF((PyObject *)callback);
    if (closure == NULL) {
        return false;
    }
    memcpy(closure + CLOSURE_CODE, &type->code, sizeof type->code);
    *word = (uint64_t)(uintptr_t)closure;
    return root(closure);
}

bool function_to_word(Type *type, PyObject *value, uint64_t *word, Conversion *conversion)
{
    if (Py_TYPE(value) == closure_type && ((Proxy *)value)->type == type) {
        Proxy *proxy = (Proxy *)value;
        *word = (uint64_t)(uintptr_t)proxy->address;
        return is_live(proxy) && root(proxy->address);
    }
    if (!PyCallable_Check(value)) {
        return refuse(conversion, PyExc_TypeError, type, value, "", "pass a function");
    }
    return make_closure(type, value, word);
}

/* ---- a program calls Python ---- */

static PyObject *take_arguments(const Type *type, const uint64_t *words)
{
    PyObject *arguments = PyTuple_New(type->parameter_count);
    for (int index = 0; arguments != NULL && index < type->parameter_count; index++) {
        Type *parameter = type->parameters[index];
        PyObject *value = from_words(parameter, words);
        if (value == NULL || PyTuple_SetItem(arguments, index, value) != 0) {
            Py_CLEAR(arguments);
        }
        words += parameter->count;
    }
    return arguments;
}

static bool give_result(const Callback *callback, PyObject *value, uint64_t *words)
{
    Conversion conversion = {{NULL, callback->callable, 'k'}, NULL, NULL};
    bool done = to_words(callback->type->result, value, words, &conversion);
    end_conversion(&conversion);
    return done;
}

/* The arguments are visible to the collector, by the code of the closure. */
int64_t take_call(void *closure, uint64_t *words)
{
    if (closure == NULL) {
        return take_poll();
    }
    PyGILState_STATE state = PyGILState_Ensure();
    if (has_kept_exception()) {
        /* It ends the call, so the function must not run first. */
        PyGILState_Release(state);
        return 1;
    }
    const BeskidArray *holder;
    memcpy(&holder, (const uint8_t *)closure + CLOSURE_CAPTURE, sizeof(void *));
    Callback *callback = (Callback *)(void *)holder->ptr;
    void **mark = root_mark();
    PyObject *arguments = take_arguments(callback->type, words);
    PyObject *value = arguments == NULL ? NULL : PyObject_CallObject(callback->callable, arguments);
    Py_XDECREF(arguments);
    bool done = value != NULL && give_result(callback, value, words);
    Py_XDECREF(value);
    if (!done) {
        keep_exception();
    }
    unroot_to(mark);
    PyGILState_Release(state);
    return done ? 0 : 1;
}

/* ---- Python calls a function value ---- */

static PyObject *closure_call(PyObject *self, PyObject *arguments, PyObject *named)
{
    Proxy *proxy = (Proxy *)self;
    if (!is_live(proxy)) {
        return NULL;
    }
    if (named != NULL && PyDict_Size(named) > 0) {
        PyErr_Format(PyExc_TypeError, "%U takes no keyword arguments", proxy->type->name);
        return NULL;
    }
    Py_ssize_t given = PyTuple_Size(arguments);
    if (given != proxy->type->parameter_count) {
        return PyErr_Format(PyExc_TypeError, "%U takes %d argument%s but %zd %s given", proxy->type->name,
                            proxy->type->parameter_count, proxy->type->parameter_count == 1 ? "" : "s", given,
                            given == 1 ? "was" : "were");
    }
    PyObject *all = PyTuple_New(given + 1);
    if (all == NULL) {
        return NULL;
    }
    Py_INCREF(self);
    PyTuple_SetItem(all, 0, self);
    for (Py_ssize_t index = 0; index < given; index++) {
        PyObject *argument = PyTuple_GetItem(arguments, index);
        Py_INCREF(argument);
        PyTuple_SetItem(all, index + 1, argument);
    }
    PyObject *result = call_tuple(proxy->type->invoker, all, NULL);
    Py_DECREF(all);
    return result;
}

static PyObject *closure_text(PyObject *self)
{
    return PyUnicode_FromFormat("<Beskid function value %U>", ((Proxy *)self)->type->name);
}

static PyMethodDef closure_methods[] = {
    {"release", proxy_release, METH_NOARGS, "Give up the function; it can then not be called any more."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot closure_slots[] = {
    {Py_tp_dealloc, (void *)(uintptr_t)proxy_free},       {Py_tp_call, (void *)(uintptr_t)closure_call},
    {Py_tp_repr, (void *)(uintptr_t)closure_text},        {Py_tp_methods, closure_methods},
    {Py_tp_doc, "A function value of a Beskid program."}, {0, NULL},
};

PyType_Spec closure_spec = {"beskid._embed.FunctionValue", sizeof(Proxy), 0,
                            Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION, closure_slots};

/* define_function(type, descriptor, code, invoker, parameters, result) */
PyObject *define_function(PyObject *module, PyObject *arguments)
{
    (void)module;
    Type *type, *result;
    PyObject *descriptor, *code, *invoker, *parameters;
    if (!PyArg_ParseTuple(arguments, "O!OOO!O!O!:define_function", type_type, &type, &descriptor, &code, function_type,
                          &invoker, &PyTuple_Type, &parameters, type_type, &result)) {
        return NULL;
    }
    type->descriptor = PyLong_AsVoidPtr(descriptor);
    type->code = PyLong_AsVoidPtr(code);
    Py_ssize_t count = PyTuple_Size(parameters);
    type->parameters = PyMem_Calloc((size_t)count + 1, sizeof(Type *));
    if (type->parameters == NULL || PyErr_Occurred() != NULL) {
        return PyErr_Occurred() != NULL ? NULL : PyErr_NoMemory();
    }
    for (Py_ssize_t index = 0; index < count; index++) {
        PyObject *parameter = PyTuple_GetItem(parameters, index);
        if (!PyObject_TypeCheck(parameter, type_type)) {
            PyErr_SetString(PyExc_TypeError, "a parameter is not a type");
            return NULL;
        }
        Py_INCREF(parameter);
        type->parameters[index] = (Type *)parameter;
    }
    type->parameter_count = (int)count;
    Py_INCREF((PyObject *)result);
    type->result = result;
    Py_INCREF(invoker);
    type->invoker = invoker;
    Py_RETURN_NONE;
}
