/* Files: reading and writing whole files, and what is at a path.
 * The core library calls it (source builtins). */
#include "system/files.h"
#include "context/context.h"
#include "context/last_error.h"
#include "context/scratch.h"
#include "panic/output.h"
#include "platform/platform.h"
#include "text/utf8.h"
#include "values/arrays.h"
#include "values/strings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

bool bk_to_path(const BeskidStr *path, char target[BK_PATH_MAX])
{
    if (path->len >= BK_PATH_MAX) {
        bk_set_error(ENAMETOOLONG);
        return false;
    }
    if (memchr(path->ptr, '\0', path->len) != NULL) {
        bk_set_error(EINVAL);
        return false;
    }
    memcpy(target, path->ptr, path->len);
    target[path->len] = '\0';
    return true;
}

/* A descriptor; negative with the error set on failure. */
static int open_path(const BeskidStr *path, unsigned mode)
{
    char name[BK_PATH_MAX];
    if (!bk_to_path(path, name)) {
        return -1;
    }
    int descriptor = bk_os_open(name, mode);
    bk_set_error(descriptor < 0 ? -descriptor : 0);
    return descriptor;
}

/* Reads to the end. Returns memory of malloc, or null with the error set. */
static uint8_t *read_descriptor(int descriptor, uint64_t *length)
{
    BkFileKind kind;
    uint64_t size = bk_os_size(descriptor, &kind);
    uint64_t capacity = kind == BK_FILE_REGULAR && size > 0 ? size + 1 : 4096;
    uint8_t *bytes = malloc(capacity);
    *length = 0;
    while (bytes != NULL) {
        int64_t count = bk_os_read(descriptor, bytes + *length, capacity - *length);
        if (count < 0) {
            bk_set_error((int)-count);
            free(bytes);
            return NULL;
        }
        if (count == 0) {
            return bytes;
        }
        *length += (uint64_t)count;
        if (*length == capacity) {
            capacity *= 2;
            uint8_t *grown = realloc(bytes, capacity);
            if (grown == NULL) {
                free(bytes);
            }
            bytes = grown;
        }
    }
    bk_set_error(ENOMEM);
    return NULL;
}

/* The bytes of a file as scratch memory; null with the error set on failure. */
static uint8_t *read_file(const BeskidStr *path, uint64_t *length)
{
    int descriptor = open_path(path, BK_OPEN_READING);
    if (descriptor < 0) {
        return NULL;
    }
    uint8_t *bytes = read_descriptor(descriptor, length);
    bk_os_close(descriptor);
    return bk_scratch_keep(bytes);
}

const BeskidStr *fs_read_text(const BeskidStr *path)
{
    uint64_t length;
    uint8_t *bytes = read_file(path, &length);
    if (bytes == NULL) {
        return &bk_empty_string;
    }
    if (!bk_utf8_is_valid(bytes, length)) {
        bk_scratch_free(bytes);
        bk_set_error(EILSEQ);
        return &bk_empty_string;
    }
    BeskidStr *string = bk_string_copy(bytes, length);
    bk_scratch_free(bytes);
    return string;
}

BeskidArray *fs_read_bytes(const BeskidStr *path)
{
    uint64_t length;
    uint8_t *bytes = read_file(path, &length);
    if (bytes == NULL) {
        return array_new_typed(&bk_byte_element, 0);
    }
    BeskidArray *array = bk_bytes_copy(bytes, length);
    bk_scratch_free(bytes);
    return array;
}

static int64_t write_file(const BeskidStr *path, unsigned mode, const uint8_t *bytes, uint64_t length)
{
    int descriptor = open_path(path, mode);
    if (descriptor < 0) {
        return os_last_error();
    }
    errno = 0;
    int error = 0;
    if (length != 0 && bk_write_all(descriptor, bytes, length) != (int64_t)length) {
        error = errno != 0 ? errno : EIO;
    }
    int close_error = bk_os_close(descriptor);
    return bk_set_error(error != 0 ? error : close_error);
}

