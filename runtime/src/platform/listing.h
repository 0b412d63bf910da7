/* The names in a directory while bk_os_list reads it. */
#ifndef BESKID_LISTING_H
#define BESKID_LISTING_H

#include "common.h"

/* The names that were added, each with a terminating zero. Begins zeroed. */
typedef struct BkListing {
    char *bytes;
    uint64_t size;
    uint64_t capacity;
    uint64_t count;
} BkListing;

/* Adds a name, other than those of the directory itself and its parent. Returns 0 or ENOMEM. */
int bk_listing_add(BkListing *listing, const char *name, uint64_t size);
/* Frees the listing and returns what bk_os_list does. `*error` is 0 or why the directory could not be read. */
char **bk_listing_end(BkListing *listing, uint64_t *count, int *error);

#endif
