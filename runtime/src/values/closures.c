/* Function values: when two of them are the same. `events.c` removes handlers by it.
 * beskid.codegen emits calls for `==` and `===` on values of function type. */
#include "internal.h"

#include <string.h>

/* Bound methods are made anew at each mention, so they are equal when method and receiver are. */
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
