/* The extension module of the package `beskid.embed`, which is the only one that imports it. */
#include "embed.h"

#include <string.h>

PyObject *new_object(PyTypeObject *class)
{
    void *slot = PyType_GetSlot(class, Py_tp_alloc);
    allocfunc allocate;
    memcpy(&allocate, &slot, sizeof allocate);
    return allocate(class, 0);
}

void free_object(PyObject *self)
{
    PyTypeObject *class = Py_TYPE(self);
    void *slot = PyType_GetSlot(class, Py_tp_free);
    freefunc release;
    memcpy(&release, &slot, sizeof release);
    release(self);
    Py_DECREF((PyObject *)class);
}

static PyMethodDef methods[] = {
    {"set_up", set_up, METH_VARARGS, "Give the addresses of the runtime, and the objects of the package."},
    {"attach", attach, METH_O, "Attach this thread, and make the call sites of a program known; return a status."},
    {"collect", collect, METH_NOARGS, "Collect garbage; return the bytes that live."},
    {"root_count", root_count, METH_NOARGS, "Return how many objects Python keeps alive."},
    {"watch", watch, METH_O, "Interrupt a program by the word at an address, which its polls read."},
    {"stop_watching", stop_watching, METH_NOARGS, "End the thread that watches calls, before a fork."},
    {"go_on_watching", go_on_watching, METH_NOARGS, "Watch the call that this process is inside, after a fork."},
    {"watch_this_thread", watch_this_thread, METH_NOARGS, "Watch calls of this thread, in the child of a fork."},
    {"define_array", define_array, METH_VARARGS, "Complete the type of an array."},
    {"define_struct", define_struct, METH_VARARGS, "Complete the type of a struct."},
    {"define_enum", define_enum, METH_VARARGS, "Complete the type of an enum."},
    {"define_function", define_function, METH_VARARGS, "Complete the type of a function value."},
    {"make_function", make_function, METH_VARARGS, "Make a function: the object, and the one that is called faster."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    "beskid._embed",
    "Calls of Beskid programs from Python.",
    -1,
    methods,
    NULL,
    NULL,
    NULL,
    NULL,
};

static PyTypeObject *add_type(PyObject *module, const char *name, PyType_Spec *spec)
{
    PyObject *made = PyType_FromSpec(spec);
    if (made == NULL || PyModule_AddObjectRef(module, name, made) != 0) {
        Py_XDECREF(made);
        return NULL;
    }
    return (PyTypeObject *)made;
}

PyMODINIT_FUNC PyInit__embed(void)
{
    PyObject *module = PyModule_Create(&definition);
    if (module == NULL) {
        return NULL;
    }
    type_type = add_type(module, "Type", &type_spec);
    object_type = add_type(module, "Object", &object_spec);
    opaque_type = add_type(module, "Opaque", &opaque_spec);
    array_type = add_type(module, "Array", &array_spec);
    function_type = add_type(module, "Function", &function_spec);
    callback_type = add_type(module, "Callback", &callback_spec);
    closure_type = add_type(module, "FunctionValue", &closure_spec);
    if (type_type == NULL || object_type == NULL || opaque_type == NULL || array_type == NULL ||
        function_type == NULL || callback_type == NULL || closure_type == NULL) {
        Py_DECREF(module);
        return NULL;
    }
    return module;
}
