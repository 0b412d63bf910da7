/* Searching bytes: the C libraries of Linux and macOS do it in linear time, with vector instructions. */
#include "platform/platform.h"

#include <string.h>

const uint8_t *bk_os_find(const uint8_t *bytes, uint64_t size, const uint8_t *needle, uint64_t needle_size)
{
    return memmem(bytes, size, needle, needle_size);
}
