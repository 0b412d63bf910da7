/* The start and the end of a module: `_start` is what hosts call. */
#include "platform/platform.h"

#include <stdlib.h>

int main(int argument_count, char **arguments);
void _start(void);

/* The arguments are read by bk_os_begin_executable. */
void _start(void)
{
    exit(main(0, NULL));
}

_Noreturn void exit(int status)
{
    bk_os_exit(status & 0xff);
}

_Noreturn void abort(void)
{
    __builtin_trap();
}
