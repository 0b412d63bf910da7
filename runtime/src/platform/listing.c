/* The names in a directory, in the one block of memory that bk_os_list returns. */
#include "platform/listing.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool is_itself_or_parent(const char *name, uint64_t size)
{
    return (size == 1 && name[0] == '.') || (size == 2 && name[0] == '.' && name[1] == '.');
}

int bk_listing_add(BkListing *listing, const char *name, uint64_t size)
{
    if (is_itself_or_parent(name, size)) {
        return 0;
    }
    if (listing->capacity - listing->size <= size) {
        uint64_t capacity = (listing->size + size + 1) * 2;
        char *grown = realloc(listing->bytes, capacity);
        if (grown == NULL) {
            return ENOMEM;
        }
        listing->bytes = grown;
        listing->capacity = capacity;
    }
    memcpy(listing->bytes + listing->size, name, size);
    listing->size += size;
    listing->bytes[listing->size++] = '\0';
    listing->count++;
    return 0;
}

/* Pointers to the names, followed by the names themselves. */
static char **pack(const BkListing *listing)
{
    uint64_t pointers = (listing->count + 1) * sizeof(char *);
    char **result = malloc(pointers + listing->size);
    if (result == NULL) {
        return NULL;
    }
    char *name = (char *)result + pointers;
    if (listing->size != 0) {
        memcpy(name, listing->bytes, listing->size);
    }
    for (uint64_t index = 0; index < listing->count; index++) {
        result[index] = name;
        name += strlen(name) + 1;
    }
    result[listing->count] = NULL;
    return result;
}

char **bk_listing_end(BkListing *listing, uint64_t *count, int *error)
{
    char **result = *error == 0 ? pack(listing) : NULL;
    if (*error == 0 && result == NULL) {
        *error = ENOMEM;
    }
    *count = listing->count;
    free(listing->bytes);
    return result;
}
