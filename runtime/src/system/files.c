/* Files: whole-file reading and writing, and what is at a path.
 * The core library calls it (source builtins). */
#include "internal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int last_error;

int64_t bk_set_error(int error)
{
    last_error = error;
    return error;
}

int64_t os_last_error(void)
{
    return last_error;
}

const BeskidStr *os_error_text(int64_t error)
{
    if (error == 0) {
        return bk_string_copy("no error", 8);
    }
    const char *text = strerror((int)error);
    return bk_string_lossy(text, strlen(text));
}

/* A path as the system wants it; false with the error set when it cannot be one. */
static bool to_path(const BeskidStr *path, char target[PATH_MAX])
{
    if (path->len >= PATH_MAX) {
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

static int64_t outcome(int result)
{
    return bk_set_error(result == 0 ? 0 : errno);
}

static int open_path(const BeskidStr *path, int flags)
{
    char name[PATH_MAX];
    if (!to_path(path, name)) {
        return -1;
    }
    int descriptor;
    do {
        descriptor = open(name, flags | O_CLOEXEC, 0666);
    } while (descriptor < 0 && errno == EINTR);
    bk_set_error(descriptor < 0 ? errno : 0);
    return descriptor;
}

/* All bytes of a descriptor in memory of malloc; null with the error set on failure. */
static uint8_t *read_descriptor(int descriptor, uint64_t *length)
{
    struct stat about;
    uint64_t capacity = 4096;
    if (fstat(descriptor, &about) == 0 && S_ISREG(about.st_mode) && about.st_size > 0) {
        capacity = (uint64_t)about.st_size + 1;
    }
    uint8_t *bytes = malloc(capacity);
    *length = 0;
    while (bytes != NULL) {
        ssize_t count = read(descriptor, bytes + *length, capacity - *length);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            bk_set_error(errno);
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

static uint8_t *read_file(const BeskidStr *path, uint64_t *length)
{
    int descriptor = open_path(path, O_RDONLY);
    if (descriptor < 0) {
        return NULL;
    }
    uint8_t *bytes = read_descriptor(descriptor, length);
    close(descriptor);
    return bytes;
}

const BeskidStr *fs_read_text(const BeskidStr *path)
{
    uint64_t length;
    uint8_t *bytes = read_file(path, &length);
    if (bytes == NULL) {
        return &bk_empty_string;
    }
    if (!bk_utf8_is_valid(bytes, length)) {
        free(bytes);
        bk_set_error(EILSEQ);
        return &bk_empty_string;
    }
    BeskidStr *string = bk_string_copy(bytes, length);
    free(bytes);
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
    free(bytes);
    return array;
}

static int64_t write_file(const BeskidStr *path, int flags, const uint8_t *bytes, uint64_t length)
{
    int descriptor = open_path(path, O_WRONLY | O_CREAT | flags);
    if (descriptor < 0) {
        return last_error;
    }
    errno = 0;
    int error = 0;
    if (length != 0 && bk_write_all(descriptor, bytes, length) != (int64_t)length) {
        error = errno != 0 ? errno : EIO;
    }
    if (close(descriptor) != 0 && error == 0 && errno != EINTR) {
        error = errno;
    }
    return bk_set_error(error);
}

int64_t fs_write_text(const BeskidStr *path, const BeskidStr *text)
{
    return write_file(path, O_TRUNC, text->ptr, text->len);
}

int64_t fs_write_bytes(const BeskidStr *path, BeskidArray *bytes)
{
    return write_file(path, O_TRUNC, bytes->ptr, bytes->len);
}

int64_t fs_append_text(const BeskidStr *path, const BeskidStr *text)
{
    return write_file(path, O_APPEND, text->ptr, text->len);
}

static bool look_at(const BeskidStr *path, struct stat *about)
{
    char name[PATH_MAX];
    return to_path(path, name) && outcome(stat(name, about)) == 0;
}

int64_t fs_exists(const BeskidStr *path)
{
    struct stat about;
    return look_at(path, &about);
}

int64_t fs_is_directory(const BeskidStr *path)
{
    struct stat about;
    return look_at(path, &about) && S_ISDIR(about.st_mode);
}

int64_t fs_delete(const BeskidStr *path)
{
    char name[PATH_MAX];
    if (!to_path(path, name)) {
        return last_error;
    }
    struct stat about;
    if (lstat(name, &about) == 0 && S_ISDIR(about.st_mode)) {
        return outcome(rmdir(name));
    }
    return outcome(unlink(name));
}

int64_t fs_mkdir(const BeskidStr *path)
{
    char name[PATH_MAX];
    if (!to_path(path, name)) {
        return last_error;
    }
    return outcome(mkdir(name, 0777));
}

static int by_bytes(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

static void release_names(char **names, uint64_t count)
{
    for (uint64_t index = 0; index < count; index++) {
        free(names[index]);
    }
    free(names);
}

/* The names in a directory, in memory of malloc; null with the error set on failure. */
static char **read_names(DIR *directory, uint64_t *count)
{
    uint64_t capacity = 16;
    char **names = malloc(capacity * sizeof *names);
    *count = 0;
    for (;;) {
        errno = 0;
        const struct dirent *item = readdir(directory);
        if (item == NULL || names == NULL) {
            break;
        }
        if (strcmp(item->d_name, ".") == 0 || strcmp(item->d_name, "..") == 0) {
            continue;
        }
        if (*count == capacity) {
            capacity *= 2;
            char **grown = realloc(names, capacity * sizeof *names);
            if (grown == NULL) {
                break;
            }
            names = grown;
        }
        names[*count] = strdup(item->d_name);
        if (names[*count] == NULL) {
            break;
        }
        ++*count;
    }
    if (names == NULL || errno != 0) {
        bk_set_error(errno != 0 ? errno : ENOMEM);
        if (names != NULL) {
            release_names(names, *count);
        }
        return NULL;
    }
    qsort(names, *count, sizeof *names, by_bytes);
    return names;
}

BeskidArray *fs_list(const BeskidStr *path)
{
    char name[PATH_MAX];
    if (!to_path(path, name)) {
        return array_new_typed(&bk_reference_element, 0);
    }
    DIR *directory = opendir(name);
    if (directory == NULL) {
        bk_set_error(errno);
        return array_new_typed(&bk_reference_element, 0);
    }
    uint64_t count;
    bk_set_error(0);
    char **names = read_names(directory, &count);
    closedir(directory);
    BeskidArray *array = array_new_typed(&bk_reference_element, names == NULL ? 0 : (int64_t)count);
    if (names == NULL) {
        return array;
    }
    bk_keep(array);
    for (uint64_t index = 0; index < count; index++) {
        bk_array_put(array, index, bk_string_lossy(names[index], strlen(names[index])));
    }
    bk_drop(1);
    release_names(names, count);
    return array;
}
