/* Errors of the operating system, as programs see them. */
#include "context/last_error.h"
#include "values/strings.h"

#include <string.h>

int64_t os_last_error(void)
{
    return bk_last_error();
}

const BeskidStr *os_error_text(int64_t error)
{
    if (error == 0) {
        return bk_string_copy("no error", 8);
    }
    const char *text = strerror(bk_own_error(error));
    return bk_string_lossy(text, strlen(text));
}
