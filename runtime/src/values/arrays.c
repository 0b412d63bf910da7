/* Arrays: a header whose storage follows in the same cell, with a private word that describes the elements.
 * beskid.codegen emits calls for array literals; the core library for copies and slices. */
#include "values/arrays.h"
#include "heap/allocation.h"
#include "heap/foreign.h"
#include "panic/panic.h"

#include <string.h>

#define MAX_ELEMENTS (UINT64_C(1) << 47)

static const uint64_t first_word[] = {0};
const BeskidTypeDescriptor bk_reference_element = {8, 8, 1, 0, first_word, NULL, 0};
const BeskidTypeDescriptor bk_byte_element = {1, 1, 0, 0, NULL, NULL, 0};

static BeskidArray *make(unsigned kind, uint64_t element, uint64_t size, uint64_t length, const char *message)
{
    uint64_t bytes;
    if (length > MAX_ELEMENTS || __builtin_mul_overflow(size, length, &bytes) ||
        __builtin_add_overflow(bytes, (uint64_t)BESKID_ARRAY_STORAGE_OFFSET, &bytes)) {
        bk_panic(message);
    }
    uint8_t *cell = bk_allocate(kind, bytes);
    BeskidArrayCell *array = (BeskidArrayCell *)(void *)cell;
    array->ptr = cell + BESKID_ARRAY_STORAGE_OFFSET;
    array->len = length;
    array->cap = length;
    array->element = element;
    return (BeskidArray *)(void *)array;
}

BeskidArray *array_new(uint64_t element_size, uint64_t length)
{
    if (element_size > MAX_ELEMENTS) {
        bk_panic("array backing allocation failed");
    }
    return make(BESKID_KIND_RAW, element_size << 1 | 1, element_size, length, "array backing allocation failed");
}

BeskidArray *array_new_typed(const BeskidTypeDescriptor *element, int64_t length)
{
    if (length < 0) {
        bk_panic("array length is negative");
    }
    unsigned kind = element->pointer_count == 0 ? BESKID_KIND_RAW : BESKID_KIND_ARRAY;
    return make(kind, (uint64_t)(uintptr_t)element, element->size, (uint64_t)length, "out of memory");
}

BeskidArray *array_foreign(void *data, uint64_t element_size, int64_t length, int64_t token)
{
    BeskidArrayCell *array = bk_allocate(BESKID_KIND_RAW, sizeof *array);
    array->ptr = data;
    array->len = (uint64_t)length;
    array->cap = (uint64_t)length;
    array->element = element_size << 1 | 1;
    if (!bk_foreign_remember(array, token)) {
        bk_panic("out of memory");
    }
    return (BeskidArray *)(void *)array;
}

BeskidArray *bk_bytes_copy(const void *bytes, uint64_t length)
{
    BeskidArray *array = array_new_typed(&bk_byte_element, (int64_t)length);
    if (length != 0) {
        memcpy(array->ptr, bytes, length);
    }
    return array;
}

int64_t array_len(BeskidArray *array)
{
    if (array == NULL) {
        bk_panic("null array handle");
    }
    return (int64_t)array->len;
}

static uint64_t element_of(const BeskidArray *array)
{
    return ((const BeskidArrayCell *)(const void *)array)->element;
}

static uint64_t element_size(uint64_t element)
{
    return (element & 1) != 0 ? element >> 1 : ((const BeskidTypeDescriptor *)(uintptr_t)element)->size;
}

static bool is_inside(const BeskidArray *array, int64_t start, int64_t count)
{
    return (uint64_t)start <= array->len && (uint64_t)count <= array->len - (uint64_t)start;
}

void array_copy(BeskidArray *target, int64_t target_start, BeskidArray *source, int64_t source_start, int64_t count)
{
    if (!is_inside(target, target_start, count) || !is_inside(source, source_start, count)) {
        bk_panic("array copy out of range");
    }
    uint64_t element = element_of(target);
    uint64_t size = element_size(element);
    if (size != element_size(element_of(source))) {
        bk_panic("array copy between different element sizes");
    }
    if ((element & 1) == 0 && ((const BeskidTypeDescriptor *)(uintptr_t)element)->pointer_count != 0) {
        bk_dirty_cards(target->ptr + (uint64_t)target_start * size, (uint64_t)count * size);
    }
    memmove(target->ptr + (uint64_t)target_start * size, source->ptr + (uint64_t)source_start * size,
            (uint64_t)count * size);
}

BeskidArray *array_slice(BeskidArray *source, int64_t start, int64_t count)
{
    if (!is_inside(source, start, count)) {
        bk_panic("array slice out of range");
    }
    uint64_t element = element_of(source);
    uint64_t size = element_size(element);
    BeskidArray *array = (element & 1) != 0 ? array_new(size, (uint64_t)count)
                                            : array_new_typed((const BeskidTypeDescriptor *)(uintptr_t)element, count);
    memcpy(array->ptr, source->ptr + (uint64_t)start * size, (uint64_t)count * size);
    return array;
}
