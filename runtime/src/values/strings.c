/* Making strings: headers, copies, joins, slices. The bytes of a fresh string lie in its own cell.
 * beskid.codegen emits calls for literals, `+`, interpolation and slicing; the core library for the rest. */
#include "values/strings.h"
#include "heap/allocation.h"
#include "panic/panic.h"
#include "text/decimal.h"
#include "text/utf8.h"
#include "values/arrays.h"

#include <string.h>

/* A slice up to this length is copied: a copy is as small as a header and does not keep a large parent alive. */
#define MAX_COPIED_SLICE 32

/* Limits of an interpolation with numbers: its parts, and the characters of a number. */
#define MAX_NUMBERS 32
#define MAX_DIGITS 20

const BeskidStr bk_empty_string = {(const uint8_t *)"", 0};

static BeskidStr *empty(void)
{
    return (BeskidStr *)(uintptr_t)&bk_empty_string;
}

BeskidStr *bk_string_make(uint64_t length)
{
    if (length == 0) {
        return empty();
    }
    if (length > INT64_MAX - BESKID_STRING_BYTES_OFFSET) {
        bk_panic("out of memory");
    }
    uint8_t *cell = bk_allocate(BESKID_KIND_RAW, (uint64_t)BESKID_STRING_BYTES_OFFSET + length);
    BeskidStr *string = (BeskidStr *)(void *)cell;
    string->ptr = cell + BESKID_STRING_BYTES_OFFSET;
    string->len = length;
    return string;
}

BeskidStr *bk_string_copy(const void *bytes, uint64_t length)
{
    BeskidStr *string = bk_string_make(length);
    memcpy(bk_string_writable(string), bytes, length);
    return string;
}

/* Writes the repaired text unless the target is null. Returns its length. */
static uint64_t repair(const uint8_t *bytes, uint64_t length, uint8_t *target)
{
    uint64_t size = 0;
    uint64_t index = 0;
    while (index < length) {
        bool incomplete;
        uint64_t valid = bk_utf8_valid_prefix(bytes + index, length - index, &incomplete);
        if (target != NULL) {
            memcpy(target + size, bytes + index, valid);
        }
        size += valid;
        index += valid;
        if (index == length) {
            break;
        }
        if (target != NULL) {
            memcpy(target + size, "\xEF\xBF\xBD", 3);
        }
        size += 3;
        /* One replacement character stands for the longest prefix of a character, or for one byte. */
        uint64_t bad = 1;
        while (index + bad < length && bk_utf8_is_continuation(bytes[index + bad])) {
            bool unfinished;
            bk_utf8_valid_prefix(bytes + index, bad + 1, &unfinished);
            if (!unfinished) {
                break;
            }
            bad++;
        }
        index += incomplete ? length - index : bad;
    }
    return size;
}

BeskidStr *bk_string_lossy(const void *bytes, uint64_t length)
{
    if (bk_utf8_is_valid(bytes, length)) {
        return bk_string_copy(bytes, length);
    }
    BeskidStr *string = bk_string_make(repair(bytes, length, NULL));
    repair(bytes, length, bk_string_writable(string));
    return string;
}

const BeskidStr *str_copy(const uint8_t *bytes, uint64_t length)
{
    return bk_string_copy(bytes, length);
}

static BeskidStr *make_header(const uint8_t *bytes, uint64_t length)
{
    BeskidStr *string = bk_allocate(BESKID_KIND_SLICE, sizeof *string);
    string->ptr = bytes;
    string->len = length;
    return string;
}

BeskidStr *bk_string_checked_copy(const uint8_t *bytes, uint64_t length)
{
    if (!bk_utf8_is_valid(bytes, length)) {
        bk_panic("invalid utf-8 string data");
    }
    return bk_string_copy(bytes, length);
}

const BeskidStr *str_new(const uint8_t *data, uint64_t length)
{
    if (data == NULL) {
        bk_panic("null string data");
    }
    if (!bk_utf8_is_valid(data, length)) {
        bk_panic("invalid utf-8 string data");
    }
    return make_header(data, length);
}

static void check(const BeskidStr *string)
{
    if (BK_UNLIKELY(string == NULL)) {
        bk_panic("null string handle");
    }
    if (BK_UNLIKELY(string->ptr == NULL)) {
        bk_panic("null string data");
    }
}

const BeskidStr *str_concat(const BeskidStr *left, const BeskidStr *right)
{
    check(left);
    check(right);
    if (left->len == 0) {
        return right;
    }
    if (right->len == 0) {
        return left;
    }
    uint64_t length;
    if (__builtin_add_overflow(left->len, right->len, &length)) {
        bk_panic("out of memory");
    }
    BeskidStr *string = bk_string_make(length);
    uint8_t *target = bk_string_writable(string);
    memcpy(target, left->ptr, left->len);
    memcpy(target + left->len, right->ptr, right->len);
    return string;
}

