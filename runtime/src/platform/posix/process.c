/* The process on POSIX systems: start, end, clocks, random bits, environment. */
#include "platform/posix/posix.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

bool bk_os_begin_executable(int64_t *argument_count, char ***arguments)
{
    (void)argument_count;
    (void)arguments;
    /* The next file that is opened would take the number of a closed descriptor. The null device in the wrong direction
     * takes it instead, so that output is an error and not lost. */
    for (int descriptor = 0; descriptor <= 2; descriptor++) {
        int direction = descriptor == 0 ? O_WRONLY : O_RDONLY;
        if (fcntl(descriptor, F_GETFD) == -1 && errno == EBADF && open("/dev/null", direction) != descriptor) {
            return false;
        }
    }
    return true;
}

void (*bk_posix_end_key_mode)(void);

void bk_posix_leave_terminal(void)
{
    if (BK_UNLIKELY(bk_posix_end_key_mode != NULL)) {
        bk_posix_end_key_mode();
    }
}

_Noreturn void bk_os_exit(int status)
{
    bk_posix_leave_terminal();
    _exit(status);
}

int64_t bk_os_pid(void)
{
    return getpid();
}

int64_t bk_os_clock(bool monotonic)
{
    struct timespec now;
    clock_gettime(monotonic ? CLOCK_MONOTONIC : CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * BK_SECOND + now.tv_nsec;
}

int64_t bk_os_processor_time(void)
{
    struct timespec used;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return (int64_t)used.tv_sec * BK_SECOND + used.tv_nsec;
}

void bk_os_sleep(int64_t milliseconds)
{
    /* nanosleep rounds the time left up at each signal; a deadline does not accumulate that. */
    int64_t deadline = bk_deadline(milliseconds > 0 ? milliseconds : 0);
    for (;;) {
        int64_t left = deadline - bk_os_clock(true);
        if (left <= 0) {
            return;
        }
        struct timespec rest = {left / BK_SECOND, left % BK_SECOND};
        if (nanosleep(&rest, NULL) != 0 && errno != EINTR) {
            return;
        }
    }
}

int64_t bk_os_random(void)
{
    int64_t bits;
    if (getentropy(&bits, sizeof bits) != 0) {
        bits = (int64_t)((uint64_t)bk_os_clock(false) * UINT64_C(6364136223846793005) + (uint64_t)getpid());
    }
    return bits;
}

char *bk_os_getenv(const char *name)
{
    const char *value = getenv(name);
    return value == NULL ? NULL : strdup(value);
}

int bk_os_setenv(const char *name, const char *value)
{
    return setenv(name, value, 1) == 0 ? 0 : errno;
}

char *bk_os_getcwd(void)
{
    char path[BK_PATH_MAX];
    return getcwd(path, sizeof path) == NULL ? NULL : strdup(path);
}
