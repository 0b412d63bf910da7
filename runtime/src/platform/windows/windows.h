/* What the files of the Windows platform share: names in UTF-16, and errors of the system as those of C. */
#ifndef BESKID_WINDOWS_H
#define BESKID_WINDOWS_H

#include "platform/platform.h"

#include <wchar.h>
#include <windows.h>

/* ---- names.c ---- */

/* Copies in the other encoding, made by malloc; null when there is no memory. Invalid parts become U+FFFD. */
wchar_t *bk_windows_wide(const char *text);
char *bk_windows_narrow(const wchar_t *text);
/* The path in a form without a limit of its length. */
wchar_t *bk_windows_path(const char *path);

/* ---- errors.c ---- */

/* The number in errno.h for an error of the system. */
int bk_windows_error(DWORD error);

/* ---- console.c ---- */

/* Lets the console take and show UTF-8 until the process ends. */
void bk_windows_console_begin(void);
void bk_windows_console_end(void);
/* One read from a console, in UTF-8; the number of bytes, or a negated error number. */
int64_t bk_windows_console_read(HANDLE console, uint8_t *bytes, uint64_t size);
/* Whether bytes of an earlier read wait for the next one. */
bool bk_windows_console_has_rest(void);

/* ---- stack.c ---- */

/* Whether an address lies at the end of the calling thread's stack, where an access fails without the exception for a
 * stack overflow. */
bool bk_windows_is_stack_end(const uint8_t *address);
/* Keeps a part of the stack free for handling its overflow. */
void bk_windows_keep_stack(void);

#endif
