/* Storage in which a text grows. The core library's StringBuilder keeps one.
 * A buffer is a byte array of length 0, so that a program can read and change nothing of it; its capacity and the count
 * of bytes in use, which the first word of the storage holds, belong to this file. Bytes in use never change again:
 * texts over them need no copy. */
#include "heap/allocation.h"
#include "panic/panic.h"
#include "values/arrays.h"
#include "values/strings.h"

#include <string.h>

#define MIN_CAPACITY 64

/* A text up to this length is copied: a header over the buffer would be as large and would keep the buffer alive. */
#define MAX_COPIED_TEXT 32

#define USED_SIZE sizeof(uint64_t)

/* Its address marks the buffers among the arrays of bytes. */
static const BeskidTypeDescriptor buffer_element = {1, 1, 0, 0, NULL, NULL, 0};

/* Every other array stands for an empty buffer. A slice of a buffer has no storage, not even the first word. */
static bool is_buffer(const BeskidArray *array)
{
    const BeskidArrayCell *cell = (const BeskidArrayCell *)(const void *)array;
    return cell->cap != 0 && cell->element == (uint64_t)(uintptr_t)&buffer_element;
}

static uint64_t used_of(const BeskidArray *array)
{
    return is_buffer(array) ? *(const uint64_t *)(const void *)array->ptr : 0;
}

static const uint8_t *bytes_of(const BeskidArray *buffer)
{
    return buffer->ptr + USED_SIZE;
}

/* A buffer of twice the length that is wanted, with the bytes of another one. */
static BeskidArray *grown(const BeskidArray *old, uint64_t used, uint64_t wanted)
{
    uint64_t capacity;
    if (__builtin_mul_overflow(wanted, 2, &capacity) || capacity > INT64_MAX - USED_SIZE) {
        bk_panic("out of memory");
    }
    capacity = capacity < MIN_CAPACITY ? MIN_CAPACITY : capacity;
    BeskidArray *buffer = array_new_typed(&buffer_element, (int64_t)(capacity + USED_SIZE));
    buffer->len = 0;
    if (used != 0) {
        memcpy(buffer->ptr + USED_SIZE, bytes_of(old), used);
    }
    return buffer;
}

BeskidArray *str_buffer_put(BeskidArray *buffer, const BeskidStr *text)
{
    uint64_t used = used_of(buffer);
    uint64_t wanted;
    if (__builtin_add_overflow(used, text->len, &wanted)) {
        bk_panic("out of memory");
    }
    if (!is_buffer(buffer) || wanted > buffer->cap - USED_SIZE) {
        buffer = grown(buffer, used, wanted);
    }
    memcpy(buffer->ptr + USED_SIZE + used, text->ptr, text->len);
    *(uint64_t *)(void *)buffer->ptr = wanted;
    return buffer;
}

const BeskidStr *str_buffer_text(BeskidArray *buffer)
{
    uint64_t used = used_of(buffer);
    if (used == 0) {
        return &bk_empty_string;
    }
    if (used <= MAX_COPIED_TEXT || used < (buffer->cap - USED_SIZE) / 2) {
        return bk_string_copy(bytes_of(buffer), used);
    }
    BeskidStr *string = bk_allocate(BESKID_KIND_SLICE, sizeof *string);
    string->ptr = bytes_of(buffer);
    string->len = used;
    return string;
}
