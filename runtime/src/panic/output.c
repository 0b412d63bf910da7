/* Writing: the buffer of standard output, and unbuffered writes, which flush it first.
 * The core library's printing calls it; beskid.codegen flushes before foreign calls when the context says so. */
#include "panic/output.h"
#include "context/context.h"
#include "platform/platform.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#define BUFFER_SIZE 65536
#define STATUS_OUTPUT_LOST 1

static uint8_t buffer[BUFFER_SIZE];
static int is_terminal = -1;
/* Why bytes of standard output were lost since the program began; 0 when none were. */
static int lost;
/* Whether bytes of standard output are being written, and the exit status wanted after that, negative for none. */
static volatile sig_atomic_t is_writing;
static volatile sig_atomic_t status_after_write = -1;

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

/* Writes bytes of the program's standard output; no other code notices if they are lost. The
 * buffer is empty afterwards: either its bytes were the ones to write, or it was flushed before. */
static int64_t write_output(const void *bytes, uint64_t length)
{
    is_writing = 1;
    atomic_signal_fence(memory_order_seq_cst);
    int64_t written = bk_write_all(1, bytes, length);
    if (written != (int64_t)length) {
        lost = errno;
    }
    bk_context->stdout_pending = 0;
    atomic_signal_fence(memory_order_seq_cst);
    is_writing = 0;
    if (BK_UNLIKELY(status_after_write >= 0)) {
        bk_os_exit(status_after_write);
    }
    return written;
}

/* The bytes stay pending until they are written, so an interrupt that comes before the write loses none. */
int64_t bk_output_flush(void)
{
    uint64_t pending = bk_context->stdout_pending;
    if (pending == 0) {
        return 0;
    }
    return write_output(buffer, pending) == (int64_t)pending ? 0 : -1;
}

void bk_output_interrupt(int status)
{
    if (is_writing != 0 && status_after_write < 0) {
        status_after_write = status;
        return;
    }
    if (is_writing == 0) {
        bk_output_flush();
    }
    bk_os_exit(status);
}

void bk_output_begin(void)
{
    lost = 0;
}

int64_t bk_output_finish(int64_t status)
{
    bk_output_flush();
    /* Whoever closed the pipe does not want a message either. */
    if (lost != 0 && lost != EPIPE) {
        fprintf(stderr, "error: standard output cannot be written: %s\n", strerror(lost));
    }
    return lost != 0 && status == 0 ? STATUS_OUTPUT_LOST : status;
}

int64_t stdout_flush(void)
{
    return bk_output_flush();
}

int64_t stdout_write(const BeskidStr *text)
{
    if (is_terminal < 0) {
        is_terminal = bk_os_is_terminal(1);
    }
    uint64_t pending = bk_context->stdout_pending;
    if (text->len > BUFFER_SIZE - pending) {
        if (bk_output_flush() != 0) {
            return -1;
        }
        pending = 0;
    }
    if (text->len >= BUFFER_SIZE) {
        return write_output(text->ptr, text->len);
    }
    memcpy(buffer + pending, text->ptr, text->len);
    bk_context->stdout_pending = pending + text->len;
    if (is_terminal != 0 && memchr(text->ptr, '\n', text->len) != NULL && bk_output_flush() != 0) {
        return -1;
    }
    return (int64_t)text->len;
}

int64_t stderr_write(const BeskidStr *text)
{
    bk_output_flush();
    return text->len == 0 ? 0 : bk_write_all(2, text->ptr, text->len);
}

static int64_t write_unbuffered(int64_t descriptor, const uint8_t *bytes, uint64_t length)
{
    bk_output_flush();
    if (descriptor < 0 || descriptor > INT_MAX) {
        return -1;
    }
    return length == 0 ? 0 : bk_write_all((int)descriptor, bytes, length);
}

int64_t syscall_write(int64_t descriptor, const BeskidStr *text)
{
    return text == NULL || text->ptr == NULL ? -1 : write_unbuffered(descriptor, text->ptr, text->len);
}

int64_t syscall_write_bytes(int64_t descriptor, BeskidArray *bytes)
{
    return write_unbuffered(descriptor, bytes->ptr, bytes->len);
}
