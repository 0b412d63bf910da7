/* Unpacking of deflated bytes (RFC 1951), for the message of a shared runtime that refuses a program. It reads one bit
 * at a time: the texts are short, and the process ends after the message. */
#include "entry/inflate.h"

#ifndef BESKID_HIDDEN

#include <string.h>

#define MAX_CODE_BITS 15
#define MAX_LITERALS 288
#define MAX_DISTANCES 30
#define LENGTH_CODES 29
#define END_OF_BLOCK 256

typedef struct Stream {
    const uint8_t *packed;
    uint64_t bits; /* how many there are */
    uint64_t next; /* the bit to read next */
    uint8_t *text;
    uint64_t capacity;
    uint64_t length;
    bool damaged;
} Stream;

/* A prefix code: how many codes have each length, and the symbols in the order of their codes. */
typedef struct Code {
    uint16_t counts[MAX_CODE_BITS + 1];
    uint16_t symbols[MAX_LITERALS];
} Code;

/* Bits beyond the end are 0. */
static uint32_t read_bits(Stream *stream, unsigned count)
{
    uint32_t value = 0;
    for (unsigned index = 0; index < count; index++, stream->next++) {
        if (stream->next >= stream->bits) {
            stream->damaged = true;
            return 0;
        }
        value |= (uint32_t)(stream->packed[stream->next / 8] >> stream->next % 8 & 1) << index;
    }
    return value;
}

/* Returns whether no code is the prefix of another; some bits may belong to no code. */
static bool make_code(Code *code, const uint8_t *lengths, unsigned count)
{
    memset(code, 0, sizeof *code);
    for (unsigned symbol = 0; symbol < count; symbol++) {
        code->counts[lengths[symbol]]++;
    }
    code->counts[0] = 0;
    int32_t free_codes = 1;
    uint16_t starts[MAX_CODE_BITS + 1] = {0};
    for (unsigned length = 1; length <= MAX_CODE_BITS; length++) {
        free_codes = free_codes * 2 - code->counts[length];
        if (free_codes < 0) {
            return false;
        }
        starts[length] = (uint16_t)(starts[length - 1] + code->counts[length - 1]);
    }
    for (unsigned symbol = 0; symbol < count; symbol++) {
        if (lengths[symbol] != 0) {
            code->symbols[starts[lengths[symbol]]++] = (uint16_t)symbol;
        }
    }
    return true;
}

static uint32_t read_symbol(Stream *stream, const Code *code)
{
    uint32_t value = 0;
    uint32_t first = 0; /* the first code of this length */
    uint32_t index = 0; /* its place among all symbols */
    for (unsigned length = 1; length <= MAX_CODE_BITS; length++) {
        value = value << 1 | read_bits(stream, 1);
        uint32_t count = code->counts[length];
        if (value < first + count) {
            return code->symbols[index + value - first];
        }
        index += count;
        first = (first + count) << 1;
    }
    stream->damaged = true;
    return END_OF_BLOCK;
}

static void put_byte(Stream *stream, uint8_t byte)
{
    if (stream->length == stream->capacity) {
        stream->damaged = true;
        return;
    }
    stream->text[stream->length++] = byte;
}

static void copy_stored(Stream *stream)
{
    stream->next = (stream->next + 7) & ~UINT64_C(7);
    uint32_t size = read_bits(stream, 16);
    if (size != (read_bits(stream, 16) ^ 0xFFFF)) {
        stream->damaged = true;
    }
    for (; size > 0 && !stream->damaged; size--) {
        put_byte(stream, (uint8_t)read_bits(stream, 8));
    }
}

