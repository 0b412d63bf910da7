/* Making arrays. */
#ifndef BESKID_ARRAYS_H
#define BESKID_ARRAYS_H

#include "common.h"
#include "context/context.h"

/* Descriptors of the elements of arrays that the runtime itself makes. */
extern const BeskidTypeDescriptor bk_reference_element;
extern const BeskidTypeDescriptor bk_byte_element;

/* A fresh u8[] with a copy. */
BeskidArray *bk_bytes_copy(const void *bytes, uint64_t length);

/* Stores a reference in an array of references. */
static inline void bk_array_set(BeskidArray *array, uint64_t index, const void *reference)
{
    const void **place = (const void **)(void *)array->ptr + index;
    bk_dirty_cards(place, sizeof *place);
    *place = reference;
}

#endif
