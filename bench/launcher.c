/* Runs a command and reports what it took: `launcher REPORT COMMAND ARGUMENTS…` writes nanoseconds, peak resident
 * kibibytes, exit status (128 and the number for a signal) and nanoseconds of user time. A process inherits the peak of
 * the one that starts it, so the start must be small; that is why Python does not do this itself. */
#define _GNU_SOURCE
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

int main(int count, char **words)
{
    if (count < 3) {
        return 2;
    }
    int64_t begin = now();
    pid_t child = fork();
    if (child == 0) {
        execvp(words[2], words + 2);
        _exit(127);
    }
    int state = 0;
    struct rusage usage;
    if (child < 0 || wait4(child, &state, 0, &usage) < 0) {
        return 1;
    }
    int64_t end = now();
    FILE *report = fopen(words[1], "w");
    if (report == NULL) {
        return 1;
    }
    int status = WIFEXITED(state) ? WEXITSTATUS(state) : 128 + WTERMSIG(state);
    int64_t user = usage.ru_utime.tv_sec * INT64_C(1000000000) + usage.ru_utime.tv_usec * INT64_C(1000);
    fprintf(report, "%" PRId64 " %ld %d %" PRId64 "\n", end - begin, usage.ru_maxrss, status, user);
    return fclose(report) == 0 ? 0 : 1;
}
