/* What the areas of the runtime share among themselves; nothing here is visible outside the library.
 * Generated code reaches the runtime only through beskid_abi.h. */
#ifndef BESKID_INTERNAL_H
#define BESKID_INTERNAL_H

#include "beskid_abi.h"

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BK_LIKELY(condition) __builtin_expect(!!(condition), 1)
#define BK_UNLIKELY(condition) __builtin_expect(!!(condition), 0)

/* ---- context ---- */

/* One host call or foreign call-back into generated code; lives in the frame of the function that made it. */
typedef struct BkEntry {
    struct BkEntry *previous;
    void **top;
    uint64_t flags;
    bool recoverable; /* a panic may jump to `jump`; otherwise it ends the process */
    sigjmp_buf jump;
} BkEntry;

/* The context in use; before initialisation a static one whose cursors are empty. Never null. */
extern BeskidContext *bk_context;

/* Maps the shadow region and prepares the heap on first use. Failure ends the process with a message. */
void bk_initialize(void);
/* Ends what gc_disable began. */
void bk_collection_allow(void);
/* Lowest shadow slot. Null before initialisation. */
void **bk_shadow_slots(void);
/* Whether the calling thread is the one inside. */
bool bk_thread_is_inside(void);
/* Whether a word is the address of a call site of a known program. */
bool bk_is_site(uint64_t word);

static inline BkEntry *bk_current_entry(void)
{
    return (BkEntry *)bk_context->entry;
}

/* Makes a reference of the runtime's own visible to the collector until bk_drop. */
static inline void bk_keep(const void *reference)
{
    *bk_context->top++ = (void *)(uintptr_t)reference;
}

static inline void bk_drop(unsigned count)
{
    bk_context->top -= count;
}

/* ---- heap ---- */

static inline BeskidAllocationCursor *bk_cursors(void)
{
    return (BeskidAllocationCursor *)(void *)(bk_context + 1);
}

/* A zeroed cell; panics when memory is out. */
void *bk_allocate(unsigned kind, uint64_t size);
void *bk_allocate_slow(unsigned kind, uint64_t size);

/* Tells the collector that references were or will be stored to these bytes, before anything is allocated. What was
 * itself allocated since the last allocation needs no word. */
static inline void bk_stored(const void *place, uint64_t bytes)
{
    uint64_t offset = (uint64_t)((uintptr_t)place - (uintptr_t)bk_context->heap_base);
    if (offset < bk_context->heap_size && bytes != 0) {
        for (uint64_t card = offset >> BESKID_CARD_SHIFT; card <= (offset + bytes - 1) >> BESKID_CARD_SHIFT; card++) {
            bk_context->cards[card] = 1;
        }
    }
}

/* ---- strings and arrays ---- */

extern const BeskidStr bk_empty_string;
/* Descriptors of elements that the runtime itself makes arrays of. */
extern const BeskidTypeDescriptor bk_reference_element;
extern const BeskidTypeDescriptor bk_byte_element;

/* A fresh string with room for `length` bytes, which the caller fills at once; for 0 the empty string. */
BeskidStr *bk_string_make(uint64_t length);
/* A fresh string with a copy; the bytes must be UTF-8. */
BeskidStr *bk_string_copy(const void *bytes, uint64_t length);
/* The same, but panics when the bytes are no UTF-8. */
BeskidStr *bk_checked_copy(const uint8_t *bytes, uint64_t length);
/* A fresh string with a copy, invalid bytes replaced by U+FFFD. */
BeskidStr *bk_string_lossy(const void *bytes, uint64_t length);
/* A fresh u8[] with a copy. */
BeskidArray *bk_bytes_copy(const void *bytes, uint64_t length);

/* Puts a reference into an array of references. */
static inline void bk_array_put(BeskidArray *array, uint64_t index, const void *reference)
{
    const void **place = (const void **)(void *)array->ptr + index;
    bk_stored(place, sizeof *place);
    *place = reference;
}

static inline uint8_t *bk_writable(const BeskidStr *string)
{
    return (uint8_t *)(uintptr_t)string->ptr;
}

/* ---- UTF-8 ---- */

/* Length of the longest valid prefix. `incomplete` tells whether the rest is the beginning of a character. */
uint64_t bk_utf8_valid_prefix(const uint8_t *bytes, uint64_t length, bool *incomplete);
bool bk_utf8_is_valid(const uint8_t *bytes, uint64_t length);
/* Writes a scalar value; its width. */
unsigned bk_utf8_encode(uint32_t scalar, uint8_t *target);
/* Width of the character that a valid lead byte begins. */
static inline unsigned bk_utf8_width(uint8_t lead)
{
    return lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
}
static inline bool bk_utf8_is_continuation(uint8_t byte)
{
    return (byte & 0xC0) == 0x80;
}

/* ---- numbers ---- */

/* Writes digits, not terminated; the length. The target has room for 32 bytes. */
unsigned bk_format_u64(uint64_t value, char *target);
unsigned bk_format_i64(int64_t value, char *target);
unsigned bk_format_f64(double value, char *target);
unsigned bk_format_f32(float value, char *target);

/* ---- panic ---- */

_Noreturn void bk_panic(const char *message);
_Noreturn void bk_panic_bytes(const uint8_t *message, uint64_t length);
/* For a fault whose program counter is in generated code, called on the alternate stack. */
_Noreturn void bk_panic_from_fault(const char *message, void **top);
/* For a fault anywhere else, and for running out of memory where nothing may be allocated. */
_Noreturn void bk_panic_fatal(const char *message);
/* Forgets the last panic before a new outermost entry. */
void bk_panic_reset(void);
/* How the last entry ended. */
extern int64_t bk_last_status;

/* ---- output ---- */

/* Writes all bytes to a descriptor; the number written, or -1 when none could be. Safe in a signal handler. */
int64_t bk_write_all(int descriptor, const void *bytes, uint64_t length);
/* Empties the buffer of descriptor 1; safe in a signal handler. */
int64_t bk_output_flush(void);
/* Flushes at the end of a program that gives this status, and says so when output was lost: then success becomes 1. */
int64_t bk_output_finish(int64_t status);
/* Forgets what was lost, before a program begins. */
void bk_output_begin(void);

/* ---- faults ---- */

/* Installs the fault handlers and the alternate stack for the calling thread. */
void bk_faults_install(bool interruptible);
/* Restores what bk_faults_install found. */
void bk_faults_restore(void);
/* Bounds of the inaccessible bytes below the stack that generated code runs on. */
void bk_faults_set_stack_guard(const uint8_t *low, const uint8_t *high);

/* ---- process ---- */

/* Remembers the program's arguments, its name first; gives back the former ones. */
typedef struct BkArguments {
    int64_t count;
    char **values;
} BkArguments;
BkArguments bk_arguments_replace(BkArguments arguments);
/* Stores the error number of the last operation on files or the environment and gives it back. */
int64_t bk_set_error(int error);

#endif
