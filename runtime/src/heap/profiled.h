/* What a runtime that is built for the heap profile tells the profiler. In every other runtime it is nothing. */
#ifndef BESKID_PROFILED_H
#define BESKID_PROFILED_H

#include "common.h"

#if defined(BESKID_PROFILED) && defined(__linux__) && defined(__x86_64__)

#define BK_PROFILED

/* How many bytes of cells are handed out next, `usual` or fewer. The first cell is for the allocation that goes on. */
uint64_t bk_profiled_run_bytes(unsigned kind, unsigned class, uint64_t usual);
/* That many were handed out. */
void bk_profiled_run(unsigned kind, unsigned class, uint64_t bytes);
/* The cursors are about to be closed. */
void bk_profiled_close(void);
/* A large cell was handed out. */
void bk_profiled_large(uint64_t bytes);
/* By how many bytes the heap grows before the next full collection, `usual` or fewer. */
uint64_t bk_profiled_growth(uint64_t base, uint64_t usual);
/* The marks in use tell what is live, and nothing has been handed out since. */
void bk_profiled_collected(void);

#else

static inline uint64_t bk_profiled_run_bytes(unsigned kind, unsigned class, uint64_t usual)
{
    (void)kind, (void)class;
    return usual;
}

static inline void bk_profiled_run(unsigned kind, unsigned class, uint64_t bytes)
{
    (void)kind, (void)class, (void)bytes;
}

static inline void bk_profiled_close(void)
{
}

static inline void bk_profiled_large(uint64_t bytes)
{
    (void)bytes;
}

static inline uint64_t bk_profiled_growth(uint64_t base, uint64_t usual)
{
    (void)base;
    return usual;
}

static inline void bk_profiled_collected(void)
{
}

#endif

#endif
