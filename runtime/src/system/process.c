/* The process: arguments, environment, working directory, exit, random bits.
 * The core library calls it (source builtins); beskid_enter asks for the arguments. */
#include "internal.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

static BkArguments arguments;

BkArguments bk_arguments_replace(BkArguments replacement)
{
    BkArguments former = arguments;
    arguments = replacement;
    return former;
}

BeskidArray *process_args(void)
{
    int64_t count = arguments.values != NULL && arguments.count > 1 ? arguments.count - 1 : 0;
    BeskidArray *array = array_new_typed(&bk_reference_element, count);
    bk_keep(array);
    for (int64_t index = 0; index < count; index++) {
        const char *value = arguments.values[index + 1];
        bk_array_put(array, (uint64_t)index, bk_string_lossy(value, strlen(value)));
    }
    bk_drop(1);
    return array;
}

_Noreturn void process_exit(int64_t status)
{
    int64_t final = bk_output_finish(status & 0xff);
    /* Not exit(): a host's own clean-up must not run on the stack of generated code. */
    fflush(NULL);
    _exit((int)final);
}

int64_t process_getpid(void)
{
    return getpid();
}

/* A C string of a name or value; null with the error set when it holds a zero byte. */
static char *terminated(const BeskidStr *text)
{
    if (memchr(text->ptr, '\0', text->len) != NULL) {
        bk_set_error(EINVAL);
        return NULL;
    }
    char *copy = malloc(text->len + 1);
    if (copy == NULL) {
        bk_set_error(ENOMEM);
        return NULL;
    }
    memcpy(copy, text->ptr, text->len);
    copy[text->len] = '\0';
    return copy;
}

static const char *variable(const BeskidStr *name)
{
    char *copy = terminated(name);
    if (copy == NULL) {
        return NULL;
    }
    const char *value = getenv(copy);
    free(copy);
    return value;
}

const BeskidStr *env_get(const BeskidStr *name)
{
    const char *value = variable(name);
    return value == NULL ? &bk_empty_string : bk_string_lossy(value, strlen(value));
}

int64_t env_has(const BeskidStr *name)
{
    return variable(name) != NULL;
}

int64_t env_set(const BeskidStr *name, const BeskidStr *value)
{
    char *name_copy = terminated(name);
    char *value_copy = terminated(value);
    int64_t error = os_last_error();
    if (name_copy != NULL && value_copy != NULL) {
        error = bk_set_error(setenv(name_copy, value_copy, 1) == 0 ? 0 : errno);
    }
    free(name_copy);
    free(value_copy);
    return error;
}

const BeskidStr *env_getcwd(void)
{
    char path[PATH_MAX];
    if (getcwd(path, sizeof path) == NULL) {
        bk_set_error(errno);
        return &bk_empty_string;
    }
    bk_set_error(0);
    return bk_string_lossy(path, strlen(path));
}

int64_t os_random(void)
{
    int64_t bits;
    if (getrandom(&bits, sizeof bits, 0) != (ssize_t)sizeof bits) {
        bits = (int64_t)((uint64_t)clock_realtime_nanos() * UINT64_C(6364136223846793005) + (uint64_t)getpid());
    }
    return bits;
}
