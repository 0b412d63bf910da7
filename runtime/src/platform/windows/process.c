/* The process on Windows: start, end, clocks, random bits, environment. */
#include "platform/windows/windows.h"

#include <corecrt_startup.h>
#include <errno.h>
#include <fcntl.h>
#include <io.h>
#include <stdlib.h>
#include <string.h>

/* Of 100 nanoseconds, from 1601 to 1970. */
#define TICKS_TO_1970 INT64_C(116444736000000000)
#define TICK_NANOSECONDS 100

/* The arguments in UTF-8; null when there is no memory. Those that C made are in the page of the user's language. */
static char **narrow_arguments(int count, wchar_t *const *wide)
{
    char **arguments = malloc(((size_t)count + 1) * sizeof *arguments);
    if (arguments == NULL) {
        return NULL;
    }
    for (int index = 0; index < count; index++) {
        arguments[index] = bk_windows_narrow(wide[index]);
        if (arguments[index] == NULL) {
            return NULL;
        }
    }
    arguments[count] = NULL;
    return arguments;
}

bool bk_os_begin_executable(int64_t *argument_count, char ***arguments)
{
    for (int descriptor = 0; descriptor <= 2; descriptor++) {
        /* What foreign code prints and reads is not translated either. */
        _setmode(descriptor, _O_BINARY);
    }
    bk_windows_console_begin();
    atexit(bk_windows_console_end);
    if (_configure_wide_argv(_crt_argv_unexpanded_arguments) != 0) {
        return false;
    }
    char **narrow = narrow_arguments(__argc, __wargv);
    if (narrow == NULL) {
        return false;
    }
    *argument_count = __argc;
    *arguments = narrow;
    return true;
}

/* `_exit` runs code of the libraries that are loaded. */
_Noreturn void bk_os_exit(int status)
{
    bk_windows_console_end();
    TerminateProcess(GetCurrentProcess(), (UINT)status);
    abort();
}

int64_t bk_os_pid(void)
{
    return GetCurrentProcessId();
}

static int64_t monotonic_clock(void)
{
    LARGE_INTEGER now;
    LARGE_INTEGER frequency;
    QueryPerformanceCounter(&now);
    QueryPerformanceFrequency(&frequency);
    /* The product of all ticks would overflow after days. */
    return now.QuadPart / frequency.QuadPart * BK_SECOND +
           now.QuadPart % frequency.QuadPart * BK_SECOND / frequency.QuadPart;
}

static int64_t ticks_of(FILETIME time)
{
    return (int64_t)((uint64_t)time.dwHighDateTime << 32 | time.dwLowDateTime);
}

int64_t bk_os_clock(bool monotonic)
{
    if (monotonic) {
        return monotonic_clock();
    }
    FILETIME now;
    GetSystemTimePreciseAsFileTime(&now);
    return (ticks_of(now) - TICKS_TO_1970) * TICK_NANOSECONDS;
}

int64_t bk_os_processor_time(void)
{
    FILETIME created;
    FILETIME ended;
    FILETIME kernel;
    FILETIME user;
    if (!GetThreadTimes(GetCurrentThread(), &created, &ended, &kernel, &user)) {
        return 0;
    }
    return (ticks_of(kernel) + ticks_of(user)) * TICK_NANOSECONDS;
}

void bk_os_sleep(int64_t milliseconds)
{
    while (milliseconds > 0) {
        /* The largest number means for ever. */
        DWORD part = milliseconds < INFINITE ? (DWORD)milliseconds : INFINITE - 1;
        Sleep(part);
        milliseconds -= part;
    }
}

int64_t bk_os_random(void)
{
    unsigned low;
    unsigned high;
    if (rand_s(&low) != 0 || rand_s(&high) != 0) {
        return (int64_t)((uint64_t)bk_os_clock(false) * UINT64_C(6364136223846793005) + GetCurrentProcessId());
    }
    return (int64_t)((uint64_t)high << 32 | low);
}

/* The value of a variable; null when it is not set, or errno is ENOMEM. */
static wchar_t *wide_value(const wchar_t *name)
{
    DWORD capacity = 0;
    wchar_t *value = NULL;
    for (;;) {
        SetLastError(ERROR_SUCCESS);
        DWORD size = GetEnvironmentVariableW(name, value, capacity);
        if (size == 0 && GetLastError() != ERROR_SUCCESS) {
            free(value);
            return NULL;
        }
        if (size < capacity) {
            return value;
        }
        /* Another thread may have made it longer meanwhile. */
        free(value);
        capacity = size + 1;
        value = malloc(capacity * sizeof *value);
        if (value == NULL) {
            errno = ENOMEM;
            return NULL;
        }
    }
}

char *bk_os_getenv(const char *name)
{
    wchar_t *wide = bk_windows_wide(name);
    if (wide == NULL) {
        errno = ENOMEM;
        return NULL;
    }
    wchar_t *value = wide_value(wide);
    char *narrow = value != NULL ? bk_windows_narrow(value) : NULL;
    if (value != NULL && narrow == NULL) {
        errno = ENOMEM;
    }
    free(value);
    free(wide);
    return narrow;
}

int bk_os_setenv(const char *name, const char *value)
{
    if (*name == '\0' || strchr(name, '=') != NULL) {
        return EINVAL;
    }
    wchar_t *wide_name = bk_windows_wide(name);
    wchar_t *wide = bk_windows_wide(value);
    int error = wide_name != NULL && wide != NULL ? 0 : ENOMEM;
    if (error == 0) {
        /* For foreign code. The C library takes an empty value for none. */
        _wputenv_s(wide_name, wide);
        error = SetEnvironmentVariableW(wide_name, wide) ? 0 : bk_windows_error(GetLastError());
    }
    free(wide_name);
    free(wide);
    return error;
}

char *bk_os_getcwd(void)
{
    DWORD size = GetCurrentDirectoryW(0, NULL);
    wchar_t *wide = malloc((size_t)size * sizeof *wide);
    if (wide == NULL) {
        errno = ENOMEM;
        return NULL;
    }
    DWORD length = GetCurrentDirectoryW(size, wide);
    char *path = NULL;
    if (length != 0 && length < size) {
        path = bk_windows_narrow(wide);
    }
    errno = path == NULL ? ENOENT : errno;
    free(wide);
    return path;
}