int64_t str_len(const BeskidStr *text)
{
    if (BK_UNLIKELY(text == NULL)) {
        bk_panic("null string handle");
    }
    return (int64_t)text->len;
}

/* Joins the parts, with `separator` between them unless it is null. */
static const BeskidStr *join(BeskidStr *const *parts, uint64_t count, const BeskidStr *separator)
{
    uint64_t length = 0;
    bool overflow = false;
    for (uint64_t index = 0; index < count; index++) {
        overflow |= __builtin_add_overflow(length, parts[index]->len, &length);
        if (separator != NULL && index > 0) {
            overflow |= __builtin_add_overflow(length, separator->len, &length);
        }
    }
    if (overflow) {
        bk_panic("out of memory");
    }
    BeskidStr *string = bk_string_make(length);
    uint8_t *target = bk_string_writable(string);
    for (uint64_t index = 0; index < count; index++) {
        if (separator != NULL && index > 0) {
            memcpy(target, separator->ptr, separator->len);
            target += separator->len;
        }
        memcpy(target, parts[index]->ptr, parts[index]->len);
        target += parts[index]->len;
    }
    return string;
}

const BeskidStr *str_concat_n(void **parts, int64_t count)
{
    return join((BeskidStr *const *)(void *)parts, count > 0 ? (uint64_t)count : 0, NULL);
}

const BeskidStr *str_concat_numbers(void **parts, void *numbers, int64_t count, int64_t mask)
{
    char digits[MAX_NUMBERS * MAX_DIGITS];
    unsigned sizes[MAX_NUMBERS];
    const int64_t *number = numbers;
    BeskidStr *const *part = (BeskidStr *const *)(void *)parts;
    uint64_t length = 0;
    for (int64_t index = 0; index < count; index++) {
        if ((mask >> index & 1) != 0) {
            sizes[index] = bk_format_i64(*number++, digits + index * MAX_DIGITS);
            length += sizes[index];
        } else {
            check(*part);
            if (__builtin_add_overflow(length, (*part++)->len, &length)) {
                bk_panic("out of memory");
            }
        }
    }
    BeskidStr *string = bk_string_make(length);
    uint8_t *target = bk_string_writable(string);
    part = (BeskidStr *const *)(void *)parts;
    for (int64_t index = 0; index < count; index++) {
        uint64_t size;
        if ((mask >> index & 1) != 0) {
            size = sizes[index];
            memcpy(target, digits + index * MAX_DIGITS, size);
        } else {
            size = (*part)->len;
            memcpy(target, (*part++)->ptr, size);
        }
        target += size;
    }
    return string;
}

const BeskidStr *str_join(BeskidArray *parts, const BeskidStr *separator)
{
    return join((BeskidStr *const *)(void *)parts->ptr, parts->len, separator);
}

const BeskidStr *str_repeat(const BeskidStr *text, int64_t count)
{
    if (count <= 0 || text->len == 0) {
        return empty();
    }
    uint64_t length;
    if (__builtin_mul_overflow(text->len, (uint64_t)count, &length)) {
        bk_panic("out of memory");
    }
    BeskidStr *string = bk_string_make(length);
    uint8_t *target = bk_string_writable(string);
    memcpy(target, text->ptr, text->len);
    for (uint64_t done = text->len; done < length; done *= 2) {
        memcpy(target + done, target, done < length - done ? done : length - done);
    }
    return string;
}

static bool is_boundary(const BeskidStr *text, uint64_t offset)
{
    return offset == text->len || !bk_utf8_is_continuation(text->ptr[offset]);
}

const BeskidStr *str_slice(const BeskidStr *text, int64_t start, int64_t count)
{
    uint64_t from = (uint64_t)start;
    uint64_t length = (uint64_t)count;
    if (from > text->len || length > text->len - from) {
        bk_panic("string slice out of range");
    }
    if (!is_boundary(text, from) || !is_boundary(text, from + length)) {
        bk_panic("string slice splits a character");
    }
    if (length == text->len) {
        return text;
    }
    if (length <= MAX_COPIED_SLICE) {
        return bk_string_copy(text->ptr + from, length);
    }
    return make_header(text->ptr + from, length);
}

const BeskidStr *str_from_bytes(BeskidArray *bytes)
{
    return bk_string_checked_copy(bytes->ptr, bytes->len);
}

const BeskidStr *str_from_bytes_lossy(BeskidArray *bytes)
{
    return bk_string_lossy(bytes->ptr, bytes->len);
}

BeskidArray *str_to_bytes(const BeskidStr *text)
{
    return bk_bytes_copy(text->ptr, text->len);
}

const BeskidStr *str_byte_slice(BeskidArray *bytes, int64_t start, int64_t count)
{
    uint64_t from = (uint64_t)start;
    uint64_t length = (uint64_t)count;
    if (from > bytes->len || length > bytes->len - from) {
        bk_panic("byte slice out of range");
    }
    return bk_string_checked_copy(bytes->ptr + from, length);
}
