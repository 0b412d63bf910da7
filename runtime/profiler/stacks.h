/* The compiled functions on a call stack, written to memory that the process shares with its parent, so that nothing is
 * lost however the process ends. */
#ifndef BESKID_STACKS_H
#define BESKID_STACKS_H

#include <stdint.h>

#define VISIBLE __attribute__((visibility("default")))

typedef struct {
    uint64_t address; /* of the instruction; 0 in a function that is not to be shown */
    uint64_t stack;
    uint64_t pointer; /* the frame pointer */
} Frame;

/* Writes a sample with the functions from a frame on. A handler of a signal may call it, but not while it runs. */
void profile_write_sample(Frame frame, uint64_t weight);

#endif
