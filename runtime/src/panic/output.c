/* Writing: the buffer of standard output, and unbuffered writes, which flush it first.
 * The core library's printing calls it; beskid.codegen flushes before foreign calls when the context says so. */
#include "panic/output.h"
#include "context/context.h"
#include "context/last_error.h"
#include "platform/platform.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#define BUFFER_SIZE 65536
#define STATUS_OUTPUT_LOST 1
#define STATUS_READER_GONE 141

static uint8_t buffer[BUFFER_SIZE];
static int is_terminal = -1;
/* Why bytes of standard output were lost since the program began; 0 when none were. */
static int lost;
/* Whether bytes of standard output are being written, and the exit status wanted after that, negative for none. */
static volatile sig_atomic_t is_writing;
static volatile sig_atomic_t status_after_write = -1;
/* Whether the process ends with the program, as in executables and in `beskid run`. */
static bool owns_process;
/* Writes what waits for open files; null before one was opened for writing. */
static int (*flush_files)(void);
/* Whether bytes of a file were lost at the end; 0 when none were. */
static int file_lost;

/* Takes what is written to descriptors 1 and 2. Returns the number of bytes it took. */
typedef int64_t (*Taker)(int64_t descriptor, const uint8_t *bytes, uint64_t length);

/* What a host gave, and what takes the output now: none while the process belongs to the program, as after a fork of
 * the host that then runs one. */
static Taker given_taker;
static Taker taker;

typedef struct Delivery {
    int64_t descriptor;
    const uint8_t *bytes;
    uint64_t length;
    int64_t taken;
} Delivery;

void beskid_set_output(void *function)
{
    memcpy(&given_taker, &function, sizeof given_taker);
    taker = owns_process ? NULL : given_taker;
}

bool bk_output_has_taker(void)
{
    return taker != NULL;
}

static void deliver_now(void *argument)
{
    Delivery *delivery = argument;
    delivery->taken = taker(delivery->descriptor, delivery->bytes, delivery->length);
}

/* The taker is code of the host, so it runs on the host's stack. */
static int64_t deliver(int64_t descriptor, const uint8_t *bytes, uint64_t length)
{
    Delivery delivery = {descriptor, bytes, length, 0};
    bk_os_on_host_stack(deliver_now, &delivery);
    if (delivery.taken != (int64_t)length) {
        errno = EIO;
    }
    return delivery.taken;
}

int64_t bk_write_all(int descriptor, const void *bytes, uint64_t length)
{
    const uint8_t *from = bytes;
    uint64_t done = 0;
    while (done < length) {
        int64_t count = bk_os_write(descriptor, from + done, length - done);
        if (count <= 0) {
            errno = (int)-count;
            return done > 0 ? (int64_t)done : -1;
        }
        done += (uint64_t)count;
    }
    return (int64_t)done;
}

static void note_lost(int error)
{
    lost = error;
    bk_set_error(error);
}

/* Writes bytes of the program's standard output; no other code notices if they are lost. The
 * buffer is empty afterwards: either its bytes were the ones to write, or it was flushed before. Safe in a signal
 * handler. */
static int64_t write_output(const void *bytes, uint64_t length)
{
    if (BK_UNLIKELY(taker != NULL)) {
        bk_context->stdout_pending = 0;
        if (deliver(1, bytes, length) != (int64_t)length) {
            note_lost(errno);
            return -1;
        }
        return (int64_t)length;
    }
    is_writing = 1;
    atomic_signal_fence(memory_order_seq_cst);
    int64_t written = bk_write_all(1, bytes, length);
    if (written != (int64_t)length) {
        note_lost(errno);
    }
    bk_context->stdout_pending = 0;
    atomic_signal_fence(memory_order_seq_cst);
    is_writing = 0;
    if (BK_UNLIKELY(status_after_write >= 0)) {
        bk_os_exit(status_after_write);
    }
    return written == (int64_t)length ? written : -1;
}

/* The bytes stay pending until they are written, so an interrupt that comes before the write loses none. */
int64_t bk_output_flush_own(void)
{
    uint64_t pending = bk_context->stdout_pending;
    return pending == 0 || write_output(buffer, pending) >= 0 ? 0 : -1;
}

/* The taker has nothing to do with the stream of C, which the host flushes itself. */
void bk_output_flush_foreign(void)
{
    if (taker != NULL) {
        return;
    }
    if (fflush(stdout) != 0) {
        note_lost(errno);
    }
}

