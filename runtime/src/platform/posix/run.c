/* Running another program on POSIX systems: its input and output move at once, so that neither side waits forever. */
#include "platform/posix/posix.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PART_SIZE 65536
/* The longest pause between two looks at a process that has a time limit. */
#define MAX_PAUSE (10 * BK_MILLISECOND)

#ifdef __APPLE__
#include <crt_externs.h>
#define environ (*_NSGetEnviron())
#else
extern char **environ;
#endif

/* The ends of the pipes: those of this process, then those of the program; -1 for none. */
typedef struct Pipes {
    int own[3];
    int theirs[3];
} Pipes;

static void close_end(int *descriptor)
{
    if (*descriptor >= 0) {
        close(*descriptor);
        *descriptor = -1;
    }
}

static void close_all(Pipes *pipes)
{
    for (int stream = 0; stream < 3; stream++) {
        close_end(&pipes->own[stream]);
        close_end(&pipes->theirs[stream]);
    }
}

/* A pipe whose ends no program inherits by itself, and that does not occupy a standard descriptor. */
static int make_pipe(int ends[2])
{
    int raw[2];
    if (pipe(raw) != 0) {
        return errno;
    }
    for (int end = 0; end < 2; end++) {
        ends[end] = fcntl(raw[end], F_DUPFD_CLOEXEC, 3);
    }
    int error = ends[0] < 0 || ends[1] < 0 ? errno : 0;
    close(raw[0]);
    close(raw[1]);
    if (error != 0) {
        close_end(&ends[0]);
        close_end(&ends[1]);
    }
    return error;
}

static int make_pipes(const BkRun *run, Pipes *pipes)
{
    for (int stream = 0; stream < 3; stream++) {
        pipes->own[stream] = -1;
        pipes->theirs[stream] = -1;
    }
    for (int stream = 0; stream < 3; stream++) {
        bool is_joined = stream == 2 && (run->streams & BK_RUN_JOINED) != 0;
        if ((run->streams & (1U << stream)) != 0 || is_joined) {
            continue;
        }
        int ends[2];
        int error = make_pipe(ends);
        if (error != 0) {
            return error;
        }
        int own = stream == 0 ? 1 : 0;
        pipes->own[stream] = ends[own];
        pipes->theirs[stream] = ends[1 - own];
        if (fcntl(ends[own], F_SETFL, O_NONBLOCK) != 0) {
            return errno;
        }
    }
    return 0;
}

/* Lets all signals have their default action in the program: handlers of this process must not run there, and it
 * ignores signals that programs expect. */
static void reset_signals(void)
{
    struct sigaction standard;
    memset(&standard, 0, sizeof standard);
    standard.sa_handler = SIG_DFL;
    for (int number = 1; number < NSIG; number++) {
        struct sigaction now;
        bool is_ignored = sigaction(number, NULL, &now) == 0 && now.sa_handler == SIG_IGN;
        if (!is_ignored || number == SIGPIPE || number == SIGXFSZ) {
            sigaction(number, &standard, NULL);
        }
    }
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Becomes the program, in the process that fork made. Returns an error number. Everything here is safe after a fork of
 * a process with other threads. */
static int become(const BkRun *run, const Pipes *pipes, char **variables)
{
    reset_signals();
    for (int stream = 0; stream < 3; stream++) {
        if (pipes->theirs[stream] >= 0 && dup2(pipes->theirs[stream], stream) < 0) {
            return errno;
        }
    }
    if ((run->streams & BK_RUN_JOINED) != 0 && dup2(1, 2) < 0) {
        return errno;
    }
    if (run->folder != NULL && chdir(run->folder) != 0) {
        return errno;
    }
    environ = variables;
    execvp(run->arguments[0], run->arguments);
    return errno;
}

/* Waits until the new process is the program, or says why it could not become it. */
static int read_report(int report, pid_t process)
{
    int error = 0;
    ssize_t count;
    do {
        count = read(report, &error, sizeof error);
    } while (count < 0 && errno == EINTR);
    if (count != (ssize_t)sizeof error) {
        return 0;
    }
    while (waitpid(process, NULL, 0) < 0 && errno == EINTR) {
    }
    return error;
}

static bool has_name_of(char *const *variables, const char *variable)
{
    const char *end = strchr(variable, '=');
    size_t size = end != NULL ? (size_t)(end - variable) + 1 : strlen(variable);
    for (char *const *other = variables; *other != NULL; other++) {
        if (strncmp(*other, variable, size) == 0) {
            return true;
        }
    }
    return false;
}

/* The variables of the program, in memory of malloc; null when there is no memory. */
static char **variables_of(const BkRun *run)
{
    size_t count = 1;
    for (char **variable = environ; run->inherits && variable != NULL && *variable != NULL; variable++) {
        count++;
    }
    for (char **variable = run->environment; *variable != NULL; variable++) {
        count++;
    }
    char **variables = malloc(count * sizeof *variables);
    if (variables == NULL) {
        return NULL;
    }
    size_t used = 0;
    for (char **variable = environ; run->inherits && variable != NULL && *variable != NULL; variable++) {
        if (!has_name_of(run->environment, *variable)) {
            variables[used++] = *variable;
        }
    }
    /* The system passes on both of two variables with one name, and most programs read the first. */
    for (char **variable = run->environment; *variable != NULL; variable++) {
        if (!has_name_of(variable + 1, *variable)) {
            variables[used++] = *variable;
        }
    }
    variables[used] = NULL;
    return variables;
}

static int start(const BkRun *run, const Pipes *pipes, pid_t *process)
{
    int report[2];
    char **variables = variables_of(run);
    int error = variables == NULL ? ENOMEM : make_pipe(report);
    if (error != 0) {
        free(variables);
        return error;
    }
    /* A handler of this process would write its output a second time in the new one. */
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &before);
    *process = fork();
    if (*process == 0) {
        error = become(run, pipes, variables);
        bk_os_write(report[1], &error, sizeof error);
        _exit(127);
    }
    error = *process < 0 ? errno : 0;
    sigprocmask(SIG_SETMASK, &before, NULL);
    close(report[1]);
    error = error != 0 ? error : read_report(report[0], *process);
    close(report[0]);
    free(variables);
    return error;
}

