/* Files, directories and terminals of POSIX systems. */
#include "platform/platform.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

int bk_os_open(const char *path, BkOpenMode mode)
{
    static const int flags[] = {
        [BK_OPEN_READ] = O_RDONLY,
        [BK_OPEN_TRUNCATE] = O_WRONLY | O_CREAT | O_TRUNC,
        [BK_OPEN_APPEND] = O_WRONLY | O_CREAT | O_APPEND,
    };
    int descriptor;
    do {
        descriptor = open(path, flags[mode] | O_CLOEXEC, 0666);
    } while (descriptor < 0 && errno == EINTR);
    return descriptor < 0 ? -errno : descriptor;
}

/* Whether a read or write that failed should be tried again: after a signal, and when a descriptor that does not block is
 * ready. Another process may have made it so: the flag belongs to the open file, not to the descriptor. */
static bool can_retry(int descriptor, short event)
{
    if (errno == EINTR) {
        return true;
    }
    if (errno != EAGAIN && errno != EWOULDBLOCK) {
        return false;
    }
    struct pollfd ready = {descriptor, event, 0};
    if (poll(&ready, 1, -1) >= 0 || errno == EINTR) {
        return true;
    }
    errno = EAGAIN;
    return false;
}

int64_t bk_os_read(int descriptor, void *bytes, uint64_t size)
{
    ssize_t count;
    do {
        count = read(descriptor, bytes, size);
    } while (count < 0 && can_retry(descriptor, POLLIN));
    return count < 0 ? -errno : count;
}

int64_t bk_os_write(int descriptor, const void *bytes, uint64_t size)
{
    ssize_t count;
    do {
        count = write(descriptor, bytes, size);
    } while (count < 0 && can_retry(descriptor, POLLOUT));
    return count < 0 ? -errno : count;
}

int bk_os_close(int descriptor)
{
    /* An interrupted close has closed the descriptor. */
    return close(descriptor) == 0 || errno == EINTR ? 0 : errno;
}

static BkFileKind kind_of(const struct stat *about)
{
    return S_ISREG(about->st_mode) ? BK_FILE_REGULAR : S_ISDIR(about->st_mode) ? BK_FILE_DIRECTORY : BK_FILE_OTHER;
}

int bk_os_look(const char *path, bool follow, BkFileKind *kind)
{
    struct stat about;
    if ((follow ? stat(path, &about) : lstat(path, &about)) != 0) {
        return errno;
    }
    *kind = kind_of(&about);
    return 0;
}

uint64_t bk_os_size(int descriptor, BkFileKind *kind)
{
    struct stat about;
    if (fstat(descriptor, &about) != 0) {
        *kind = BK_FILE_OTHER;
        return 0;
    }
    *kind = kind_of(&about);
    return about.st_size > 0 ? (uint64_t)about.st_size : 0;
}

bool bk_os_identify(int descriptor, BkFileIdentity *identity)
{
    struct stat about;
    if (fstat(descriptor, &about) != 0) {
        return false;
    }
    identity->device = about.st_dev;
    identity->number = about.st_ino;
    identity->position = lseek(descriptor, 0, SEEK_CUR);
    return true;
}

int bk_os_remove(const char *path, bool directory)
{
    return (directory ? rmdir(path) : unlink(path)) == 0 ? 0 : errno;
}

int bk_os_mkdir(const char *path)
{
    return mkdir(path, 0777) == 0 ? 0 : errno;
}

/* Names of a directory, each with its terminating zero. */
typedef struct Names {
    char *bytes;
    uint64_t size;
    uint64_t capacity;
    uint64_t count;
} Names;

static bool add_name(Names *names, const char *name)
{
    uint64_t size = strlen(name) + 1;
    if (names->capacity - names->size < size) {
        uint64_t capacity = (names->size + size) * 2;
        char *grown = realloc(names->bytes, capacity);
        if (grown == NULL) {
            return false;
        }
        names->bytes = grown;
        names->capacity = capacity;
    }
    memcpy(names->bytes + names->size, name, size);
    names->size += size;
    names->count++;
    return true;
}

static int read_names(DIR *directory, Names *names)
{
    for (;;) {
        errno = 0;
        const struct dirent *item = readdir(directory);
        if (item == NULL) {
            return errno;
        }
        if (strcmp(item->d_name, ".") != 0 && strcmp(item->d_name, "..") != 0 && !add_name(names, item->d_name)) {
            return ENOMEM;
        }
    }
}

/* Pointers to the names, followed by the names themselves. */
static char **pack(const Names *names)
{
    uint64_t pointers = (names->count + 1) * sizeof(char *);
    char **result = malloc(pointers + names->size);
    if (result == NULL) {
        return NULL;
    }
    char *name = (char *)result + pointers;
    if (names->size != 0) {
        memcpy(name, names->bytes, names->size);
    }
    for (uint64_t index = 0; index < names->count; index++) {
        result[index] = name;
        name += strlen(name) + 1;
    }
    result[names->count] = NULL;
    return result;
}

char **bk_os_list(const char *path, uint64_t *count, int *error)
{
    DIR *directory = opendir(path);
    if (directory == NULL) {
        *error = errno;
        return NULL;
    }
    Names names = {NULL, 0, 0, 0};
    *error = read_names(directory, &names);
    closedir(directory);
    char **result = *error == 0 ? pack(&names) : NULL;
    if (*error == 0 && result == NULL) {
        *error = ENOMEM;
    }
    *count = names.count;
    free(names.bytes);
    return result;
}

bool bk_os_is_terminal(int descriptor)
{
    return isatty(descriptor) != 0;
}

int64_t bk_os_window_size(int descriptor)
{
    struct winsize size;
    return ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? (int64_t)size.ws_col * 65536 + size.ws_row : 0;
}
