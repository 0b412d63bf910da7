/* Bytes that are collected while a program runs. */
#include "platform/platform.h"

#include <stdlib.h>

bool bk_bytes_reserve(BkBytes *bytes, uint64_t size)
{
    if (bytes->capacity - bytes->size >= size) {
        return true;
    }
    uint64_t capacity = (bytes->size + size) * 2;
    uint8_t *grown = realloc(bytes->bytes, capacity);
    if (grown == NULL) {
        return false;
    }
    bytes->bytes = grown;
    bytes->capacity = capacity;
    return true;
}
