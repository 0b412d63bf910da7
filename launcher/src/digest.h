/* BLAKE2b (RFC 7693) without a key, in the length that the compiler's cache uses. */
#ifndef BESKID_LAUNCHER_DIGEST_H
#define BESKID_LAUNCHER_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#define DIGEST_BYTES 20
#define DIGEST_LETTERS (2 * DIGEST_BYTES)
#define DIGEST_BLOCK 128

typedef struct Digest {
    uint64_t state[8];
    uint64_t length;
    unsigned char block[DIGEST_BLOCK];
    size_t filled;
} Digest;

void digest_begin(Digest *digest);
void digest_add(Digest *digest, const void *bytes, size_t count);
/* Writes the digest in hexadecimal, with a zero byte at its end. */
void digest_end(Digest *digest, char letters[DIGEST_LETTERS + 1]);

#endif
