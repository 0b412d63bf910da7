/* Writing: the buffer of descriptor 1 and unbuffered writes, which flush it first.
 * The core library's printing calls it; beskid.codegen flushes before foreign calls when the context says so. */
#include "internal.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define BUFFER_SIZE 65536
#define STATUS_OUTPUT_LOST 1

static uint8_t buffer[BUFFER_SIZE];
static int is_terminal = -1;
/* Why bytes of the buffer were lost since the program began; 0 when none were. */
static int lost;

int64_t bk_write_all(int descriptor, const void *bytes, uint64_t length)
{
    const uint8_t *from = bytes;
    uint64_t done = 0;
    while (done < length) {
        ssize_t count = write(descriptor, from + done, length - done);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count <= 0) {
            return done > 0 ? (int64_t)done : -1;
        }
        done += (uint64_t)count;
    }
    return (int64_t)done;
}

/* Writes bytes of the program's standard output, of which nobody else sees that they are lost. */
static int64_t write_whole(const void *bytes, uint64_t length)
{
    int64_t written = bk_write_all(1, bytes, length);
    if (written != (int64_t)length) {
        lost = errno;
    }
    return written;
}

int64_t bk_output_flush(void)
{
    uint64_t pending = bk_context->stdout_pending;
    if (pending == 0) {
        return 0;
    }
    bk_context->stdout_pending = 0;
    return write_whole(buffer, pending) == (int64_t)pending ? 0 : -1;
}

void bk_output_begin(void)
{
    lost = 0;
}

int64_t bk_output_finish(int64_t status)
{
    bk_output_flush();
    /* A reader that has gone wants no words either. */
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
        is_terminal = isatty(1);
    }
    uint64_t pending = bk_context->stdout_pending;
    if (text->len > BUFFER_SIZE - pending) {
        if (bk_output_flush() != 0) {
            return -1;
        }
        pending = 0;
    }
    if (text->len >= BUFFER_SIZE) {
        return write_whole(text->ptr, text->len);
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
