/* What the files of the Linux platform share. */
#ifndef BESKID_LINUX_H
#define BESKID_LINUX_H

#include "platform/platform.h"

/* Whether an address lies in the guard of the stack that generated code runs on. */
bool bk_linux_is_stack_guard(const uint8_t *address);

#endif
