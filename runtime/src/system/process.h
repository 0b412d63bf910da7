/* The arguments of the program that runs. */
#ifndef BESKID_PROCESS_H
#define BESKID_PROCESS_H

#include "common.h"

/* A program's arguments, its name first. */
typedef struct BkArguments {
    int64_t count;
    char **values;
} BkArguments;

/* Sets the arguments that process_args returns, and returns the former ones. */
BkArguments bk_arguments_replace(BkArguments arguments);

#endif
