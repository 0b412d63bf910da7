/* Reading: the buffer of descriptor 0, which line reading and the raw reads share, and incomplete characters
 * that wait for the next read of their descriptor. The core library's input calls it (source builtins). */
#include "internal.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#define BUFFER_SIZE 65536
#define READ_MOST (INT64_C(1) << 30)
#define CARRY_DESCRIPTORS 256
#define CARRY_BYTES 3

/* Bytes of descriptor 0 that were read and not yet taken. */
static uint8_t buffer[BUFFER_SIZE];
static uint64_t buffer_start;
static uint64_t buffer_end;

/* The beginning of a character at the end of the last text read from a descriptor. */
static struct {
    uint8_t count;
    uint8_t bytes[CARRY_BYTES];
} carried[CARRY_DESCRIPTORS];

static int64_t read_once(int descriptor, uint8_t *target, uint64_t most)
{
    ssize_t count;
    do {
        count = read(descriptor, target, most);
    } while (count < 0 && errno == EINTR);
    return count;
}

/* One read, through the buffer for descriptor 0. */
static int64_t take(int descriptor, uint8_t *target, uint64_t most)
{
    if (descriptor != 0 || buffer_start == buffer_end) {
        return read_once(descriptor, target, most);
    }
    uint64_t count = buffer_end - buffer_start;
    if (count > most) {
        count = most;
    }
    memcpy(target, buffer + buffer_start, count);
    buffer_start += count;
    return (int64_t)count;
}

/* Gives back bytes just taken, so that the next read begins with them. */
static void put_back(int descriptor, const uint8_t *bytes, uint64_t count)
{
    if (descriptor >= CARRY_DESCRIPTORS) {
        return;
    }
    carried[descriptor].count = (uint8_t)count;
    memcpy(carried[descriptor].bytes, bytes, count);
}

static uint64_t take_carried(int descriptor, uint8_t *target)
{
    if (descriptor >= CARRY_DESCRIPTORS) {
        return 0;
    }
    uint64_t count = carried[descriptor].count;
    memcpy(target, carried[descriptor].bytes, count);
    carried[descriptor].count = 0;
    return count;
}

static bool is_readable(int64_t descriptor, int64_t maximum)
{
    return descriptor >= 0 && descriptor <= INT_MAX && maximum > 0;
}

_Noreturn static void refuse_bytes(void *memory)
{
    free(memory);
    bk_panic("invalid utf-8 string data");
}

static void *memory_for(uint64_t size)
{
    void *memory = malloc(size);
    if (memory == NULL) {
        bk_panic("out of memory");
    }
    return memory;
}

const BeskidStr *syscall_read(int64_t descriptor, int64_t maximum)
{
    bk_output_flush();
    if (!is_readable(descriptor, maximum)) {
        return &bk_empty_string;
    }
    int number = (int)descriptor;
    uint64_t most = (uint64_t)(maximum < READ_MOST ? maximum : READ_MOST);
    uint8_t *bytes = memory_for(most + CARRY_BYTES);
    uint64_t length = take_carried(number, bytes);
    for (;;) {
        int64_t count = take(number, bytes + length, most);
        if (count <= 0 && length == 0) {
            free(bytes);
            return &bk_empty_string;
        }
        length += count > 0 ? (uint64_t)count : 0;
        bool incomplete;
        uint64_t valid = bk_utf8_valid_prefix(bytes, length, &incomplete);
        if (valid != length && (!incomplete || count <= 0)) {
            refuse_bytes(bytes);
        }
        if (valid == 0) {
            /* An empty result would mean the end. */
            most = 1;
            continue;
        }
        put_back(number, bytes + valid, length - valid);
        BeskidStr *string = bk_string_copy(bytes, valid);
        free(bytes);
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
    uint64_t most = (uint64_t)(maximum < READ_MOST ? maximum : READ_MOST);
    uint8_t *bytes = memory_for(most + CARRY_BYTES);
    uint64_t length = take_carried(number, bytes);
    if (length > most) {
        put_back(number, bytes + most, length - most);
        length = most;
    }
    if (length == 0) {
        int64_t count = take(number, bytes, most);
        length = count > 0 ? (uint64_t)count : 0;
    }
    BeskidArray *array = bk_bytes_copy(bytes, length);
    free(bytes);
    return array;
}

/* A growing block of bytes outside the heap. */
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
            free(collected->bytes);
            bk_panic("out of memory");
        }
        collected->bytes = grown;
        collected->capacity = capacity;
    }
    memcpy(collected->bytes + collected->length, bytes, length);
    collected->length += length;
}

static const BeskidStr *finish(Collected *collected)
{
    if (!bk_utf8_is_valid(collected->bytes, collected->length)) {
        refuse_bytes(collected->bytes);
    }
    BeskidStr *string = bk_string_make(collected->length);
    if (collected->length != 0) {
        memcpy(bk_writable(string), collected->bytes, collected->length);
    }
    free(collected->bytes);
    return string;
}

static bool fill(void)
{
    if (buffer_start < buffer_end) {
        return true;
    }
    int64_t count = read_once(0, buffer, BUFFER_SIZE);
    buffer_start = 0;
    buffer_end = count > 0 ? (uint64_t)count : 0;
    return buffer_end != 0;
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
            if (!bk_utf8_is_valid(start, count)) {
                refuse_bytes(NULL);
            }
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
    struct winsize size;
    if (descriptor < 0 || descriptor > INT_MAX || ioctl((int)descriptor, TIOCGWINSZ, &size) != 0) {
        return 0;
    }
    return (int64_t)size.ws_col * 65536 + size.ws_row;
}
