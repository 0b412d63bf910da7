/* Whether this runtime has the rows of the contract that a program relies on. */
#ifndef BESKID_ROW_CHECK_H
#define BESKID_ROW_CHECK_H

#include "common.h"

/* Whether this runtime has every row in the notes of the program's file; prints why not. The builder has compared them
 * when runtime and program are one file, and the engine when the program is in no file. */
#ifdef BESKID_HIDDEN
static inline bool bk_rows_check(const BeskidProgram *program)
{
    (void)program;
    return true;
}
#else
bool bk_rows_check(const BeskidProgram *program);
#endif

#endif
