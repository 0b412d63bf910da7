/* The allocator: free blocks in a list in the order of their addresses, first fit, neighbours joined.
 * The runtime allocates little here, because values of programs are in its own heap. */
#include "platform/wasi/wasi.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Before each block, and its alignment. */
#define HEADER_SIZE 16
#define MAX_SIZE (UINT64_C(1) << 32)
/* Memory is taken from the system in pieces of at least this size. */
#define PIECE (UINT64_C(1) << 16)

typedef struct Block {
    uint64_t size;      /* with the header */
    struct Block *next; /* in the list of free blocks */
} Block;

_Static_assert(sizeof(Block) == HEADER_SIZE, "blocks keep their alignment");

static Block *first_free;

static uint8_t *end_of(Block *block)
{
    return (uint8_t *)block + block->size;
}

static void put_back(Block *block)
{
    Block *before = NULL;
    Block *after = first_free;
    while (after != NULL && after < block) {
        before = after;
        after = after->next;
    }
    block->next = after;
    if (after != NULL && end_of(block) == (uint8_t *)after) {
        block->size += after->size;
        block->next = after->next;
    }
    if (before == NULL) {
        first_free = block;
    } else if (end_of(before) == (uint8_t *)block) {
        before->size += block->size;
        before->next = block->next;
    } else {
        before->next = block;
    }
}

/* Takes a block out of the list, or the start of it. */
static Block *take(Block **place, uint64_t size)
{
    Block *block = *place;
    if (block->size - size < 2 * HEADER_SIZE) {
        *place = block->next;
        return block;
    }
    Block *rest = (Block *)(void *)((uint8_t *)block + size);
    *rest = (Block){block->size - size, block->next};
    *place = rest;
    block->size = size;
    return block;
}

static Block *find(uint64_t size)
{
    for (Block **place = &first_free; *place != NULL; place = &(*place)->next) {
        if ((*place)->size >= size) {
            return take(place, size);
        }
    }
    return NULL;
}

void *malloc(size_t size)
{
    if (size > MAX_SIZE) {
        errno = ENOMEM;
        return NULL;
    }
    uint64_t wanted = ((uint64_t)size + HEADER_SIZE + HEADER_SIZE - 1) / HEADER_SIZE * HEADER_SIZE;
    wanted = wanted < 2 * HEADER_SIZE ? 2 * HEADER_SIZE : wanted;
    Block *block = find(wanted);
    if (block == NULL) {
        uint64_t piece = (wanted + PIECE - 1) / PIECE * PIECE;
        Block *grown = bk_wasi_grow(piece, HEADER_SIZE);
        if (grown == NULL) {
            errno = ENOMEM;
            return NULL;
        }
        grown->size = piece;
        put_back(grown);
        block = find(wanted);
    }
    return block + 1;
}

void free(void *memory)
{
    if (memory != NULL) {
        put_back((Block *)memory - 1);
    }
}

void *calloc(size_t count, size_t size)
{
    uint64_t whole;
    if (__builtin_mul_overflow((uint64_t)count, (uint64_t)size, &whole)) {
        errno = ENOMEM;
        return NULL;
    }
    void *memory = malloc(whole);
    return memory == NULL ? NULL : memset(memory, 0, whole);
}

void *realloc(void *memory, size_t size)
{
    if (memory == NULL) {
        return malloc(size);
    }
    uint64_t held = ((Block *)memory - 1)->size - HEADER_SIZE;
    if (size <= held && size >= held / 2) {
        return memory;
    }
    void *moved = malloc(size);
    if (moved == NULL) {
        return NULL;
    }
    memcpy(moved, memory, size < held ? size : held);
    free(memory);
    return moved;
}
