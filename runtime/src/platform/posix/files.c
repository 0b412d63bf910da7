/* Files, directories and terminals of POSIX systems. */
#include "platform/listing.h"
#include "platform/platform.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
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

static int read_names(DIR *directory, BkListing *names)
{
    int error = 0;
    while (error == 0) {
        errno = 0;
        const struct dirent *item = readdir(directory);
        if (item == NULL) {
            return errno;
        }
        error = bk_listing_add(names, item->d_name, strlen(item->d_name));
    }
    return error;
}

char **bk_os_list(const char *path, uint64_t *count, int *error)
{
    DIR *directory = opendir(path);
    if (directory == NULL) {
        *error = errno;
        return NULL;
    }
    BkListing names = {NULL, 0, 0, 0};
    *error = read_names(directory, &names);
    closedir(directory);
    return bk_listing_end(&names, count, error);
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
