/* Files, directories and terminals of POSIX systems. */
#include "platform/listing.h"
#include "platform/platform.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

static int open_flags(unsigned mode)
{
    int flags = (mode & BK_OPEN_WRITING) == 0 ? O_RDONLY : (mode & BK_OPEN_READING) == 0 ? O_WRONLY : O_RDWR;
    flags |= (mode & BK_OPEN_CREATE) != 0 ? O_CREAT : 0;
    flags |= (mode & BK_OPEN_TRUNCATE) != 0 ? O_TRUNC : 0;
    flags |= (mode & BK_OPEN_APPEND) != 0 ? O_APPEND : 0;
    flags |= (mode & BK_OPEN_NEW) != 0 ? O_EXCL : 0;
    return flags | O_CLOEXEC;
}

int bk_os_open(const char *path, unsigned mode)
{
    int descriptor;
    do {
        descriptor = open(path, open_flags(mode), (mode & BK_OPEN_PRIVATE) != 0 ? 0600 : 0666);
    } while (descriptor < 0 && errno == EINTR);
    return descriptor < 0 ? -errno : descriptor;
}

/* Whether a read or write that failed should be tried again: after a signal, and when a descriptor that does not block
 * is ready. Another process may have made it so: the flag belongs to the open file, not to the descriptor. */
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
    return S_ISREG(about->st_mode)   ? BK_FILE_REGULAR
           : S_ISDIR(about->st_mode) ? BK_FILE_DIRECTORY
           : S_ISLNK(about->st_mode) ? BK_FILE_LINK
                                     : BK_FILE_OTHER;
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

static int64_t nanoseconds_of(const struct timespec *time)
{
    return (int64_t)time->tv_sec * BK_SECOND + time->tv_nsec;
}

int bk_os_status(const char *path, bool follow, BkFileStatus *status)
{
    struct stat about;
    if ((follow ? stat(path, &about) : lstat(path, &about)) != 0) {
        return errno;
    }
#ifdef __APPLE__
    const struct timespec *modified = &about.st_mtimespec;
    const struct timespec *accessed = &about.st_atimespec;
#else
    const struct timespec *modified = &about.st_mtim;
    const struct timespec *accessed = &about.st_atim;
#endif
    *status = (BkFileStatus){
        .kind = kind_of(&about),
        .size = about.st_size,
        .permissions = about.st_mode & 07777,
        .modified = nanoseconds_of(modified),
        .accessed = nanoseconds_of(accessed),
    };
    return 0;
}

int bk_os_rename(const char *from, const char *to)
{
    return rename(from, to) == 0 ? 0 : errno;
}

int bk_os_set_permissions(const char *path, int64_t permissions)
{
    return chmod(path, (mode_t)(permissions & 07777)) == 0 ? 0 : errno;
}

int bk_os_set_modified(const char *path, int64_t nanoseconds)
{
    int64_t second = nanoseconds / BK_SECOND;
    int64_t rest = nanoseconds % BK_SECOND;
    if (rest < 0) {
        second--;
        rest += BK_SECOND;
    }
    const struct timespec times[] = {{0, UTIME_OMIT}, {(time_t)second, (long)rest}};
    return utimensat(AT_FDCWD, path, times, 0) == 0 ? 0 : errno;
}

int bk_os_make_link(const char *path, const char *target)
{
    return symlink(target, path) == 0 ? 0 : errno;
}

int64_t bk_os_seek(int descriptor, int64_t offset, BkFileChange from)
{
    int whence = from == BK_FILE_SEEK_START ? SEEK_SET : from == BK_FILE_SEEK_CURRENT ? SEEK_CUR : SEEK_END;
    off_t position = lseek(descriptor, offset, whence);
    return position < 0 ? -errno : position;
}

int bk_os_resize(int descriptor, int64_t size)
{
    return ftruncate(descriptor, size) == 0 ? 0 : errno;
}

int bk_os_sync(int descriptor)
{
    return fsync(descriptor) == 0 ? 0 : errno;
}

int bk_os_lock(int descriptor, BkFileChange operation, bool wait)
{
    int wanted = operation == BK_FILE_LOCK ? LOCK_EX : operation == BK_FILE_LOCK_SHARED ? LOCK_SH : LOCK_UN;
    int result;
    do {
        result = flock(descriptor, wait ? wanted : wanted | LOCK_NB);
    } while (result != 0 && errno == EINTR);
    return result == 0 ? 0 : errno;
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
    if (ioctl(descriptor, TIOCGWINSZ, &size) != 0) {
        return 0;
    }
    int64_t both = (int64_t)size.ws_col * 65536 + size.ws_row;
    return both == 0 ? 1 : both;
}