int64_t fs_write_text(const BeskidStr *path, const BeskidStr *text)
{
    return write_file(path, BK_OPEN_WRITING | BK_OPEN_CREATE | BK_OPEN_TRUNCATE, text->ptr, text->len);
}

int64_t fs_write_bytes(const BeskidStr *path, BeskidArray *bytes)
{
    return write_file(path, BK_OPEN_WRITING | BK_OPEN_CREATE | BK_OPEN_TRUNCATE, bytes->ptr, bytes->len);
}

int64_t fs_append_text(const BeskidStr *path, const BeskidStr *text)
{
    return write_file(path, BK_OPEN_WRITING | BK_OPEN_CREATE | BK_OPEN_APPEND, text->ptr, text->len);
}

static bool look_at(const BeskidStr *path, BkFileKind *kind)
{
    char name[BK_PATH_MAX];
    return bk_to_path(path, name) && bk_set_error(bk_os_look(name, true, kind)) == 0;
}

int64_t fs_exists(const BeskidStr *path)
{
    BkFileKind kind;
    return look_at(path, &kind);
}

int64_t fs_is_directory(const BeskidStr *path)
{
    BkFileKind kind;
    return look_at(path, &kind) && kind == BK_FILE_DIRECTORY;
}

int64_t fs_delete(const BeskidStr *path)
{
    char name[BK_PATH_MAX];
    if (!bk_to_path(path, name)) {
        return os_last_error();
    }
    BkFileKind kind;
    bool directory = bk_os_look(name, false, &kind) == 0 && kind == BK_FILE_DIRECTORY;
    return bk_set_error(bk_os_remove(name, directory));
}

int64_t fs_mkdir(const BeskidStr *path)
{
    char name[BK_PATH_MAX];
    return bk_to_path(path, name) ? bk_set_error(bk_os_mkdir(name)) : os_last_error();
}

static int by_bytes(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

BeskidArray *fs_list(const BeskidStr *path)
{
    char name[BK_PATH_MAX];
    if (!bk_to_path(path, name)) {
        return array_new_typed(&bk_reference_element, 0);
    }
    uint64_t count = 0;
    int error = 0;
    char **names = bk_scratch_keep(bk_os_list(name, &count, &error));
    bk_set_error(error);
    if (names == NULL) {
        return array_new_typed(&bk_reference_element, 0);
    }
    qsort(names, count, sizeof *names, by_bytes);
    BeskidArray *array = array_new_typed(&bk_reference_element, (int64_t)count);
    bk_push_root(array);
    for (uint64_t index = 0; index < count; index++) {
        bk_array_set(array, index, bk_string_lossy(names[index], strlen(names[index])));
    }
    bk_pop_roots(1);
    bk_scratch_free(names);
    return array;
}

int64_t fs_status(const BeskidStr *path, BeskidArray *fields, int64_t follow)
{
    char name[BK_PATH_MAX];
    if (!bk_to_path(path, name)) {
        return os_last_error();
    }
    BkFileStatus about;
    memset(&about, 0, sizeof about);
    int error = bk_os_status(name, follow != 0, &about);
    const int64_t values[] = {about.kind, about.size, about.permissions, about.modified, about.accessed};
    uint64_t count = sizeof values / sizeof values[0];
    memcpy(fields->ptr, values, (fields->len < count ? fields->len : count) * sizeof values[0]);
    return bk_set_error(error);
}

int64_t fs_change(int64_t operation, const BeskidStr *path, const BeskidStr *other, int64_t number)
{
    char name[BK_PATH_MAX];
    char other_name[BK_PATH_MAX];
    if (!bk_to_path(path, name) || !bk_to_path(other, other_name)) {
        return os_last_error();
    }
    switch (operation) {
    case 0:
        return bk_set_error(bk_os_rename(name, other_name));
    case 1:
        return bk_set_error(bk_os_set_permissions(name, number));
    case 2:
        return bk_set_error(bk_os_set_modified(name, number));
    case 3:
        return bk_set_error(bk_os_make_link(name, other_name));
    }
    return bk_set_error(EINVAL);
}