static void copy_earlier(Stream *stream, uint32_t length_code, const Code *distances)
{
    /* The lengths of a code begin after those of the code before; the last code has one length alone. */
    static const uint8_t length_bits[LENGTH_CODES] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2,
                                                      2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
    if (length_code >= LENGTH_CODES) {
        stream->damaged = true;
        return;
    }
    uint32_t length = 3;
    for (uint32_t code = 0; code < length_code; code++) {
        length += UINT32_C(1) << length_bits[code];
    }
    length = length_code == LENGTH_CODES - 1 ? 258 : length + read_bits(stream, length_bits[length_code]);
    uint32_t distance_code = read_symbol(stream, distances);
    if (distance_code >= MAX_DISTANCES) {
        stream->damaged = true;
        return;
    }
    unsigned extra = distance_code < 2 ? 0 : distance_code / 2 - 1;
    uint32_t base = distance_code < 2 ? distance_code : (2 + distance_code % 2) << extra;
    uint32_t distance = 1 + base + read_bits(stream, extra);
    if (distance > stream->length) {
        stream->damaged = true;
    }
    for (; length > 0 && !stream->damaged; length--) {
        put_byte(stream, stream->text[stream->length - distance]);
    }
}

static void read_block(Stream *stream, const Code *literals, const Code *distances)
{
    while (!stream->damaged) {
        uint32_t symbol = read_symbol(stream, literals);
        if (symbol == END_OF_BLOCK) {
            return;
        }
        if (symbol < END_OF_BLOCK) {
            put_byte(stream, (uint8_t)symbol);
        } else {
            copy_earlier(stream, symbol - END_OF_BLOCK - 1, distances);
        }
    }
}

static void set_fixed_lengths(uint8_t *lengths)
{
    memset(lengths, 8, 144);
    memset(lengths + 144, 9, 256 - 144);
    memset(lengths + 256, 7, 280 - 256);
    memset(lengths + 280, 8, MAX_LITERALS - 280);
    memset(lengths + MAX_LITERALS, 5, MAX_DISTANCES);
}

/* Reads the lengths of both codes, which are packed with a code of their own. */
static bool read_lengths(Stream *stream, uint8_t *lengths, unsigned literals, unsigned distances)
{
    static const uint8_t order[] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
    uint8_t own[sizeof order] = {0};
    unsigned count = read_bits(stream, 4) + 4;
    for (unsigned index = 0; index < count; index++) {
        own[order[index]] = (uint8_t)read_bits(stream, 3);
    }
    Code code;
    if (!make_code(&code, own, sizeof order)) {
        return false;
    }
    for (unsigned index = 0; index < literals + distances;) {
        uint32_t symbol = read_symbol(stream, &code);
        if (stream->damaged || (symbol == 16 && index == 0)) {
            return false;
        }
        if (symbol < 16) {
            lengths[index++] = (uint8_t)symbol;
            continue;
        }
        uint8_t repeated = symbol == 16 ? lengths[index - 1] : 0;
        unsigned times = symbol == 16 ? 3 + read_bits(stream, 2)
                                      : (symbol == 17 ? 3 + read_bits(stream, 3) : 11 + read_bits(stream, 7));
        if (index + times > literals + distances) {
            return false;
        }
        memset(lengths + index, repeated, times);
        index += times;
    }
    return true;
}

static void read_packed(Stream *stream, bool is_fixed)
{
    uint8_t lengths[MAX_LITERALS + 2 + MAX_DISTANCES + 2];
    unsigned literals = MAX_LITERALS;
    unsigned distances = MAX_DISTANCES;
    if (is_fixed) {
        set_fixed_lengths(lengths);
    } else {
        literals = read_bits(stream, 5) + 257;
        distances = read_bits(stream, 5) + 1;
        if (literals > MAX_LITERALS || !read_lengths(stream, lengths, literals, distances)) {
            stream->damaged = true;
            return;
        }
    }
    Code literal_code;
    Code distance_code;
    if (!make_code(&literal_code, lengths, literals) || !make_code(&distance_code, lengths + literals, distances)) {
        stream->damaged = true;
        return;
    }
    read_block(stream, &literal_code, &distance_code);
}

uint64_t bk_inflate(const uint8_t *packed, uint64_t size, uint8_t *text, uint64_t capacity)
{
    Stream stream = {packed, size * 8, 0, text, capacity, 0, false};
    bool is_last = false;
    while (!is_last && !stream.damaged) {
        is_last = read_bits(&stream, 1) == 1;
        uint32_t type = read_bits(&stream, 2);
        if (type == 0) {
            copy_stored(&stream);
        } else if (type < 3) {
            read_packed(&stream, type == 1);
        } else {
            stream.damaged = true;
        }
    }
    return stream.damaged ? 0 : stream.length;
}

#endif
