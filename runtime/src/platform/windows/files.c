/* Files, directories and consoles on Windows. A descriptor is one of the C library, so that foreign code can share it;
 * its bytes go through the handle, which translates nothing and takes no lock. */
#include "platform/listing.h"
#include "platform/windows/windows.h"

#include <errno.h>
#include <fcntl.h>
#include <io.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Windows takes the size of a read or write as 32 bits, and refuses large ones on consoles and pipes. */
#define MAX_TRANSFER (UINT64_C(1) << 24)
#define NO_CONSOLE (-2)

static int last_error(void)
{
    return bk_windows_error(GetLastError());
}

static HANDLE handle_of(int descriptor)
{
    intptr_t handle = _get_osfhandle(descriptor);
    return handle == NO_CONSOLE ? INVALID_HANDLE_VALUE : (HANDLE)handle;
}

static BkFileKind kind_of(DWORD attributes)
{
    return (attributes & FILE_ATTRIBUTE_DIRECTORY) != 0 ? BK_FILE_DIRECTORY
           : (attributes & FILE_ATTRIBUTE_DEVICE) != 0  ? BK_FILE_OTHER
                                                        : BK_FILE_REGULAR;
}

static bool is_directory(const wchar_t *path)
{
    DWORD attributes = GetFileAttributesW(path);
    return attributes != INVALID_FILE_ATTRIBUTES && kind_of(attributes) == BK_FILE_DIRECTORY;
}

static int open_flags(unsigned mode)
{
    int flags = (mode & BK_OPEN_WRITING) == 0 ? _O_RDONLY : (mode & BK_OPEN_READING) == 0 ? _O_WRONLY : _O_RDWR;
    flags |= (mode & BK_OPEN_CREATE) != 0 ? _O_CREAT : 0;
    flags |= (mode & BK_OPEN_TRUNCATE) != 0 ? _O_TRUNC : 0;
    flags |= (mode & BK_OPEN_APPEND) != 0 ? _O_APPEND : 0;
    flags |= (mode & BK_OPEN_NEW) != 0 ? _O_EXCL : 0;
    return flags | _O_BINARY | _O_NOINHERIT;
}

int bk_os_open(const char *path, unsigned mode)
{
    wchar_t *wide = bk_windows_path(path);
    if (wide == NULL) {
        return -ENOMEM;
    }
    int descriptor = _wopen(wide, open_flags(mode), _S_IREAD | _S_IWRITE);
    int result = descriptor >= 0 ? descriptor : errno == EACCES && is_directory(wide) ? -EISDIR : -errno;
    if (descriptor >= 0 && (mode & BK_OPEN_APPEND) != 0) {
        /* The C library seeks before its own writes; these go through the handle. */
        SetFilePointerEx(handle_of(descriptor), (LARGE_INTEGER){.QuadPart = 0}, NULL, FILE_END);
    }
    free(wide);
    return result;
}

static bool is_console(HANDLE handle)
{
    DWORD mode;
    return GetFileType(handle) == FILE_TYPE_CHAR && GetConsoleMode(handle, &mode);
}

int64_t bk_os_read(int descriptor, void *bytes, uint64_t size)
{
    HANDLE handle = handle_of(descriptor);
    if (is_console(handle)) {
        return bk_windows_console_read(handle, bytes, size);
    }
    DWORD count = 0;
    if (!ReadFile(handle, bytes, (DWORD)(size < MAX_TRANSFER ? size : MAX_TRANSFER), &count, NULL)) {
        DWORD error = GetLastError();
        /* The writer has closed its end. */
        return error == ERROR_BROKEN_PIPE || error == ERROR_HANDLE_EOF ? 0
               : error == ERROR_ACCESS_DENIED                          ? -EBADF
                                                                       : -bk_windows_error(error);
    }
    return count;
}

int64_t bk_os_write(int descriptor, const void *bytes, uint64_t size)
{
    HANDLE handle = handle_of(descriptor);
    DWORD count = 0;
    if (!WriteFile(handle, bytes, (DWORD)(size < MAX_TRANSFER ? size : MAX_TRANSFER), &count, NULL)) {
        DWORD error = GetLastError();
        return error == ERROR_ACCESS_DENIED ? -EBADF : -bk_windows_error(error);
    }
    /* Nothing was written to a pipe that is full and does not wait. */
    return count == 0 && size != 0 ? -EAGAIN : (int64_t)count;
}

