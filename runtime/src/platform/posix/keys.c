/* The key mode of a terminal on POSIX systems: descriptor 0 hands over each key at once and shows none. Whatever ends
 * or stops the process restores the terminal first. */
#include "platform/posix/posix.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* Signals that do not end a process which does not handle them, and faults of memory, which come through signals.c.
 * Every other signal does, those of real time too. */
static const int exempt[] = {
    SIGCHLD,
    SIGURG,
    SIGWINCH,
    SIGCONT,
    SIGSTOP,
    SIGTSTP,
    SIGTTIN,
    SIGTTOU,
    SIGKILL,
    SIGSEGV,
    SIGBUS,
#ifdef SIGINFO
    /* BSD ignores these. */
    SIGINFO,
    SIGIO,
#endif
};

static struct termios former_mode;
static struct termios key_mode;
static volatile sig_atomic_t is_active;
/* The process continued in the background after a stop: the terminal belongs to another job, and has its mode. */
static volatile sig_atomic_t is_suspended;
static pid_t owner;
/* By the number of the signal; null where another part of the process handles it. */
static void (*handlers[NSIG])(int);

static void set_mode(const struct termios *mode)
{
    while (tcsetattr(0, TCSANOW, mode) != 0 && errno == EINTR) {
    }
}

/* The child of a fork leaves the terminal to its parent. */
static bool has_key_mode(void)
{
    return is_active != 0 && owner == getpid();
}

static void restore_terminal(void)
{
    if (has_key_mode() && is_suspended == 0) {
        int error = errno;
        set_mode(&former_mode);
        errno = error;
    }
}

static struct sigaction action_of(void (*handler)(int))
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    sigemptyset(&action.sa_mask);
    action.sa_handler = handler;
    action.sa_flags = SA_ONSTACK;
    return action;
}

/* Sends a signal again with its default action, which stops or ends the process here. */
static void take_default(int signal_number)
{
    struct sigaction standard = action_of(SIG_DFL);
    sigset_t blocked;
    sigaction(signal_number, &standard, NULL);
    sigemptyset(&blocked);
    sigaddset(&blocked, signal_number);
    raise(signal_number);
    pthread_sigmask(SIG_UNBLOCK, &blocked, NULL);
}

static void on_deadly(int signal_number)
{
    restore_terminal();
    take_default(signal_number);
}

static void on_stop(int signal_number)
{
    int error = errno;
    restore_terminal();
    take_default(signal_number);
    struct sigaction again = action_of(on_stop);
    sigaction(signal_number, &again, NULL);
    errno = error;
}

/* A process in the background would be stopped for changing the terminal; it changes it when it asks for a key. */
static void on_continue(int signal_number)
{
    (void)signal_number;
    int error = errno;
    if (has_key_mode()) {
        is_suspended = 1;
        if (tcgetpgrp(0) == getpgrp()) {
            set_mode(&key_mode);
            is_suspended = 0;
        }
    }
    errno = error;
}

/* In the background this stops the process, until it is in the foreground. No signal tells that it got there: shells
 * send none to a job that runs. */
static void leave_suspension(void)
{
    if (has_key_mode() && is_suspended != 0) {
        set_mode(&key_mode);
        is_suspended = 0;
    }
}

static bool is_default(int signal_number)
{
    struct sigaction found;
    return sigaction(signal_number, NULL, &found) == 0 && (found.sa_flags & SA_SIGINFO) == 0 &&
           found.sa_handler == SIG_DFL;
}

static bool is_deadly(int signal_number)
{
    for (size_t index = 0; index < sizeof exempt / sizeof *exempt; index++) {
        if (exempt[index] == signal_number) {
            return false;
        }
    }
    return true;
}

static void handle(int signal_number, void (*handler)(int))
{
    struct sigaction action = action_of(handler);
    handlers[signal_number] = sigaction(signal_number, &action, NULL) == 0 ? handler : NULL;
}

static void handle_signals(void)
{
    for (int number = 1; number < NSIG; number++) {
        if (is_deadly(number) && is_default(number)) {
            handle(number, on_deadly);
        }
    }
    /* A stop is handled by the two together. */
    if (is_default(SIGTSTP) && is_default(SIGCONT)) {
        handle(SIGTSTP, on_stop);
        handle(SIGCONT, on_continue);
    }
}

static void leave_signals(void)
{
    struct sigaction standard = action_of(SIG_DFL);
    for (int number = 1; number < NSIG; number++) {
        struct sigaction found;
        if (handlers[number] != NULL && sigaction(number, NULL, &found) == 0 && found.sa_handler == handlers[number]) {
            sigaction(number, &standard, NULL);
        }
        handlers[number] = NULL;
    }
}

/* Stops the process while it is in the background, where the terminal has the mode in which a shell edits its line.
 * Changes nothing. */
static void wait_for_foreground(void)
{
    if (tcgetpgrp(0) != getpgrp()) {
        while (tcdrain(0) != 0 && errno == EINTR) {
        }
    }
}

bool bk_os_key_mode_begin(void)
{
    static bool is_registered;
    if (has_key_mode()) {
        leave_suspension();
        return true;
    }
    wait_for_foreground();
    if (tcgetattr(0, &former_mode) != 0) {
        return false;
    }
    key_mode = former_mode;
    /* Signals stay keys of the terminal: an interrupt ends the program, and the shell can stop it. */
    key_mode.c_lflag &= ~(tcflag_t)(ICANON | ECHO | IEXTEN);
    /* Enter stays a line feed: what is typed ahead is a line for whoever reads lines next. */
    key_mode.c_iflag &= ~(tcflag_t)(INLCR | IGNCR | IXON | ISTRIP);
    key_mode.c_cc[VMIN] = 1;
    key_mode.c_cc[VTIME] = 0;
    if (!is_registered) {
        /* Foreign code, and a host, end the process by `exit`. */
        is_registered = atexit(restore_terminal) == 0;
    }
    owner = getpid();
    is_suspended = 0;
    is_active = 1;
    bk_posix_end_key_mode = bk_os_key_mode_end;
    handle_signals();
    set_mode(&key_mode);
    return true;
}

void bk_os_key_mode_end(void)
{
    if (is_active != 0) {
        restore_terminal();
        is_active = 0;
        leave_signals();
    }
}

bool bk_os_wait_for_input(int64_t milliseconds)
{
    int64_t deadline = bk_deadline(milliseconds);
    for (;;) {
        struct pollfd ready = {0, POLLIN, 0};
        int count = poll(&ready, 1, bk_left_until(deadline, BK_POSIX_MAX_POLL));
        if (count > 0 || (count < 0 && errno != EINTR)) {
            return true;
        }
        /* After a signal, input that came before the deadline may not have been seen. */
        if (count == 0 && bk_left_until(deadline, BK_POSIX_MAX_POLL) == 0) {
            return false;
        }
        leave_suspension();
    }
}
