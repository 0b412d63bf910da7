/* Open files: reading and writing parts of byte arrays. What is written to a file that was opened here waits in a
 * buffer, which is flushed when it is full, before the file is used in another way, and when the program ends.
 * The core library's streams call it (source builtins). */
#include "context/last_error.h"
#include "panic/output.h"
#include "panic/panic.h"
#include "platform/platform.h"
#include "system/files.h"
#include "system/input.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define BUFFER_SIZE 65536

/* A file that was opened for writing. */
typedef struct OpenFile {
    struct OpenFile *next;
    int descriptor;
    uint64_t pending;
    uint8_t bytes[BUFFER_SIZE];
} OpenFile;

/* The files that are open for writing, the last one used first. */
static OpenFile *open_files;

static OpenFile *find_file(int64_t descriptor)
{
    for (OpenFile **place = &open_files; *place != NULL; place = &(*place)->next) {
        OpenFile *file = *place;
        if (file->descriptor == descriptor) {
            *place = file->next;
            file->next = open_files;
            open_files = file;
            return file;
        }
    }
    return NULL;
}

/* Writes what waits. Bytes that cannot be written are lost, and the error says so. Returns an error number. */
static int flush_file(OpenFile *file)
{
    uint64_t pending = file->pending;
    if (pending == 0) {
        return 0;
    }
    errno = 0;
    bool is_written = bk_write_all(file->descriptor, file->bytes, pending) == (int64_t)pending;
    int error = is_written ? 0 : errno != 0 ? errno : EIO;
    file->pending = 0;
    return error;
}

/* The end of a program: no code of it can handle an error any more. It may run in a signal handler. */
static int flush_files(void)
{
    static const char begin[] = "error: cannot write to a file: ";
    int lost = 0;
    for (OpenFile *file = open_files; file != NULL; file = file->next) {
        int error = flush_file(file);
        if (error != 0) {
            const char *reason = strerror(error);
            bk_write_all(2, begin, sizeof begin - 1);
            bk_write_all(2, reason, strlen(reason));
            bk_write_all(2, "\n", 1);
            lost = 1;
        }
    }
    return lost;
}

static int64_t failed(int error)
{
    bk_set_error(error);
    return -1;
}

int64_t io_open(const BeskidStr *path, int64_t mode)
{
    char name[BK_PATH_MAX];
    if (!bk_to_path(path, name)) {
        return -1;
    }
    OpenFile *file = NULL;
    if ((mode & BK_OPEN_WRITING) != 0) {
        file = malloc(sizeof *file);
        if (file == NULL) {
            return failed(ENOMEM);
        }
    }
    int descriptor = bk_os_open(name, (unsigned)mode & BK_OPEN_ALL);
    if (descriptor < 0) {
        free(file);
        return failed(-descriptor);
    }
    if (file != NULL) {
        file->descriptor = descriptor;
        file->pending = 0;
        file->next = open_files;
        open_files = file;
        bk_output_flush_files_with(flush_files);
    }
    bk_set_error(0);
    return descriptor;
}

/* Checks the range of an array as generated code checks an index. */
static void check_range(const BeskidArray *bytes, int64_t start, int64_t count)
{
    if (start < 0 || (uint64_t)start > bytes->len) {
        panic_index(start, (int64_t)bytes->len);
    }
    if (count < 0 || (uint64_t)count > bytes->len - (uint64_t)start) {
        panic_index((int64_t)((uint64_t)start + (uint64_t)count), (int64_t)bytes->len);
    }
}

int64_t io_read(int64_t descriptor, BeskidArray *bytes, int64_t start, int64_t count)
{
    check_range(bytes, start, count);
    if (descriptor < 0 || descriptor > INT_MAX) {
        return failed(EBADF);
    }
    OpenFile *file = find_file(descriptor);
    int error = file != NULL ? flush_file(file) : 0;
    if (error != 0) {
        return failed(error);
    }
    if (descriptor == 0) {
        bk_output_flush();
    }
    int64_t result = bk_input_take((int)descriptor, bytes->ptr + start, (uint64_t)count);
    if (result < 0) {
        return failed((int)-result);
    }
    bk_set_error(0);
    return result;
}

int64_t io_write(int64_t descriptor, BeskidArray *bytes, int64_t start, int64_t count)
{
    check_range(bytes, start, count);
    const uint8_t *from = bytes->ptr + start;
    uint64_t size = (uint64_t)count;
    if (descriptor == 1) {
        return bk_output_put(from, size);
    }
    OpenFile *file = find_file(descriptor);
    if (file != NULL && size > BUFFER_SIZE - file->pending) {
        int error = flush_file(file);
        if (error != 0) {
            return failed(error);
        }
    }
    bk_set_error(0);
    if (file != NULL && size < BUFFER_SIZE) {
        memcpy(file->bytes + file->pending, from, size);
        file->pending += size;
        return count;
    }
    errno = 0;
    return bk_output_write_unbuffered(descriptor, from, size) == count ? count : failed(errno != 0 ? errno : EBADF);
}

/* Flushes, closes, and forgets the buffer. */
static int close_file(int descriptor, OpenFile *file)
{
    int error = 0;
    if (file != NULL) {
        error = flush_file(file);
        open_files = file->next;
        free(file);
    }
    int close_error = bk_os_close(descriptor);
    return error != 0 ? error : close_error;
}

static int change(int descriptor, BkFileChange operation, int64_t argument)
{
    switch (operation) {
    case BK_FILE_FLUSH:
        return 0;
    case BK_FILE_RESIZE:
        return bk_os_resize(descriptor, argument);
    case BK_FILE_SYNC:
        return bk_os_sync(descriptor);
    case BK_FILE_LOCK:
    case BK_FILE_LOCK_SHARED:
    case BK_FILE_UNLOCK:
        return bk_os_lock(descriptor, operation, argument != 0);
    case BK_FILE_CLOSE:
    case BK_FILE_SEEK_START:
    case BK_FILE_SEEK_CURRENT:
    case BK_FILE_SEEK_END:
        break;
    }
    return EINVAL;
}

int64_t io_control(int64_t descriptor, int64_t operation, int64_t argument)
{
    if (descriptor < 0 || descriptor > INT_MAX) {
        return failed(EBADF);
    }
    int number = (int)descriptor;
    OpenFile *file = find_file(descriptor);
    if (operation == BK_FILE_CLOSE) {
        return bk_set_error(close_file(number, file)) == 0 ? 0 : -1;
    }
    int error = file != NULL ? flush_file(file) : descriptor == 1 && bk_output_flush() != 0 ? EIO : 0;
    if (error != 0) {
        return failed(error);
    }
    if (operation >= BK_FILE_SEEK_START && operation <= BK_FILE_SEEK_END) {
        int64_t position = bk_os_seek(number, argument, (BkFileChange)operation);
        bk_set_error(position < 0 ? (int)-position : 0);
        return position < 0 ? -1 : position;
    }
    return bk_set_error(change(number, (BkFileChange)operation, argument)) == 0 ? 0 : -1;
}
