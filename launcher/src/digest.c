/* BLAKE2b as RFC 7693 defines it; lengths stay below 2^64 bytes. */
#include "digest.h"

#include <string.h>

#define ROUNDS 12

static const uint64_t INITIAL[8] = {
    0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
    0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
};

static const unsigned char ORDER[10][16] = {
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
    {11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4}, {7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8},
    {9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13}, {2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9},
    {12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11}, {13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10},
    {6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5}, {10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0},
};

static uint64_t rotated(uint64_t word, unsigned count)
{
    return word >> count | word << (64 - count);
}

static void mix(uint64_t *v, unsigned a, unsigned b, unsigned c, unsigned d, uint64_t x, uint64_t y)
{
    v[a] += v[b] + x;
    v[d] = rotated(v[d] ^ v[a], 32);
    v[c] += v[d];
    v[b] = rotated(v[b] ^ v[c], 24);
    v[a] += v[b] + y;
    v[d] = rotated(v[d] ^ v[a], 16);
    v[c] += v[d];
    v[b] = rotated(v[b] ^ v[c], 63);
}

static uint64_t word_at(const unsigned char *bytes)
{
    uint64_t word = 0;
    for (unsigned i = 8; i-- > 0;) {
        word = word << 8 | bytes[i];
    }
    return word;
}

static void compress(Digest *digest, const unsigned char *block, uint64_t is_last)
{
    uint64_t words[16];
    uint64_t v[16];
    for (unsigned i = 0; i < 16; i++) {
        words[i] = word_at(block + 8 * i);
        v[i] = i < 8 ? digest->state[i] : INITIAL[i - 8];
    }
    v[12] ^= digest->length;
    v[14] ^= is_last;
    for (unsigned round = 0; round < ROUNDS; round++) {
        const unsigned char *order = ORDER[round % 10];
        for (unsigned i = 0; i < 4; i++) {
            mix(v, i, 4 + i, 8 + i, 12 + i, words[order[2 * i]], words[order[2 * i + 1]]);
        }
        for (unsigned i = 0; i < 4; i++) {
            mix(v, i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4, words[order[8 + 2 * i]],
                words[order[9 + 2 * i]]);
        }
    }
    for (unsigned i = 0; i < 8; i++) {
        digest->state[i] ^= v[i] ^ v[8 + i];
    }
}

void digest_begin(Digest *digest)
{
    memcpy(digest->state, INITIAL, sizeof INITIAL);
    digest->state[0] ^= 0x01010000 ^ DIGEST_BYTES;
    digest->length = 0;
    digest->filled = 0;
}

void digest_add(Digest *digest, const void *bytes, size_t count)
{
    const unsigned char *from = bytes;
    while (count > 0) {
        /* The last block is compressed by `digest_end` alone, so a full one waits for the next byte. */
        if (digest->filled == DIGEST_BLOCK) {
            digest->length += DIGEST_BLOCK;
            compress(digest, digest->block, 0);
            digest->filled = 0;
        }
        size_t free = DIGEST_BLOCK - digest->filled;
        size_t taken = count < free ? count : free;
        memcpy(digest->block + digest->filled, from, taken);
        digest->filled += taken;
        from += taken;
        count -= taken;
    }
}

void digest_end(Digest *digest, char letters[DIGEST_LETTERS + 1])
{
    digest->length += digest->filled;
    memset(digest->block + digest->filled, 0, DIGEST_BLOCK - digest->filled);
    compress(digest, digest->block, UINT64_MAX);
    for (unsigned i = 0; i < DIGEST_BYTES; i++) {
        unsigned byte = (unsigned)(digest->state[i / 8] >> (8 * (i % 8))) & 0xff;
        letters[2 * i] = "0123456789abcdef"[byte >> 4];
        letters[2 * i + 1] = "0123456789abcdef"[byte & 15];
    }
    letters[DIGEST_LETTERS] = 0;
}
