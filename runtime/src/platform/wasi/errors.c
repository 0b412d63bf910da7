/* Errors of WASI as the numbers of errno.h, which are those of Linux, with their texts. */
#include "platform/wasi/wasi.h"

#include <errno.h>
#include <string.h>

int errno;

typedef struct Error {
    uint16_t number;
    const char *text;
} Error;

/* In the order of WASI's numbers. */
static const Error errors[] = {
    {0, "Success"},
    {7, "Argument list too long"},
    {EACCES, "Permission denied"},
    {98, "Address already in use"},
    {99, "Cannot assign requested address"},
    {97, "Address family not supported by protocol"},
    {EAGAIN, "Resource temporarily unavailable"},
    {114, "Operation already in progress"},
    {EBADF, "Bad file descriptor"},
    {74, "Bad message"},
    {EBUSY, "Device or resource busy"},
    {125, "Operation canceled"},
    {10, "No child processes"},
    {103, "Software caused connection abort"},
    {111, "Connection refused"},
    {104, "Connection reset by peer"},
    {35, "Resource deadlock avoided"},
    {89, "Destination address required"},
    {EDOM, "Numerical argument out of domain"},
    {122, "Disk quota exceeded"},
    {EEXIST, "File exists"},
    {14, "Bad address"},
    {27, "File too large"},
    {113, "No route to host"},
    {43, "Identifier removed"},
    {EILSEQ, "Invalid or incomplete multibyte or wide character"},
    {115, "Operation now in progress"},
    {EINTR, "Interrupted system call"},
    {EINVAL, "Invalid argument"},
    {EIO, "Input/output error"},
    {106, "Transport endpoint is already connected"},
    {EISDIR, "Is a directory"},
    {40, "Too many levels of symbolic links"},
    {24, "Too many open files"},
    {31, "Too many links"},
    {90, "Message too long"},
    {72, "Multihop attempted"},
    {ENAMETOOLONG, "File name too long"},
    {100, "Network is down"},
    {102, "Network dropped connection on reset"},
    {101, "Network is unreachable"},
    {23, "Too many open files in system"},
    {105, "No buffer space available"},
    {19, "No such device"},
    {ENOENT, "No such file or directory"},
    {8, "Exec format error"},
    {37, "No locks available"},
    {67, "Link has been severed"},
    {ENOMEM, "Cannot allocate memory"},
    {42, "No message of desired type"},
    {92, "Protocol not available"},
    {ENOSPC, "No space left on device"},
    {ENOSYS, "Function not implemented"},
    {107, "Transport endpoint is not connected"},
    {ENOTDIR, "Not a directory"},
    {ENOTEMPTY, "Directory not empty"},
    {131, "State not recoverable"},
    {88, "Socket operation on non-socket"},
    {95, "Operation not supported"},
    {25, "Inappropriate ioctl for device"},
    {6, "No such device or address"},
    {75, "Value too large for defined data type"},
    {130, "Owner died"},
    {EPERM, "Operation not permitted"},
    {EPIPE, "Broken pipe"},
    {71, "Protocol error"},
    {93, "Protocol not supported"},
    {91, "Protocol wrong type for socket"},
    {ERANGE, "Numerical result out of range"},
    {30, "Read-only file system"},
    {29, "Illegal seek"},
    {3, "No such process"},
    {116, "Stale file handle"},
    {110, "Connection timed out"},
    {26, "Text file busy"},
    {18, "Invalid cross-device link"},
    /* What WASI calls a lack of capability is a path outside of the folders that the host opened. */
    {EACCES, "Permission denied"},
};

#define ERROR_COUNT (sizeof errors / sizeof errors[0])

int bk_wasi_errno(uint16_t error)
{
    return error < ERROR_COUNT ? errors[error].number : EIO;
}

char *strerror(int error)
{
    for (unsigned index = 0; index < ERROR_COUNT; index++) {
        if (errors[index].number == error) {
            return (char *)errors[index].text;
        }
    }
    static char unknown[32] = "Unknown error ";
    uint64_t rest = error < 0 ? 0 - (uint64_t)error : (uint64_t)error;
    char digits[24];
    unsigned count = 0;
    do {
        digits[count++] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest != 0);
    char *target = unknown + sizeof "Unknown error " - 1;
    if (error < 0) {
        *target++ = '-';
    }
    while (count > 0) {
        *target++ = digits[--count];
    }
    *target = '\0';
    return unknown;
}
