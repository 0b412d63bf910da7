/* Panics: the printed message with its stack trace, and the jump to the innermost entry.
 * beskid.codegen emits calls to `panic_str` and the `panic_…` functions. */
#include "panic/panic.h"
#include "context/context.h"
#include "context/scratch.h"
#include "context/sites.h"
#include "panic/output.h"
#include "platform/jump.h"
#include "platform/platform.h"
#include "text/decimal.h"
#include "text/utf8.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_TRACE_LINES 32
#define TRACE_LINES_EACH_END 16

/* What a panic leaves for the host. It grows with malloc, which is safe here: a fault reaches this code only from
 * generated code. */
static char *form;
static size_t form_length;
static size_t form_capacity;
static char *message_copy;
static bool panicking;

static void append(const void *bytes, size_t length)
{
    if (form_capacity - form_length <= length) {
        size_t wanted = (form_capacity + length + 256) * 2;
        char *grown = realloc(form, wanted);
        if (grown == NULL) {
            return;
        }
        form = grown;
        form_capacity = wanted;
    }
    memcpy(form + form_length, bytes, length);
    form_length += length;
    form[form_length] = '\0';
}

/* The text of a fault outside of generated code, which may neither allocate nor take a lock. */
static char pieces[4096];
static size_t pieces_length;

static void write_pieces(void)
{
    bk_write_all(2, pieces, pieces_length);
    pieces_length = 0;
}

static void write_piece(const void *bytes, size_t length)
{
    const char *from = bytes;
    while (length != 0) {
        size_t room = sizeof pieces - pieces_length;
        size_t count = length < room ? length : room;
        memcpy(pieces + pieces_length, from, count);
        pieces_length += count;
        from += count;
        length -= count;
        if (pieces_length == sizeof pieces) {
            write_pieces();
        }
    }
}

/* Where a form goes: `append` or `write_piece`. */
typedef void (*Put)(const void *bytes, size_t length);

static void put_text(Put put, const char *text)
{
    put(text, strlen(text));
}

static void put_number(Put put, uint64_t number)
{
    char digits[32];
    put(digits, bk_format_u64(number, digits));
}

static void put_site(Put put, const BeskidSite *site)
{
    put_text(put, "  at ");
    put_text(put, site->file != NULL ? site->file : "?");
    put_text(put, ":");
    put_number(put, site->line);
    put_text(put, ":");
    put_number(put, site->column & ~(uint32_t)BESKID_SITE_INLINED);
    put_text(put, " in ");
    put_text(put, site->function != NULL ? site->function : "?");
    put_text(put, "\n");
}

/* The site of the call into which a function was inlined, or null. */
static const BeskidSite *caller_of(const BeskidSite *site)
{
    return (site->column & BESKID_SITE_INLINED) != 0 ? site + 1 : NULL;
}

/* Whether a trace shows a site. One with an empty function name belongs to code that the compiler added. */
static bool is_shown(const BeskidSite *site)
{
    return site->function == NULL || site->function[0] != '\0';
}

static void put_trace(Put put, void **top)
{
    void **slots = bk_shadow_slots();
    uint64_t count = 0;
    for (void **slot = top; slot > slots; slot--) {
        if (bk_is_site((uint64_t)(uintptr_t)slot[-1])) {
            for (const BeskidSite *site = slot[-1]; site != NULL; site = caller_of(site)) {
                count += is_shown(site);
            }
        }
    }
    bool shortened = count > MAX_TRACE_LINES;
    uint64_t number = 0;
    for (void **slot = top; slot > slots; slot--) {
        if (!bk_is_site((uint64_t)(uintptr_t)slot[-1])) {
            continue;
        }
        for (const BeskidSite *site = slot[-1]; site != NULL; site = caller_of(site)) {
            if (!is_shown(site)) {
                continue;
            }
            if (!shortened || number < TRACE_LINES_EACH_END || number >= count - TRACE_LINES_EACH_END) {
                put_site(put, site);
            } else if (number == TRACE_LINES_EACH_END) {
                put_text(put, "  … ");
                put_number(put, count - 2 * TRACE_LINES_EACH_END);
                put_text(put, " more frames\n");
            }
            number++;
        }
    }
}

static void put_form(Put put, const uint8_t *message, uint64_t length, void **top)
{
    put_text(put, "panic: ");
    put(message, length);
    put_text(put, "\n");
    put_trace(put, top);
}

void bk_panic_reset(void)
{
    free(form);
    free(message_copy);
    form = NULL;
    message_copy = NULL;
    form_length = 0;
    form_capacity = 0;
}