/* Reads what is there. Closes the end when there will be no more. Returns an error number. */
static int receive(int *descriptor, BkBytes *bytes)
{
    if (!bk_bytes_reserve(bytes, PART_SIZE)) {
        return ENOMEM;
    }
    ssize_t count = read(*descriptor, bytes->bytes + bytes->size, PART_SIZE);
    if (count > 0) {
        bytes->size += (uint64_t)count;
        return 0;
    }
    if (count == 0) {
        close_end(descriptor);
        return 0;
    }
    return errno == EINTR || errno == EAGAIN || errno == EWOULDBLOCK ? 0 : errno;
}

/* Writes what the pipe takes. A program need not read its input: closing its end is not an error. */
static int send_part(int *descriptor, const BkRun *run, uint64_t *sent)
{
    ssize_t count = write(*descriptor, run->input + *sent, run->input_size - *sent);
    int error = count >= 0 || errno == EINTR || errno == EAGAIN || errno == EWOULDBLOCK ? 0 : errno;
    *sent += count > 0 ? (uint64_t)count : 0;
    if (*sent == run->input_size || error == EPIPE) {
        close_end(descriptor);
        return 0;
    }
    return error;
}

/* Moves bytes until the program has closed its ends or the time is over. */
static int exchange(BkRun *run, Pipes *pipes, int64_t deadline)
{
    uint64_t sent = 0;
    if (run->input_size == 0) {
        close_end(&pipes->own[0]);
    }
    int error = 0;
    while (error == 0 && (pipes->own[0] >= 0 || pipes->own[1] >= 0 || pipes->own[2] >= 0)) {
        struct pollfd waits[3] = {
            {pipes->own[0], POLLOUT, 0},
            {pipes->own[1], POLLIN, 0},
            {pipes->own[2], POLLIN, 0},
        };
        int ready = poll(waits, 3, bk_left_until(deadline, BK_POSIX_MAX_POLL));
        if (ready < 0 && errno != EINTR) {
            return errno;
        }
        if (ready == 0 && bk_left_until(deadline, BK_POSIX_MAX_POLL) == 0) {
            return 0;
        }
        if (ready <= 0) {
            continue;
        }
        if (waits[0].revents != 0) {
            error = send_part(&pipes->own[0], run, &sent);
        }
        for (int stream = 1; error == 0 && stream < 3; stream++) {
            if (waits[stream].revents != 0) {
                error = receive(&pipes->own[stream], &run->output[stream - 1]);
            }
        }
    }
    return error;
}

/* Waits for the end; false when the time is over before. */
static bool wait_for(pid_t process, int64_t deadline, int *result)
{
    int64_t pause = BK_MILLISECOND / 16;
    for (;;) {
        pid_t ended = waitpid(process, result, deadline == BK_NO_DEADLINE ? 0 : WNOHANG);
        if (ended == process) {
            return true;
        }
        if (ended < 0 && errno != EINTR) {
            /* The host takes the ends of all processes. */
            *result = 0;
            return true;
        }
        if (ended == 0) {
            if (bk_left_until(deadline, BK_POSIX_MAX_POLL) == 0) {
                return false;
            }
            struct timespec rest = {0, (long)pause};
            nanosleep(&rest, NULL);
            pause = pause < MAX_PAUSE / 2 ? pause * 2 : MAX_PAUSE;
        }
    }
}

int bk_os_run(BkRun *run)
{
    Pipes pipes;
    pid_t process = 0;
    int64_t deadline = bk_deadline(run->timeout);
    int error = make_pipes(run, &pipes);
    error = error != 0 ? error : start(run, &pipes, &process);
    for (int stream = 0; stream < 3; stream++) {
        close_end(&pipes.theirs[stream]);
    }
    if (error != 0) {
        close_all(&pipes);
        return error;
    }
    error = exchange(run, &pipes, deadline);
    close_all(&pipes);
    int result = 0;
    bool has_ended = error == 0 && wait_for(process, deadline, &result);
    if (!has_ended) {
        kill(process, SIGKILL);
        wait_for(process, BK_NO_DEADLINE, &result);
    }
    run->status = has_ended && WIFEXITED(result) ? WEXITSTATUS(result) : -1;
    run->signal = !has_ended ? -1 : WIFSIGNALED(result) ? WTERMSIG(result) : 0;
    return error;
}
