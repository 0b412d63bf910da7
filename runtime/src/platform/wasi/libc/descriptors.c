/* Functions of POSIX that programs call on descriptors. */
#include "platform/platform.h"

#include <errno.h>

int64_t write(int descriptor, const void *bytes, uint64_t size);
int64_t read(int descriptor, void *bytes, uint64_t size);
int getpid(void);

static int64_t result_of(int64_t count)
{
    if (count < 0) {
        errno = (int)-count;
        return -1;
    }
    return count;
}

int64_t write(int descriptor, const void *bytes, uint64_t size)
{
    return result_of(bk_os_write(descriptor, bytes, size));
}

int64_t read(int descriptor, void *bytes, uint64_t size)
{
    return result_of(bk_os_read(descriptor, bytes, size));
}

int getpid(void)
{
    return (int)bk_os_pid();
}
