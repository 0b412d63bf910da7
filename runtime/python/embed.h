/* What the files of the extension share: the runtime, types, values, functions and calls.
 * It is built against the limited API of Python 3.11, so that one file serves all later versions. */
#ifndef BESKID_EMBED_H
#define BESKID_EMBED_H

#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030B0000
#include <Python.h>

#include "beskid_abi.h"

#include <stdbool.h>

#define MAX_PARTS 8
#define SMALL_CALL 24

/* ---- runtime.c: the functions of the runtime, whose addresses the engine gives ---- */

typedef struct Runtime {
    int64_t (*attach)(const void *program);
    void (*detach)(void);
    int64_t (*claim)(int64_t waits);
    void (*release)(void);
    int64_t (*call_words)(void *function, void *words);
    void **(*root_top)(void **top);
    void (*set_output)(void *taker);
    void (*set_host_function)(void *function);
    const char *(*last_panic_form)(void);
    const char *(*last_panic)(void);
    int64_t (*root_handle)(void *object);
    void (*unroot_handle)(int64_t handle);
    void (*write_barrier)(void *parent, void *child);
    int64_t (*collect)(void);
    int64_t (*root_count)(void);
    const BeskidStr *(*str_copy)(const uint8_t *bytes, uint64_t length);
    void *(*alloc)(uint64_t size, const void *descriptor);
    BeskidArray *(*array_new_typed)(const BeskidTypeDescriptor *element, int64_t length);
    BeskidArray *(*array_foreign)(void *data, uint64_t size, int64_t length, int64_t token);
    int64_t (*foreign_released)(void);
} Runtime;

extern Runtime runtime;

/* Python objects that the package gives to the extension. */
typedef struct Support {
    PyObject *raise_panic;  /* called with a program, the message and the form: returns the exception */
    PyObject *result_error; /* the exception class */
    PyObject *released_error;
    PyObject *forked_error;
    PyObject *describe; /* called with a value: what messages call it */
    PyObject *write;    /* called with a descriptor and the bytes that a program prints */
    PyObject *through;  /* called with a program, an exception and the form: adds the frames that it went through */
    PyObject *is_main_thread;
} Support;

extern Support support;

PyObject *set_up(PyObject *module, PyObject *arguments);
PyObject *attach(PyObject *module, PyObject *program);
PyObject *collect(PyObject *module, PyObject *unused);
PyObject *root_count(PyObject *module, PyObject *unused);

/* Takes the runtime, waiting without the interpreter lock; false with an exception in the child of a fork. */
bool claim(void);
void let_go(void);
/* Calls a function of the runtime or of a program. The result is its status; the interpreter lock is given up meanwhile
 * unless the call is quick. */
int64_t call_in_runtime(void *function, uint64_t *words, bool is_quick);
/* Raises the exception that Python code left, with status 0 too, or what the status says: the panic or the exit. */
void raise_status(int64_t status, uint64_t exit_status, PyObject *program);
/* Keeps an exception of Python code that a program called, until the program has unwound. */
void keep_exception(void);
bool has_kept_exception(void);
/* Gives up a handle now, or when the runtime is claimed next: a destructor never waits. */
void unroot_later(int64_t handle);

/* References that only a conversion holds: visible to the collector from `root` until `unroot_to`. */
void **root_mark(void);
bool root(void *reference);
void unroot_to(void **mark);

/* Cells, made in an entry of their own; null with an exception when memory is exhausted. */
BeskidStr *make_text(const char *bytes, Py_ssize_t length);
void *make_object(const BeskidTypeDescriptor *descriptor);
BeskidArray *make_array(const BeskidTypeDescriptor *element, Py_ssize_t length);
BeskidArray *make_foreign(void *data, Py_ssize_t size, Py_ssize_t length, PyObject *owner);
/* An object that refers at an offset to an empty array, which borrows the memory of the owner. */
void *make_capturing(const BeskidTypeDescriptor *descriptor, size_t offset, void *data, PyObject *owner);

/* ---- module.c ---- */