static void record(const uint8_t *message, uint64_t length, void **top)
{
    bk_panic_reset();
    message_copy = malloc(length + 1);
    if (message_copy != NULL) {
        memcpy(message_copy, message, length);
        message_copy[length] = '\0';
    }
    put_form(append, message, length, top);
}

/* Where debuggers stop at a panic: its message is written, and the frames of the program are still there. */
__attribute__((noinline, used)) static void beskid_panic_here(void)
{
    /* The compiler must keep the calls. */
    __asm__ volatile("" ::: "memory");
}

_Noreturn static void panic_at(const uint8_t *message, uint64_t length, void **top)
{
    if (panicking) {
        static const char text[] = "panic while panicking\n";
        bk_write_all(2, text, sizeof text - 1);
        abort();
    }
    panicking = true;
    /* A taker is code of the host, which cannot run in a signal handler; the entry delivers the rest. */
    if (!bk_output_has_taker()) {
        bk_output_flush_own();
    }
    record(message, length, top);
    BkEntry *entry = bk_current_entry();
    bool jumps = entry != NULL && entry->recoverable && (entry->flags & BESKID_ENTER_EXECUTABLE) == 0;
    if (!jumps || (entry->flags & BESKID_ENTER_QUIET) == 0) {
        bk_write_all(2, form, form_length);
    }
    panicking = false;
    beskid_panic_here();
    if (jumps) {
        bk_scratch_free_all();
        bk_jump_to(entry->jump);
    }
    bk_output_flush_files();
    /* Foreign code may have left output in the buffers of the C library. */
    fflush(NULL);
    bk_os_exit(BESKID_STATUS_PANIC);
}

void bk_exit_to_host(int64_t status)
{
    BkEntry *entry = bk_current_entry();
    if (entry == NULL || !entry->recoverable || (entry->flags & BESKID_ENTER_HOST) == 0) {
        return;
    }
    entry->exit_status = status;
    bk_scratch_free_all();
    bk_jump_to(entry->jump);
}

_Noreturn void bk_panic_bytes(const uint8_t *message, uint64_t length)
{
    bk_output_flush_foreign();
    panic_at(message, length, bk_context->top);
}

_Noreturn void bk_panic(const char *message)
{
    bk_panic_bytes((const uint8_t *)message, strlen(message));
}

_Noreturn void bk_panic_from_fault(const char *message, void **top)
{
    panic_at((const uint8_t *)message, strlen(message), top);
}

_Noreturn void bk_panic_fatal_at(const char *message, void **top)
{
    bk_output_flush_own();
    put_form(write_piece, (const uint8_t *)message, strlen(message), top);
    write_pieces();
    bk_os_exit(BESKID_STATUS_PANIC);
}

_Noreturn void bk_panic_fatal(const char *message)
{
    bk_panic_fatal_at(message, bk_shadow_slots());
}

const char *beskid_last_panic(void)
{
    return message_copy;
}

const char *beskid_last_panic_form(void)
{
    return form;
}

_Noreturn void panic(const uint8_t *message, uint64_t length)
{
    if (message == NULL) {
        bk_panic("null string data");
    }
    bk_panic_bytes(message, length);
}

_Noreturn void panic_str(const BeskidStr *message)
{
    if (message == NULL) {
        bk_panic("null string handle");
    }
    if (message->ptr == NULL) {
        bk_panic("null string data");
    }
    if (!bk_utf8_is_valid(message->ptr, message->len)) {
        bk_panic("<invalid utf8>");
    }
    bk_panic_bytes(message->ptr, message->len);
}

_Noreturn void panic_index(int64_t index, int64_t length)
{
    char text[128];
    int size = snprintf(text, sizeof text, "index out of range: the length is %" PRId64 " but the index is %" PRId64,
                        length, index);
    bk_panic_bytes((const uint8_t *)text, (uint64_t)size);
}

_Noreturn void panic_division_by_zero(void)
{
    bk_panic("division by zero");
}

_Noreturn void panic_integer_overflow(void)
{
    bk_panic("integer overflow");
}

_Noreturn void panic_char(int64_t value)
{
    (void)value;
    bk_panic("invalid char value");
}

/* A host has no other sign that its function's output was lost; a program reports it when it ends. */
void bk_panic_if_output_lost(void)
{
    if (bk_output_owns_process() || (bk_output_flush() == 0 && bk_output_lost() == 0)) {
        return;
    }
    char message[256];
    int length = snprintf(message, sizeof message, BK_OUTPUT_LOST "%s", strerror(bk_output_lost()));
    bk_output_begin(false);
    bk_panic_bytes((const uint8_t *)message, (uint64_t)length);
}

_Noreturn void panic_stack_overflow(void)
{
    bk_jump_off_stack();
    bk_panic("stack overflow");
}
