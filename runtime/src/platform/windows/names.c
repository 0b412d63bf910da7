/* Names on Windows: the system knows them in UTF-16, the runtime in UTF-8. */
#include "platform/windows/windows.h"

#include <stdlib.h>
#include <string.h>

/* Longer paths are refused unless they begin with this and are absolute. */
#define LONG_PATH_PREFIX L"\\\\?\\"
#define LONG_SHARE_PREFIX L"\\\\?\\UNC"
#define MAX_PLAIN_PATH 240

wchar_t *bk_windows_wide(const char *text)
{
    int size = MultiByteToWideChar(CP_UTF8, 0, text, -1, NULL, 0);
    wchar_t *wide = malloc((size_t)size * sizeof *wide);
    if (wide != NULL) {
        MultiByteToWideChar(CP_UTF8, 0, text, -1, wide, size);
    }
    return wide;
}

char *bk_windows_narrow(const wchar_t *text)
{
    int size = WideCharToMultiByte(CP_UTF8, 0, text, -1, NULL, 0, NULL, NULL);
    char *narrow = malloc((size_t)size);
    if (narrow != NULL) {
        WideCharToMultiByte(CP_UTF8, 0, text, -1, narrow, size, NULL, NULL);
    }
    return narrow;
}

static bool is_prefixed(const wchar_t *path)
{
    return wcsncmp(path, L"\\\\?\\", 4) == 0 || wcsncmp(path, L"\\\\.\\", 4) == 0;
}

/* The absolute form with the prefix that lifts the limit; null when there is no memory. */
static wchar_t *long_form(const wchar_t *path)
{
    DWORD size = GetFullPathNameW(path, 0, NULL, NULL);
    wchar_t *absolute = malloc(size * sizeof *absolute);
    size_t room = size + wcslen(LONG_SHARE_PREFIX);
    wchar_t *result = malloc(room * sizeof *result);
    DWORD length = absolute != NULL ? GetFullPathNameW(path, size, absolute, NULL) : 0;
    if (length == 0 || length >= size || result == NULL) {
        free(absolute);
        free(result);
        return NULL;
    }
    /* A share `\\server\name` keeps one of its first two separators. */
    bool is_share = absolute[0] == L'\\' && absolute[1] == L'\\';
    wcscpy(result, is_prefixed(absolute) ? L"" : is_share ? LONG_SHARE_PREFIX : LONG_PATH_PREFIX);
    wcscat(result, absolute + (is_share && !is_prefixed(absolute)));
    free(absolute);
    return result;
}

wchar_t *bk_windows_path(const char *path)
{
    wchar_t *wide = bk_windows_wide(path);
    if (wide == NULL || wcslen(wide) < MAX_PLAIN_PATH || is_prefixed(wide)) {
        return wide;
    }
    wchar_t *result = long_form(wide);
    free(wide);
    return result;
}