/* An instance of a class of the extension, zeroed. */
PyObject *new_object(PyTypeObject *class);
/* What a destructor of the extension ends with. */
void free_object(PyObject *self);

/* ---- types.c: what a type of the program is for Python ---- */

typedef enum Kind {
    KIND_UNIT,
    KIND_BOOL,
    KIND_CHAR,
    KIND_I8,
    KIND_I16,
    KIND_I32,
    KIND_I64,
    KIND_U8,
    KIND_U16,
    KIND_U32,
    KIND_U64,
    KIND_F32,
    KIND_F64,
    KIND_STRING,
    KIND_NUMBERS, /* an array of numbers or bool */
    KIND_LIST,    /* any other array */
    KIND_STRUCT,
    KIND_ENUM,
    KIND_OPTION,
    KIND_RESULT,
    KIND_FUNCTION,
    KIND_OPAQUE,
    KIND_COUNT
} Kind;

/* A value type is an enum of one variant without a tag. */
typedef enum Form { FORM_TAG, FORM_NULLABLE, FORM_WORDS, FORM_BOXED, FORM_VALUE } Form;

typedef struct Type Type;

typedef struct Field {
    PyObject *name;
    PyObject *label; /* `Point.x`, for messages */
    Type *type;
    PyGetSetDef access;
    int places[MAX_PARTS]; /* offsets in an object, or numbers of words */
} Field;

typedef struct Variant {
    PyObject *name;
    PyObject *class; /* called with the fields; a value itself when there are none */
    const BeskidTypeDescriptor *descriptor;
    Field *fields;
    int count;
} Variant;

/* What a component of a value is in memory. */
typedef enum Part { PART_1, PART_2, PART_4, PART_8, PART_REFERENCE } Part;

struct Type {
    PyObject_HEAD Kind kind;
    int count; /* of words */
    uint8_t parts[MAX_PARTS];
    PyObject *name;
    /* arrays */
    Type *element;
    int stride;
    int places[MAX_PARTS];
    const BeskidTypeDescriptor *descriptor; /* of the elements, or of the object */
    /* structs: the class, and the fields */
    PyObject *class;
    Field *fields;
    int field_count;
    /* enums */
    Form form;
    Variant *variants;
    int variant_count;
    /* functions: the code of values that Python makes, and the function that calls any value */
    void *code;
    PyObject *invoker;
    Type **parameters;
    int parameter_count;
    Type *result;
};

extern PyType_Spec type_spec;
extern PyTypeObject *type_type;

/* Where a value is passed, for messages: a function and a parameter, only a label, or a callable whose result it is. */
typedef struct Place {
    PyObject *function;
    PyObject *parameter;
    char use; /* 'r', 'w' or 'k': what becomes of an array that is passed */
} Place;

/* What must live until a call has returned. */
typedef struct Loan {
    struct Loan *next;
    PyObject *owner; /* of the memory, or null */
    Py_buffer buffer;
    BeskidArrayCell header;
    bool is_spare; /* in the frame of the call */
} Loan;

typedef struct Conversion {
    Place place;
    Loan *loans;
    Loan *spare; /* room for one, or null */
} Conversion;

/* Converts to words; false with an exception. The references are visible to the collector. The runtime is claimed. */
bool to_words(Type *type, PyObject *value, uint64_t *words, Conversion *conversion);
/* Converts from words. The runtime is claimed, and the references are reachable. */
PyObject *from_words(Type *type, const uint64_t *words);
void load_parts(const Type *type, const uint8_t *object, const int *places, uint64_t *words);
/* Stores a value at `base`, which is in the cell `parent`, with the barrier of the collector. */
void store_parts(const Type *type, void *parent, uint8_t *base, const int *places, const uint64_t *words);
void end_conversion(Conversion *conversion);
bool refuse(const Conversion *conversion, PyObject *exception, const Type *type, PyObject *value, const char *why,
            const char *help);
/* The format of the buffer protocol for the elements of KIND_NUMBERS; null for another type. */
const char *format_of(Kind element);
int size_of(Kind element);

