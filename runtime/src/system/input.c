/* Reading: the buffer of descriptor 0, which keys, line reading and the raw reads share, and incomplete characters
 * that wait for the next read of their descriptor. Whatever reads anything but keys ends the key mode of the terminal.
 * The core library's input calls it (source builtins). */
#include "system/input.h"
#include "context/scratch.h"
#include "panic/output.h"
#include "panic/panic.h"
#include "platform/platform.h"
#include "text/utf8.h"
#include "values/arrays.h"
#include "values/strings.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BUFFER_SIZE 65536
#define MAX_READ (INT64_C(1) << 30)
#define CARRY_DESCRIPTORS 256
#define CARRY_BYTES 3
#define MILLISECONDS_BETWEEN_CALLS 100

/* Bytes of descriptor 0 that were read and not yet taken. */
static uint8_t buffer[BUFFER_SIZE];
static uint64_t buffer_start;
static uint64_t buffer_end;

/* The bytes of descriptor 0 that the program received, and the line feeds among them. */
static uint64_t received_bytes;
static uint64_t received_lines;

/* The beginning of a character at the end of the last text read from a descriptor, and the file it was read from:
 * foreign code may close the descriptor, and another file may get its number. */
static struct {
    uint8_t count;
    uint8_t bytes[CARRY_BYTES];
    BkFileIdentity file;
} carried[CARRY_DESCRIPTORS];

/* What a host does meanwhile. */
static void (*while_waiting)(void);

void bk_input_wait_with(void (*function)(void))
{
    while_waiting = function;
}

/* Waits until a read of descriptor 0 would not wait, without limit if negative. Returns false when the time is over. A
 * host sees a signal at the next call of its function: an interrupted wait would miss one that came before. */
static bool wait_for_input(int64_t milliseconds)
{
    if (while_waiting == NULL) {
        return bk_os_wait_for_input(milliseconds);
    }
    int64_t deadline = bk_deadline(milliseconds);
    for (;;) {
        int left = bk_left_until(deadline, MILLISECONDS_BETWEEN_CALLS);
        if (bk_os_wait_for_input(left)) {
            return true;
        }
        if (left < MILLISECONDS_BETWEEN_CALLS) {
            return false;
        }
        while_waiting();
    }
}

/* One read of descriptor 0. */
static int64_t read_input(uint8_t *target, uint64_t size)
{
    if (while_waiting != NULL) {
        wait_for_input(-1);
    }
    return bk_os_read(0, target, size);
}

/* One read, through the buffer for descriptor 0. */
static int64_t take(int descriptor, uint8_t *target, uint64_t size)
{
    if (descriptor != 0) {
        return bk_os_read(descriptor, target, size);
    }
    if (buffer_start == buffer_end) {
        bk_os_key_mode_end();
        return read_input(target, size);
    }
    uint64_t count = buffer_end - buffer_start;
    if (count > size) {
        count = size;
    }
    memcpy(target, buffer + buffer_start, count);
    buffer_start += count;
    return (int64_t)count;
}

/* Puts back bytes just taken, so that the next read begins with them. */
static void put_back(int descriptor, const uint8_t *bytes, uint64_t count)
{
    if (descriptor >= CARRY_DESCRIPTORS || (count != 0 && !bk_os_identify(descriptor, &carried[descriptor].file))) {
        return;
    }
    carried[descriptor].count = (uint8_t)count;
    memcpy(carried[descriptor].bytes, bytes, count);
}

static bool is_same_file(int descriptor)
{
    const BkFileIdentity *former = &carried[descriptor].file;
    BkFileIdentity file;
    return bk_os_identify(descriptor, &file) && file.device == former->device && file.number == former->number &&
           file.position == former->position;
}

static uint64_t take_carried(int descriptor, uint8_t *target)
{
    if (descriptor >= CARRY_DESCRIPTORS || carried[descriptor].count == 0) {
        return 0;
    }
    uint64_t count = carried[descriptor].count;
    carried[descriptor].count = 0;
    if (!is_same_file(descriptor)) {
        return 0;
    }
    memcpy(target, carried[descriptor].bytes, count);
    return count;
}

