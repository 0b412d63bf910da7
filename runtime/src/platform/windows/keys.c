/* The key mode of the console on Windows. Keys without a character are sequences of characters, as on other systems. */
#include "platform/windows/windows.h"

#define PIPE_POLL_MILLISECONDS 5

static DWORD former_mode;
static bool is_active;

static HANDLE input(void)
{
    return GetStdHandle(STD_INPUT_HANDLE);
}

bool bk_os_key_mode_begin(void)
{
    DWORD mode;
    if (is_active) {
        return true;
    }
    if (!GetConsoleMode(input(), &mode)) {
        return false;
    }
    DWORD changed = (mode | ENABLE_VIRTUAL_TERMINAL_INPUT) & ~(DWORD)(ENABLE_LINE_INPUT | ENABLE_ECHO_INPUT);
    if (!SetConsoleMode(input(), changed)) {
        return false;
    }
    former_mode = mode;
    is_active = true;
    return true;
}

void bk_os_key_mode_end(void)
{
    if (is_active) {
        is_active = false;
        SetConsoleMode(input(), former_mode);
    }
}

/* Whether a read would return a character of this event; the release of Alt ends a character that was typed by
 * number. */
static bool has_character(const INPUT_RECORD *event)
{
    const KEY_EVENT_RECORD *key = &event->Event.KeyEvent;
    return event->EventType == KEY_EVENT && key->uChar.UnicodeChar != 0 &&
           (key->bKeyDown || key->wVirtualKeyCode == VK_MENU);
}

/* Removes events without a character, for which a read would wait on. */
static bool console_is_ready(HANDLE console)
{
    INPUT_RECORD event;
    DWORD count = 0;
    while (PeekConsoleInputW(console, &event, 1, &count) && count != 0) {
        if (has_character(&event)) {
            return true;
        }
        ReadConsoleInputW(console, &event, 1, &count);
    }
    return false;
}

bool bk_os_wait_for_input(int64_t milliseconds)
{
    HANDLE handle = input();
    DWORD kind = GetFileType(handle);
    bool is_console = kind == FILE_TYPE_CHAR && bk_os_is_terminal(0);
    if (!is_console && kind != FILE_TYPE_PIPE) {
        return true;
    }
    if (bk_windows_console_has_rest()) {
        return true;
    }
    int64_t deadline = bk_deadline(milliseconds);
    for (;;) {
        DWORD available = 1;
        if (is_console ? console_is_ready(handle)
                       : !PeekNamedPipe(handle, NULL, 0, NULL, &available, NULL) || available != 0) {
            return true;
        }
        /* A pipe cannot be waited for. */
        DWORD left = (DWORD)bk_left_until(deadline, is_console ? INT32_MAX : PIPE_POLL_MILLISECONDS);
        if (left == 0) {
            return false;
        }
        if (is_console) {
            WaitForSingleObject(handle, left);
        } else {
            Sleep(left);
        }
    }
}
