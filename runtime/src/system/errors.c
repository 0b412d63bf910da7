/* Errors of the operating system, as programs see them. */
#include "system/errors.h"
#include "values/strings.h"

#include <string.h>

static int last_error;

int64_t bk_set_error(int error)
{
    last_error = error;
    return error;
}

int64_t os_last_error(void)
{
    return last_error;
}

const BeskidStr *os_error_text(int64_t error)
{
    if (error == 0) {
        return bk_string_copy("no error", 8);
    }
    const char *text = strerror((int)error);
    return bk_string_lossy(text, strlen(text));
}
