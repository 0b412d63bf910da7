/* The collector's policy. */
#ifndef BESKID_COLLECTOR_H
#define BESKID_COLLECTOR_H

#include "common.h"

/* Maps the shadow region and the heap, once. Without memory the process ends with a message. */
void bk_collector_initialize(void);
/* A complete full collection in one stop. Returns the live bytes. */
uint64_t bk_collector_run(void);
/* Called when allocated_since_gc has reached `due`, always in stress mode, and before a large cell of so many bytes. */
void bk_collector_step(uint64_t bytes);
/* Switches collections off, until bk_collector_enable. */
void bk_collector_disable(void);
void bk_collector_enable(void);
/* Bytes in live cells and in cells handed out since the last collection. */
uint64_t bk_collector_bytes(void);

#endif