PyObject *define_array(PyObject *module, PyObject *arguments);
PyObject *define_struct(PyObject *module, PyObject *arguments);
PyObject *define_enum(PyObject *module, PyObject *arguments);
PyObject *define_function(PyObject *module, PyObject *arguments);

/* ---- enums.c ---- */

bool enum_to_words(Type *type, PyObject *value, uint64_t *words, Conversion *conversion);
PyObject *enum_from_words(Type *type, const uint64_t *words);
/* The payload of a result: new reference, and whether it is the error. */
PyObject *result_payload(Type *type, const uint64_t *words, bool *is_error);

/* ---- objects.c: references that Python holds ---- */

typedef struct Proxy {
    PyObject_HEAD uint8_t *address;
    int64_t handle; /* 0 once released */
    Type *type;
    Py_ssize_t exports;
    uint64_t words[2]; /* of an opaque value */
} Proxy;

extern PyType_Spec object_spec, opaque_spec;
extern PyTypeObject *object_type, *opaque_type;

/* The proxy of a reference, always the same while it lives. */
PyObject *proxy_of(Type *type, PyTypeObject *class, uint8_t *address, const uint64_t *words);
bool is_live(const Proxy *proxy);
void proxy_free(PyObject *self);
PyObject *proxy_release(PyObject *self, PyObject *unused);
PyObject *get_field(PyObject *self, void *field);
int set_field(PyObject *self, PyObject *value, void *field);

/* ---- arrays.c ---- */

extern PyType_Spec array_spec;
extern PyTypeObject *array_type;

bool array_to_words(Type *type, PyObject *value, uint64_t *words, Conversion *conversion);
/* Like `refuse`; the format of the help may have `%s` for the type of NumPy. */
bool refuse_array(Type *type, PyObject *value, Conversion *conversion, PyObject *exception, const char *why,
                  const char *format);

/* ---- protocols.c: memory of other libraries ---- */

/* Memory that lives as long as its owner, whose reference the caller gives up. */
typedef struct Borrowed {
    PyObject *owner;
    void *data;
    Py_ssize_t length;
    bool is_read_only;
} Borrowed;

bool borrow_tensor(Type *type, PyObject *value, Borrowed *borrowed, Conversion *conversion);
bool borrow_arrow(Type *type, PyObject *value, Borrowed *borrowed, Conversion *conversion);
PyObject *array_to_tensor(PyObject *self, PyObject *arguments, PyObject *named);
PyObject *array_device(PyObject *self, PyObject *unused);
PyObject *array_to_arrow(PyObject *self, PyObject *arguments, PyObject *named);

/* ---- callbacks.c: function values ---- */

extern PyType_Spec callback_spec, closure_spec;
extern PyTypeObject *callback_type, *closure_type;

bool function_to_word(Type *type, PyObject *value, uint64_t *word, Conversion *conversion);
/* Runs a function value that Python made, or without one what a poll asks for; on the host's stack, without the
 * interpreter lock when the call gave it up. */
int64_t take_call(void *closure, uint64_t *words);

/* ---- watch.c: interrupts ---- */

/* The main thread enters and leaves a program that may run for long. */
void watch_begin(void);
void watch_end(void);
/* Finds out whether this is the main thread; false with an exception. */
bool watch_attach(void);
/* Runs the handlers of signals; called like `take_call`. Meanwhile this thread cannot claim the runtime. */
int64_t take_poll(void);
extern _Thread_local bool is_polling;
PyObject *watch(PyObject *module, PyObject *address);
PyObject *stop_watching(PyObject *module, PyObject *unused);
PyObject *go_on_watching(PyObject *module, PyObject *unused);
PyObject *watch_this_thread(PyObject *module, PyObject *unused);

/* ---- functions.c ---- */

PyObject *call_tuple(PyObject *self, PyObject *arguments, PyObject *named);
/* Sets the exception that the error of a `Result` becomes. */
PyObject *plain_result(Type *type, const uint64_t *words);

extern PyType_Spec function_spec;
extern PyTypeObject *function_type;

PyObject *make_function(PyObject *module, PyObject *arguments);

#endif