static bool is_readable(int64_t descriptor, int64_t maximum)
{
    return descriptor >= 0 && descriptor <= INT_MAX && maximum > 0;
}

static uint64_t line_feeds(const uint8_t *bytes, uint64_t length)
{
    uint64_t count = 0;
    for (uint64_t index = 0; index < length; index++) {
        count += bytes[index] == '\n';
    }
    return count;
}

static void receive(int descriptor, const uint8_t *bytes, uint64_t length)
{
    if (descriptor == 0) {
        received_bytes += length;
        received_lines += line_feeds(bytes, length);
    }
}

/* Panics for text that becomes invalid after `valid` bytes. Only of descriptor 0 is it known what came before. */
_Noreturn static void refuse_bytes(int descriptor, const uint8_t *bytes, uint64_t valid)
{
    if (descriptor != 0) {
        bk_panic("invalid utf-8 string data");
    }
    receive(descriptor, bytes, valid);
    char message[128];
    int length = snprintf(message, sizeof message,
                          "invalid utf-8 string data in line %" PRIu64 " of standard input, at byte offset %" PRIu64,
                          received_lines + 1, received_bytes);
    bk_panic_bytes((const uint8_t *)message, (uint64_t)length);
}

static void *memory_for(uint64_t size)
{
    void *memory = bk_scratch_keep(malloc(size));
    if (memory == NULL) {
        bk_panic("out of memory");
    }
    return memory;
}

int64_t bk_input_take(int descriptor, uint8_t *target, uint64_t size)
{
    if (size == 0) {
        return 0;
    }
    uint8_t before[CARRY_BYTES];
    uint64_t length = take_carried(descriptor, before);
    if (length > size) {
        put_back(descriptor, before + size, length - size);
        length = size;
    }
    memcpy(target, before, length);
    int64_t count = length == 0 ? take(descriptor, target, size) : (int64_t)length;
    if (count > 0) {
        receive(descriptor, target, (uint64_t)count);
    }
    return count;
}

const BeskidStr *syscall_read(int64_t descriptor, int64_t maximum)
{
    bk_output_flush();
    if (!is_readable(descriptor, maximum)) {
        return &bk_empty_string;
    }
    int number = (int)descriptor;
    uint64_t size = (uint64_t)(maximum < MAX_READ ? maximum : MAX_READ);
    uint8_t *bytes = memory_for(size + CARRY_BYTES);
    uint64_t length = take_carried(number, bytes);
    for (;;) {
        int64_t count = take(number, bytes + length, size);
        if (count <= 0 && length == 0) {
            bk_scratch_free(bytes);
            return &bk_empty_string;
        }
        length += count > 0 ? (uint64_t)count : 0;
        bool incomplete;
        uint64_t valid = bk_utf8_valid_prefix(bytes, length, &incomplete);
        if (valid != length && (!incomplete || count <= 0)) {
            refuse_bytes(number, bytes, valid);
        }
        if (valid == 0) {
            /* An empty result would mean the end. */
            size = 1;
            continue;
        }
        put_back(number, bytes + valid, length - valid);
        receive(number, bytes, valid);
        BeskidStr *string = bk_string_copy(bytes, valid);
        bk_scratch_free(bytes);
        return string;
    }
}

BeskidArray *syscall_read_bytes(int64_t descriptor, int64_t maximum)
{
    bk_output_flush();
    if (!is_readable(descriptor, maximum)) {
        return array_new_typed(&bk_byte_element, 0);
    }
    int number = (int)descriptor;
    uint64_t size = (uint64_t)(maximum < MAX_READ ? maximum : MAX_READ);
    uint8_t *bytes = memory_for(size + CARRY_BYTES);
    uint64_t length = take_carried(number, bytes);
    if (length > size) {
        put_back(number, bytes + size, length - size);
        length = size;
    }
    if (length == 0) {
        int64_t count = take(number, bytes, size);
        length = count > 0 ? (uint64_t)count : 0;
    }
    receive(number, bytes, length);
    BeskidArray *array = bk_bytes_copy(bytes, length);
    bk_scratch_free(bytes);
    return array;
}

/* A growing block of scratch memory. */
typedef struct Collected {
    uint8_t *bytes;
    uint64_t length;
    uint64_t capacity;
} Collected;

