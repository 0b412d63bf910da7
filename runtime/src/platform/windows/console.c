/* The console: text is UTF-8 on both ways. */
#include "platform/windows/windows.h"

#include <errno.h>
#include <string.h>

#define CONTROL_Z 0x1A
/* The most characters of one read; each takes up to three bytes, a pair of surrogates four. */
#define MAX_CHARACTERS 4096

static UINT former_page;
/* What was read and did not fit, and the first half of a pair of surrogates whose second was not read yet. */
static char rest[MAX_CHARACTERS * 3];
static uint64_t rest_start;
static uint64_t rest_end;
static wchar_t half;

void bk_windows_console_begin(void)
{
    UINT page = GetConsoleOutputCP();
    if (page != 0 && page != CP_UTF8 && SetConsoleOutputCP(CP_UTF8)) {
        former_page = page;
    }
}

void bk_windows_console_end(void)
{
    bk_os_key_mode_end();
    if (former_page != 0) {
        SetConsoleOutputCP(former_page);
        former_page = 0;
    }
}

bool bk_windows_console_has_rest(void)
{
    return rest_start != rest_end;
}

static uint64_t take_rest(uint8_t *bytes, uint64_t size)
{
    uint64_t count = rest_end - rest_start < size ? rest_end - rest_start : size;
    memcpy(bytes, rest + rest_start, count);
    rest_start += count;
    return count;
}

int64_t bk_windows_console_read(HANDLE console, uint8_t *bytes, uint64_t size)
{
    /* The input page of a console does not help: it turns other characters than those of ASCII into zeros. */
    wchar_t text[MAX_CHARACTERS];
    while (rest_start == rest_end) {
        DWORD kept = half != 0;
        text[0] = half;
        DWORD count = 0;
        if (!ReadConsoleW(console, text + kept, MAX_CHARACTERS - kept, &count, NULL)) {
            return -bk_windows_error(GetLastError());
        }
        if (count == 0 || (kept == 0 && text[0] == CONTROL_Z)) {
            return 0;
        }
        count += kept;
        half = text[count - 1] >= 0xD800 && text[count - 1] < 0xDC00 ? text[count - 1] : 0;
        count -= half != 0;
        rest_start = 0;
        rest_end = (uint64_t)WideCharToMultiByte(CP_UTF8, 0, text, (int)count, rest, sizeof rest, NULL, NULL);
    }
    return (int64_t)take_rest(bytes, size);
}
