/* Queries on strings and simple rewriting: comparison, search, decoding, quoting, case.
 * beskid.codegen emits calls for `==` and iteration; the core library for the rest. */
#include "panic/panic.h"
#include "platform/platform.h"
#include "text/utf8.h"
#include "values/strings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline uint64_t word_at(const uint8_t *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return word;
}

static inline uint32_t half_word_at(const uint8_t *bytes)
{
    uint32_t word;
    memcpy(&word, bytes, sizeof word);
    return word;
}

/* Loads that overlap, since for a short text the call of memcmp costs more than the comparison. */
int64_t str_eq(const BeskidStr *left, const BeskidStr *right)
{
    uint64_t length = left->len;
    if (length != right->len) {
        return 0;
    }
    const uint8_t *one = left->ptr;
    const uint8_t *other = right->ptr;
    if (length > 16) {
        return memcmp(one, other, length) == 0;
    }
    if (length >= 8) {
        return ((word_at(one) ^ word_at(other)) | (word_at(one + length - 8) ^ word_at(other + length - 8))) == 0;
    }
    if (length >= 4) {
        return ((half_word_at(one) ^ half_word_at(other)) |
                (half_word_at(one + length - 4) ^ half_word_at(other + length - 4))) == 0;
    }
    return length == 0 ||
           (one[0] == other[0] && one[length / 2] == other[length / 2] && one[length - 1] == other[length - 1]);
}

static int64_t compare(const uint8_t *left, uint64_t left_length, const uint8_t *right, uint64_t right_length)
{
    uint64_t shared = left_length < right_length ? left_length : right_length;
    int order = shared == 0 ? 0 : memcmp(left, right, shared);
    if (order != 0) {
        return order < 0 ? -1 : 1;
    }
    return (left_length > right_length) - (left_length < right_length);
}

int64_t str_compare(const BeskidStr *left, const BeskidStr *right)
{
    return compare(left->ptr, left->len, right->ptr, right->len);
}

int64_t bytes_compare(BeskidArray *left, BeskidArray *right)
{
    return compare(left->ptr, left->len, right->ptr, right->len);
}

/* The word of the last 1 to 7 bytes, padded with zeros. The loads overlap, since a copy of a variable number of bytes
 * is a call that costs as much as the rest of the hash of a short text. */
static inline uint64_t last_word(const uint8_t *bytes, uint64_t count)
{
    if (count >= 4) {
        return half_word_at(bytes) | (uint64_t)half_word_at(bytes + count - 4) << (count - 4) * 8;
    }
    uint64_t word = bytes[0];
    if (count >= 2) {
        word |= (uint64_t)bytes[1] << 8 | (uint64_t)bytes[count - 1] << (count - 1) * 8;
    }
    return word;
}

/* Starts with the length and takes eight bytes at a time, the last ones padded with zeros. */
int64_t str_hash(const BeskidStr *text)
{
    uint64_t hash = text->len;
    for (uint64_t index = 0; index < text->len; index += 8) {
        uint64_t left = text->len - index;
        uint64_t word = left < 8 ? last_word(text->ptr + index, left) : word_at(text->ptr + index);
        hash = (hash ^ word) * UINT64_C(0x9E3779B97F4A7C15);
        hash ^= hash >> 32;
    }
    return (int64_t)hash;
}

/* Two secrets of the process; the second one is odd once they are drawn. */
static uint64_t hash_secrets[2];

