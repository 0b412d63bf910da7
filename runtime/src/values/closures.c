/* Equality of function values; `events.c` finds the handlers to remove by it.
 * beskid.codegen emits calls for `==` and `===` on values of function type. */
#include "common.h"

#include <string.h>

/* Each mention of a bound method makes a new value, so two are equal when method and receiver are. */
int64_t closure_eq(void *left, void *right)
{
    if (left == right) {
        return 1;
    }
    if (left == NULL || right == NULL) {
        return 0;
    }
    const BeskidTypeDescriptor *const *left_words = left;
    const BeskidTypeDescriptor *const *right_words = right;
    const BeskidTypeDescriptor *descriptor = left_words[0];
    return descriptor != NULL && descriptor == right_words[0] &&
           (descriptor->flags & BESKID_DESCRIPTOR_FLAG_BOUND_METHOD) != 0 &&
           memcmp(left_words + 1, right_words + 1, descriptor->size - sizeof *left_words) == 0;
}