int bk_os_close(int descriptor)
{
    return _close(descriptor) == 0 ? 0 : errno;
}

/* Looks through links; a handle names what a path leads to. */
static int look_through(const wchar_t *path, BkFileKind *kind)
{
    const DWORD shared = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
    HANDLE handle = CreateFileW(path, 0, shared, NULL, OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, NULL);
    if (handle == INVALID_HANDLE_VALUE) {
        return last_error();
    }
    BY_HANDLE_FILE_INFORMATION about;
    bool known = GetFileType(handle) == FILE_TYPE_DISK && GetFileInformationByHandle(handle, &about);
    *kind = known ? kind_of(about.dwFileAttributes) : BK_FILE_OTHER;
    CloseHandle(handle);
    return 0;
}

int bk_os_look(const char *path, bool follow, BkFileKind *kind)
{
    wchar_t *wide = bk_windows_path(path);
    if (wide == NULL) {
        return ENOMEM;
    }
    int error = 0;
    if (follow) {
        error = look_through(wide, kind);
    } else {
        DWORD attributes = GetFileAttributesW(wide);
        error = attributes == INVALID_FILE_ATTRIBUTES ? last_error() : 0;
        *kind = kind_of(attributes);
    }
    free(wide);
    return error;
}

uint64_t bk_os_size(int descriptor, BkFileKind *kind)
{
    HANDLE handle = handle_of(descriptor);
    LARGE_INTEGER size;
    if (GetFileType(handle) != FILE_TYPE_DISK || !GetFileSizeEx(handle, &size)) {
        *kind = BK_FILE_OTHER;
        return 0;
    }
    *kind = BK_FILE_REGULAR;
    return (uint64_t)size.QuadPart;
}

bool bk_os_identify(int descriptor, BkFileIdentity *identity)
{
    HANDLE handle = handle_of(descriptor);
    BY_HANDLE_FILE_INFORMATION about;
    LARGE_INTEGER position;
    if (handle == INVALID_HANDLE_VALUE) {
        return false;
    }
    if (GetFileType(handle) != FILE_TYPE_DISK || !GetFileInformationByHandle(handle, &about)) {
        /* Pipes and consoles have no number of their own. */
        *identity = (BkFileIdentity){0, (uint64_t)(uintptr_t)handle, -1};
        return true;
    }
    bool known = SetFilePointerEx(handle, (LARGE_INTEGER){.QuadPart = 0}, &position, FILE_CURRENT);
    identity->device = about.dwVolumeSerialNumber;
    identity->number = (uint64_t)about.nFileIndexHigh << 32 | about.nFileIndexLow;
    identity->position = known ? position.QuadPart : -1;
    return true;
}

int bk_os_remove(const char *path, bool directory)
{
    wchar_t *wide = bk_windows_path(path);
    if (wide == NULL) {
        return ENOMEM;
    }
    bool removed = directory ? RemoveDirectoryW(wide) : DeleteFileW(wide);
    int error = removed ? 0 : last_error();
    free(wide);
    return error;
}

int bk_os_mkdir(const char *path)
{
    wchar_t *wide = bk_windows_path(path);
    if (wide == NULL) {
        return ENOMEM;
    }
    int error = CreateDirectoryW(wide, NULL) ? 0 : last_error();
    free(wide);
    return error;
}

/* Of 100 nanoseconds, from 1601 to 1970. */
#define TICKS_TO_1970 INT64_C(116444736000000000)
#define TICK_NANOSECONDS 100

static int64_t nanoseconds_of(FILETIME time)
{
    int64_t ticks = (int64_t)((uint64_t)time.dwHighDateTime << 32 | time.dwLowDateTime);
    return (ticks - TICKS_TO_1970) * TICK_NANOSECONDS;
}

static FILETIME filetime_of(int64_t nanoseconds)
{
    uint64_t ticks = (uint64_t)(nanoseconds / TICK_NANOSECONDS + TICKS_TO_1970);
    return (FILETIME){(DWORD)ticks, (DWORD)(ticks >> 32)};
}

/* A handle for what is at a path, directories included; null with the error of the system. */
static HANDLE open_for(const wchar_t *path, DWORD access, bool follow)
{
    const DWORD shared = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
    DWORD flags = FILE_FLAG_BACKUP_SEMANTICS | (follow ? 0 : FILE_FLAG_OPEN_REPARSE_POINT);
    HANDLE handle = CreateFileW(path, access, shared, NULL, OPEN_EXISTING, flags, NULL);
    return handle == INVALID_HANDLE_VALUE ? NULL : handle;
}

