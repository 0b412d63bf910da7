/* The process: arguments, environment, working directory, exit, random bits.
 * The core library calls it (source builtins); beskid_enter asks for the arguments. */
#include "system/process.h"
#include "context/context.h"
#include "context/last_error.h"
#include "context/scratch.h"
#include "panic/output.h"
#include "panic/panic.h"
#include "platform/platform.h"
#include "values/arrays.h"
#include "values/strings.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
    bk_push_root(array);
    for (int64_t index = 0; index < count; index++) {
        const char *value = arguments.values[index + 1];
        bk_array_set(array, (uint64_t)index, bk_string_lossy(value, strlen(value)));
    }
    bk_pop_roots(1);
    return array;
}

_Noreturn void process_exit(int64_t status)
{
    bk_exit_to_host(status & 0xff);
    int64_t result = bk_output_finish(status & 0xff);
    /* Not exit(): a host's exit handlers must not run on the stack of generated code. */
    fflush(NULL);
    bk_os_exit((int)result);
}

int64_t process_getpid(void)
{
    return bk_os_pid();
}

/* A name or value as a C string; null with the error set when it contains a zero byte. */
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

static char *value_of(const BeskidStr *name)
{
    char *copy = terminated(name);
    if (copy == NULL) {
        return NULL;
    }
    char *value = bk_os_getenv(copy);
    free(copy);
    return value;
}

/* A string with a copy of text that is freed. */
static const BeskidStr *take_text(char *text)
{
    bk_scratch_keep(text);
    BeskidStr *string = bk_string_lossy(text, strlen(text));
    bk_scratch_free(text);
    return string;
}

const BeskidStr *env_get(const BeskidStr *name)
{
    char *value = value_of(name);
    return value == NULL ? &bk_empty_string : take_text(value);
}

int64_t env_has(const BeskidStr *name)
{
    char *value = value_of(name);
    bool is_set = value != NULL;
    free(value);
    return is_set;
}

int64_t env_set(const BeskidStr *name, const BeskidStr *value)
{
    char *name_copy = terminated(name);
    char *value_copy = terminated(value);
    int64_t error = os_last_error();
    if (name_copy != NULL && value_copy != NULL) {
        error = bk_set_error(bk_os_setenv(name_copy, value_copy));
    }
    free(name_copy);
    free(value_copy);
    return error;
}

const BeskidStr *env_getcwd(void)
{
    char *path = bk_os_getcwd();
    if (path == NULL) {
        bk_set_error(errno);
        return &bk_empty_string;
    }
    bk_set_error(0);
    return take_text(path);
}

int64_t os_random(void)
{
    return bk_os_random();
}
