/* Sorting and searching arrays. Heapsort: neither recursion nor memory, and never quadratic. */
#include <stdint.h>
#include <stdlib.h>

typedef int (*Compare)(const void *left, const void *right);
typedef int (*CompareWithData)(const void *left, const void *right, void *data);

void *lfind(const void *key, const void *items, size_t *count, size_t size, Compare compare);

typedef struct Items {
    uint8_t *bytes;
    size_t size;
    CompareWithData compare;
    void *data;
} Items;

static uint8_t *item(const Items *items, size_t index)
{
    return items->bytes + index * items->size;
}

static void swap(const Items *items, size_t left, size_t right)
{
    uint8_t *first = item(items, left);
    uint8_t *second = item(items, right);
    for (size_t index = 0; index < items->size; index++) {
        uint8_t byte = first[index];
        first[index] = second[index];
        second[index] = byte;
    }
}

/* Moves the item at `parent` down until none below it is greater. */
static void sift(const Items *items, size_t parent, size_t count)
{
    for (size_t child; (child = 2 * parent + 1) < count; parent = child) {
        if (child + 1 < count && items->compare(item(items, child), item(items, child + 1), items->data) < 0) {
            child++;
        }
        if (items->compare(item(items, parent), item(items, child), items->data) >= 0) {
            return;
        }
        swap(items, parent, child);
    }
}

void qsort_r(void *bytes, size_t count, size_t size, CompareWithData compare, void *data)
{
    Items items = {bytes, size, compare, data};
    for (size_t index = count / 2; index > 0; index--) {
        sift(&items, index - 1, count);
    }
    for (size_t end = count; end > 1; end--) {
        swap(&items, 0, end - 1);
        sift(&items, 0, end - 1);
    }
}

static int without_data(const void *left, const void *right, void *data)
{
    return (*(Compare *)data)(left, right);
}

void qsort(void *bytes, size_t count, size_t size, Compare compare)
{
    qsort_r(bytes, count, size, without_data, &compare);
}

void *bsearch(const void *key, const void *items, size_t count, size_t size, Compare compare)
{
    const uint8_t *bytes = items;
    for (size_t low = 0, high = count; low < high;) {
        size_t middle = low + (high - low) / 2;
        int order = compare(key, bytes + middle * size);
        if (order == 0) {
            return (void *)(bytes + middle * size);
        }
        if (order < 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return NULL;
}

void *lfind(const void *key, const void *items, size_t *count, size_t size, Compare compare)
{
    const uint8_t *bytes = items;
    for (size_t index = 0; index < *count; index++) {
        if (compare(key, bytes + index * size) == 0) {
            return (void *)(bytes + index * size);
        }
    }
    return NULL;
}