static void collect(Collected *collected, const uint8_t *bytes, uint64_t length)
{
    if (collected->capacity - collected->length < length) {
        uint64_t capacity = (collected->length + length) * 2;
        uint8_t *grown = realloc(collected->bytes, capacity);
        if (grown == NULL) {
            bk_panic("out of memory");
        }
        collected->bytes = bk_scratch_replace(collected->bytes, grown);
        collected->capacity = capacity;
    }
    memcpy(collected->bytes + collected->length, bytes, length);
    collected->length += length;
}

/* Panics unless the bytes, received from descriptor 0, are text. */
static void check_text(const uint8_t *bytes, uint64_t length)
{
    if (!bk_utf8_is_valid(bytes, length)) {
        bool incomplete;
        refuse_bytes(0, bytes, bk_utf8_valid_prefix(bytes, length, &incomplete));
    }
}

static const BeskidStr *finish(Collected *collected)
{
    check_text(collected->bytes, collected->length);
    receive(0, collected->bytes, collected->length);
    BeskidStr *string = bk_string_make(collected->length);
    if (collected->length != 0) {
        memcpy(bk_string_writable(string), collected->bytes, collected->length);
    }
    bk_scratch_free(collected->bytes);
    return string;
}

static bool fill_from(bool key_mode)
{
    if (buffer_start < buffer_end) {
        return true;
    }
    if (!key_mode) {
        bk_os_key_mode_end();
    }
    /* A prompt of foreign code may wait in the buffer of C. */
    bk_output_flush_foreign();
    int64_t count = read_input(buffer, BUFFER_SIZE);
    buffer_start = 0;
    buffer_end = count > 0 ? (uint64_t)count : 0;
    return buffer_end != 0;
}

static bool fill(void)
{
    return fill_from(false);
}

static void collect_carried(Collected *collected)
{
    uint8_t bytes[CARRY_BYTES];
    uint64_t count = take_carried(0, bytes);
    if (count != 0) {
        collect(collected, bytes, count);
    }
}

const BeskidStr *stdin_read_line(void)
{
    bk_output_flush();
    Collected collected = {NULL, 0, 0};
    collect_carried(&collected);
    while (fill()) {
        const uint8_t *start = buffer + buffer_start;
        uint64_t available = buffer_end - buffer_start;
        const uint8_t *end = memchr(start, '\n', available);
        uint64_t count = end == NULL ? available : (uint64_t)(end - start) + 1;
        buffer_start += count;
        if (end != NULL && collected.length == 0) {
            check_text(start, count);
            received_bytes += count;
            received_lines++;
            return bk_string_copy(start, count);
        }
        collect(&collected, start, count);
        if (end != NULL) {
            break;
        }
    }
    return finish(&collected);
}

const BeskidStr *stdin_read_all(void)
{
    bk_output_flush();
    Collected collected = {NULL, 0, 0};
    collect_carried(&collected);
    while (fill()) {
        collect(&collected, buffer + buffer_start, buffer_end - buffer_start);
        buffer_start = buffer_end;
    }
    return finish(&collected);
}

int64_t tty_winsize(int64_t descriptor)
{
    return descriptor < 0 || descriptor > INT_MAX ? 0 : bk_os_window_size((int)descriptor);
}

int64_t tty_key(int64_t operation, int64_t milliseconds)
{
    if (operation != BK_KEY_READ && operation != BK_KEY_PEEK) {
        bk_os_key_mode_end();
        return 0;
    }
    bk_output_flush();
    uint64_t taken = operation == BK_KEY_READ;
    uint8_t byte;
    uint8_t before[CARRY_BYTES];
    uint64_t count = take_carried(0, before);
    if (count != 0) {
        byte = before[0];
        put_back(0, before + taken, count - taken);
    } else {
        bk_os_key_mode_begin();
        if (buffer_start == buffer_end && !wait_for_input(milliseconds)) {
            return BK_KEY_TIMED_OUT;
        }
        if (!fill_from(true)) {
            return BK_KEY_END;
        }
        byte = buffer[buffer_start];
        buffer_start += taken;
    }
    receive(0, &byte, taken);
    return byte;
}