/* The next number of SplitMix64. */
static uint64_t scrambled(uint64_t *state)
{
    uint64_t bits = *state += UINT64_C(0x9E3779B97F4A7C15);
    bits = (bits ^ bits >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    bits = (bits ^ bits >> 27) * UINT64_C(0x94D049BB133111EB);
    return bits ^ bits >> 31;
}

static void draw_secrets(void)
{
    uint64_t first = (uint64_t)bk_os_random();
    uint64_t second = (uint64_t)bk_os_random();
    char *setting = bk_os_getenv("BESKID_HASH_SEED");
    if (setting != NULL && *setting != '\0') {
        char *end = NULL;
        uint64_t state = strtoull(setting, &end, 10);
        if (*setting >= '0' && *setting <= '9' && *end == '\0') {
            first = scrambled(&state);
            second = scrambled(&state);
        } else {
            fprintf(stderr, "beskid runtime: BESKID_HASH_SEED=%s is ignored: expected a whole number\n", setting);
        }
    }
    free(setting);
    hash_secrets[0] = first;
    hash_secrets[1] = second | 1;
}

/* Each word is multiplied by a secret, and both halves of the product count, so that no difference between two texts
 * has a known effect on their hashes. */
int64_t str_hash_seeded(const BeskidStr *text)
{
    __extension__ typedef unsigned __int128 Product;
    if (BK_UNLIKELY(hash_secrets[1] == 0)) {
        draw_secrets();
    }
    uint64_t secret = hash_secrets[1];
    uint64_t hash = hash_secrets[0] ^ text->len;
    uint64_t index = 0;
    for (; index + 8 <= text->len; index += 8) {
        uint64_t word = word_at(text->ptr + index);
        Product product = (Product)(hash ^ word) * secret;
        hash = (uint64_t)product ^ (uint64_t)(product >> 64);
    }
    if (index < text->len) {
        uint64_t word = last_word(text->ptr + index, text->len - index);
        Product product = (Product)(hash ^ word) * secret;
        hash = (uint64_t)product ^ (uint64_t)(product >> 64);
    }
    return (int64_t)hash;
}

int64_t str_find(const BeskidStr *text, const BeskidStr *needle, int64_t from)
{
    uint64_t start = from < 0 ? 0 : (uint64_t)from;
    if (start > text->len) {
        return -1;
    }
    const uint8_t *found = bk_os_find(text->ptr + start, text->len - start, needle->ptr, needle->len);
    return found == NULL ? -1 : found - text->ptr;
}

int64_t str_find_last(const BeskidStr *text, const BeskidStr *needle)
{
    if (needle->len > text->len) {
        return -1;
    }
    for (uint64_t index = text->len - needle->len + 1; index > 0; index--) {
        if (memcmp(text->ptr + index - 1, needle->ptr, needle->len) == 0) {
            return (int64_t)(index - 1);
        }
    }
    return -1;
}

int64_t str_char_count(const BeskidStr *text)
{
    int64_t count = 0;
    for (uint64_t index = 0; index < text->len; index++) {
        count += !bk_utf8_is_continuation(text->ptr[index]);
    }
    return count;
}

int64_t str_is_utf8(BeskidArray *bytes)
{
    return bk_utf8_is_valid(bytes->ptr, bytes->len);
}

int64_t str_decode(const BeskidStr *text, int64_t offset)
{
    if ((uint64_t)offset >= text->len) {
        panic_index(offset, (int64_t)text->len);
    }
    const uint8_t *bytes = text->ptr + offset;
    uint8_t lead = bytes[0];
    if (lead < 0x80) {
        return INT64_C(1) << 32 | lead;
    }
    if (bk_utf8_is_continuation(lead)) {
        bk_panic("string slice splits a character");
    }
    unsigned width = bk_utf8_width(lead);
    uint32_t scalar = lead & (0x7Fu >> width);
    for (unsigned index = 1; index < width; index++) {
        scalar = scalar << 6 | (bytes[index] & 0x3Fu);
    }
    return (int64_t)width << 32 | scalar;
}

/* Writes the escape of a byte in printed forms. Returns its length, 0 for none. The target has room for 6 bytes. */
static unsigned escape(uint8_t byte, char *target)
{
    static const char named[] = "\"\"\\\\\nn\rr\tt";
    static const char digits[] = "0123456789abcdef";
    target[0] = '\\';
    for (unsigned index = 0; named[index] != '\0'; index += 2) {
        if ((uint8_t)named[index] == byte) {
            target[1] = named[index + 1];
            return 2;
        }
    }
    if (byte == 0) {
        target[1] = '0';
        return 2;
    }
    if (byte >= 0x20 && byte != 0x7F) {
        return 0;
    }
    unsigned size = 1;
    target[size++] = 'u';
    target[size++] = '{';
    if (byte >= 16) {
        target[size++] = digits[byte >> 4];
    }
    target[size++] = digits[byte & 15];
    target[size++] = '}';
    return size;
}

const BeskidStr *str_quote(const BeskidStr *text)
{
    char escaped[8];
    uint64_t length = 2;
    for (uint64_t index = 0; index < text->len; index++) {
        unsigned size = escape(text->ptr[index], escaped);
        length += size == 0 ? 1 : size;
    }
    BeskidStr *string = bk_string_make(length);
    uint8_t *target = bk_string_writable(string);
    *target++ = '"';
    for (uint64_t index = 0; index < text->len; index++) {
        unsigned size = escape(text->ptr[index], escaped);
        if (size == 0) {
            *target++ = text->ptr[index];
            continue;
        }
        memcpy(target, escaped, size);
        target += size;
    }
    *target = '"';
    return string;
}

static const BeskidStr *change_case(const BeskidStr *text, uint8_t first, uint8_t last)
{
    BeskidStr *string = bk_string_make(text->len);
    uint8_t *target = bk_string_writable(string);
    for (uint64_t index = 0; index < text->len; index++) {
        uint8_t byte = text->ptr[index];
        target[index] = byte >= first && byte <= last ? byte ^ 0x20 : byte;
    }
    return string;
}

const BeskidStr *str_lower(const BeskidStr *text)
{
    return change_case(text, 'A', 'Z');
}

const BeskidStr *str_upper(const BeskidStr *text)
{
    return change_case(text, 'a', 'z');
}