/* A file that can be read, and written unless it is read-only; Windows knows no other permissions. */
static int64_t permissions_of(DWORD attributes)
{
    int64_t read_only = 0444;
    int64_t executable = (attributes & FILE_ATTRIBUTE_DIRECTORY) != 0 ? 0111 : 0;
    return read_only | executable | ((attributes & FILE_ATTRIBUTE_READONLY) != 0 ? 0 : 0222);
}

static int status_of(HANDLE handle, BkFileStatus *status)
{
    BY_HANDLE_FILE_INFORMATION about;
    if (GetFileType(handle) != FILE_TYPE_DISK) {
        *status = (BkFileStatus){.kind = BK_FILE_OTHER, .permissions = -1};
        return 0;
    }
    if (!GetFileInformationByHandle(handle, &about)) {
        return last_error();
    }
    bool is_link = (about.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0;
    *status = (BkFileStatus){
        .kind = is_link ? BK_FILE_LINK : kind_of(about.dwFileAttributes),
        .size = (int64_t)((uint64_t)about.nFileSizeHigh << 32 | about.nFileSizeLow),
        .permissions = permissions_of(about.dwFileAttributes),
        .modified = nanoseconds_of(about.ftLastWriteTime),
        .accessed = nanoseconds_of(about.ftLastAccessTime),
    };
    return 0;
}

int bk_os_status(const char *path, bool follow, BkFileStatus *status)
{
    wchar_t *wide = bk_windows_path(path);
    if (wide == NULL) {
        return ENOMEM;
    }
    HANDLE handle = open_for(wide, FILE_READ_ATTRIBUTES, follow);
    int error = handle == NULL ? last_error() : status_of(handle, status);
    if (handle != NULL) {
        CloseHandle(handle);
    }
    free(wide);
    return error;
}

int bk_os_rename(const char *from, const char *to)
{
    wchar_t *wide_from = bk_windows_path(from);
    wchar_t *wide_to = bk_windows_path(to);
    int error = ENOMEM;
    if (wide_from != NULL && wide_to != NULL) {
        error = MoveFileExW(wide_from, wide_to, MOVEFILE_REPLACE_EXISTING) ? 0 : last_error();
    }
    free(wide_from);
    free(wide_to);
    return error;
}

int bk_os_set_permissions(const char *path, int64_t permissions)
{
    wchar_t *wide = bk_windows_path(path);
    if (wide == NULL) {
        return ENOMEM;
    }
    DWORD attributes = GetFileAttributesW(wide);
    bool is_writable = (permissions & 0200) != 0;
    DWORD wanted = is_writable ? attributes & ~(DWORD)FILE_ATTRIBUTE_READONLY : attributes | FILE_ATTRIBUTE_READONLY;
    bool is_set = attributes != INVALID_FILE_ATTRIBUTES && SetFileAttributesW(wide, wanted);
    int error = is_set ? 0 : last_error();
    free(wide);
    return error;
}

int bk_os_set_modified(const char *path, int64_t nanoseconds)
{
    wchar_t *wide = bk_windows_path(path);
    if (wide == NULL) {
        return ENOMEM;
    }
    HANDLE handle = open_for(wide, FILE_WRITE_ATTRIBUTES, true);
    FILETIME time = filetime_of(nanoseconds);
    int error = handle != NULL && SetFileTime(handle, NULL, NULL, &time) ? 0 : last_error();
    if (handle != NULL) {
        CloseHandle(handle);
    }
    free(wide);
    return error;
}

/* Symbolic links need a privilege that users do not have. */
int bk_os_make_link(const char *path, const char *target)
{
    (void)path;
    (void)target;
    return ENOSYS;
}

int64_t bk_os_seek(int descriptor, int64_t offset, BkFileChange from)
{
    DWORD method = from == BK_FILE_SEEK_START ? FILE_BEGIN : from == BK_FILE_SEEK_CURRENT ? FILE_CURRENT : FILE_END;
    HANDLE handle = handle_of(descriptor);
    LARGE_INTEGER position;
    if (handle != INVALID_HANDLE_VALUE && GetFileType(handle) != FILE_TYPE_DISK) {
        return -ESPIPE;
    }
    bool is_set = SetFilePointerEx(handle, (LARGE_INTEGER){.QuadPart = offset}, &position, method);
    return is_set ? position.QuadPart : -last_error();
}

int bk_os_resize(int descriptor, int64_t size)
{
    FILE_END_OF_FILE_INFO end = {{.QuadPart = size}};
    return SetFileInformationByHandle(handle_of(descriptor), FileEndOfFileInfo, &end, sizeof end) ? 0 : last_error();
}

int bk_os_sync(int descriptor)
{
    return FlushFileBuffers(handle_of(descriptor)) ? 0 : last_error();
}

int bk_os_lock(int descriptor, BkFileChange operation, bool wait)
{
    HANDLE handle = handle_of(descriptor);
    OVERLAPPED start;
    memset(&start, 0, sizeof start);
    if (operation == BK_FILE_UNLOCK) {
        return UnlockFileEx(handle, 0, MAXDWORD, MAXDWORD, &start) ? 0 : last_error();
    }
    DWORD flags = operation == BK_FILE_LOCK ? LOCKFILE_EXCLUSIVE_LOCK : 0;
    if (LockFileEx(handle, wait ? flags : flags | LOCKFILE_FAIL_IMMEDIATELY, 0, MAXDWORD, MAXDWORD, &start)) {
        return 0;
    }
    DWORD error = GetLastError();
    return error == ERROR_LOCK_VIOLATION || error == ERROR_IO_PENDING ? EAGAIN : bk_windows_error(error);
}

static int add_name(BkListing *names, const wchar_t *wide)
{
    char *name = bk_windows_narrow(wide);
    int error = name != NULL ? bk_listing_add(names, name, strlen(name)) : ENOMEM;
    free(name);
    return error;
}

static int read_names(const wchar_t *pattern, BkListing *names)
{
    WIN32_FIND_DATAW item;
    HANDLE search = FindFirstFileW(pattern, &item);
    if (search == INVALID_HANDLE_VALUE) {
        /* The root of an empty volume has no entries at all. */
        return GetLastError() == ERROR_FILE_NOT_FOUND ? 0 : last_error();
    }
    int error = 0;
    do {
        error = add_name(names, item.cFileName);
    } while (error == 0 && FindNextFileW(search, &item));
    if (error == 0 && GetLastError() != ERROR_NO_MORE_FILES) {
        error = last_error();
    }
    FindClose(search);
    return error;
}

/* The path of the directory with a pattern for all its entries. */
static wchar_t *pattern_for(const char *path)
{
    size_t size = strlen(path);
    char *longer = malloc(size + 3);
    if (longer == NULL) {
        return NULL;
    }
    memcpy(longer, path, size);
    bool has_separator = size != 0 && (path[size - 1] == '/' || path[size - 1] == '\\');
    memcpy(longer + size, has_separator ? "*" : "/*", has_separator ? 2 : 3);
    wchar_t *pattern = bk_windows_path(longer);
    free(longer);
    return pattern;
}

char **bk_os_list(const char *path, uint64_t *count, int *error)
{
    BkFileKind kind;
    *error = bk_os_look(path, true, &kind);
    if (*error == 0 && kind != BK_FILE_DIRECTORY) {
        *error = ENOTDIR;
    }
    if (*error != 0) {
        return NULL;
    }
    wchar_t *pattern = pattern_for(path);
    BkListing names = {NULL, 0, 0, 0};
    *error = pattern != NULL ? read_names(pattern, &names) : ENOMEM;
    free(pattern);
    return bk_listing_end(&names, count, error);
}

bool bk_os_is_terminal(int descriptor)
{
    return is_console(handle_of(descriptor));
}

int64_t bk_os_window_size(int descriptor)
{
    CONSOLE_SCREEN_BUFFER_INFO info;
    /* Only a handle for output knows the size. */
    HANDLE handle = descriptor == 0 ? GetStdHandle(STD_OUTPUT_HANDLE) : handle_of(descriptor);
    if (!bk_os_is_terminal(descriptor)) {
        return 0;
    }
    if (!GetConsoleScreenBufferInfo(handle, &info)) {
        return 1;
    }
    int64_t columns = info.srWindow.Right - info.srWindow.Left + 1;
    return columns * 65536 + (info.srWindow.Bottom - info.srWindow.Top + 1);
}