/* The reader of a standard stream is gone, and with it the purpose of a program that prints. */
static void end_without_reader(int error)
{
    if (error == EPIPE && owns_process) {
        fflush(NULL);
        bk_os_exit(STATUS_READER_GONE);
    }
}

/* The bytes in the buffer of C are older than ours, because generated code flushes ours before each foreign call. */
int64_t bk_output_flush(void)
{
    if (BK_LIKELY(bk_context->stdout_pending == 0)) {
        return 0;
    }
    bk_output_flush_foreign();
    int64_t result = bk_output_flush_own();
    end_without_reader(lost);
    return result;
}

void bk_output_interrupt(int status)
{
    if (is_writing != 0 && status_after_write < 0) {
        status_after_write = status;
        return;
    }
    if (is_writing == 0) {
        bk_output_flush_own();
    }
    bk_os_exit(status);
}

void bk_output_flush_files_with(int (*function)(void))
{
    flush_files = function;
}

void bk_output_flush_files(void)
{
    if (flush_files != NULL) {
        file_lost |= flush_files();
    }
}

void bk_output_begin(bool process_is_owned)
{
    lost = 0;
    file_lost = 0;
    owns_process = process_is_owned;
    taker = process_is_owned ? NULL : given_taker;
}

int bk_output_lost(void)
{
    return lost;
}

bool bk_output_owns_process(void)
{
    return owns_process;
}

int64_t bk_output_finish(int64_t status)
{
    bk_output_flush();
    bk_output_flush_foreign();
    bk_output_flush_files();
    end_without_reader(lost);
    /* Whoever closed the pipe does not want a message either. */
    if (lost != 0 && lost != EPIPE) {
        fprintf(stderr, "error: " BK_OUTPUT_LOST "%s\n", strerror(lost));
    }
    return (lost | file_lost) != 0 && status == 0 ? STATUS_OUTPUT_LOST : status;
}

int64_t stdout_flush(void)
{
    return bk_output_flush();
}

int64_t bk_output_put(const uint8_t *bytes, uint64_t length)
{
    if (is_terminal < 0) {
        is_terminal = bk_os_is_terminal(1);
    }
    uint64_t pending = bk_context->stdout_pending;
    if (length > BUFFER_SIZE - pending) {
        if (bk_output_flush() != 0) {
            return -1;
        }
        pending = 0;
    }
    if (length >= BUFFER_SIZE) {
        bk_output_flush_foreign();
        int64_t written = write_output(bytes, length);
        end_without_reader(lost);
        return written;
    }
    memcpy(buffer + pending, bytes, length);
    bk_context->stdout_pending = pending + length;
    if (is_terminal != 0 && memchr(bytes, '\n', length) != NULL && bk_output_flush() != 0) {
        return -1;
    }
    return (int64_t)length;
}

int64_t stdout_write(const BeskidStr *text)
{
    return bk_output_put(text->ptr, text->len);
}

int64_t stderr_write(const BeskidStr *text)
{
    bk_output_flush();
    if (text->len == 0) {
        return 0;
    }
    bk_output_flush_foreign();
    int64_t written = taker != NULL ? deliver(2, text->ptr, text->len) : bk_write_all(2, text->ptr, text->len);
    if (written != (int64_t)text->len) {
        bk_set_error(errno);
        end_without_reader(errno);
    }
    return written;
}

int64_t bk_output_write_unbuffered(int64_t descriptor, const uint8_t *bytes, uint64_t length)
{
    bk_output_flush();
    if (descriptor < 0 || descriptor > INT_MAX) {
        return -1;
    }
    if (length == 0) {
        return 0;
    }
    bk_output_flush_foreign();
    if (taker != NULL && (descriptor == 1 || descriptor == 2)) {
        return deliver(descriptor, bytes, length);
    }
    return bk_write_all((int)descriptor, bytes, length);
}

int64_t syscall_write(int64_t descriptor, const BeskidStr *text)
{
    return text == NULL || text->ptr == NULL ? -1 : bk_output_write_unbuffered(descriptor, text->ptr, text->len);
}

int64_t syscall_write_bytes(int64_t descriptor, BeskidArray *bytes)
{
    return bk_output_write_unbuffered(descriptor, bytes->ptr, bytes->len);
}
