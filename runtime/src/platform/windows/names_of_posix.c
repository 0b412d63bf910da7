/* Functions that the core library calls by names that the C library of Windows does not have. */
#include <errno.h>
#include <stddef.h>
#include <string.h>

int *__errno_location(void);
void bcopy(const void *from, void *to, size_t size);

int *__errno_location(void)
{
    return _errno();
}

void bcopy(const void *from, void *to, size_t size)
{
    memmove(to, from, size);
}
