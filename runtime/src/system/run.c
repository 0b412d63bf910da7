/* Running another program.
 * The core library calls it (source builtins). */
#include "context/last_error.h"
#include "context/scratch.h"
#include "panic/output.h"
#include "panic/panic.h"
#include "platform/platform.h"
#include "values/arrays.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The texts of an array as C strings, in one block of scratch memory that ends with a null pointer. Returns null with
 * the error set when one has a zero byte. */
static char **c_strings(const BeskidArray *texts)
{
    const BeskidStr *const *values = (const BeskidStr *const *)(const void *)texts->ptr;
    uint64_t size = (texts->len + 1) * sizeof(char *);
    for (uint64_t index = 0; index < texts->len; index++) {
        if (memchr(values[index]->ptr, '\0', values[index]->len) != NULL) {
            bk_set_error(EINVAL);
            return NULL;
        }
        size += values[index]->len + 1;
    }
    char **strings = bk_scratch_keep(malloc(size));
    if (strings == NULL) {
        bk_panic("out of memory");
    }
    char *next = (char *)(strings + texts->len + 1);
    for (uint64_t index = 0; index < texts->len; index++) {
        memcpy(next, values[index]->ptr, values[index]->len);
        next[values[index]->len] = '\0';
        strings[index] = next;
        next += values[index]->len + 1;
    }
    strings[texts->len] = NULL;
    return strings;
}

/* The two byte arrays; what they hold is freed. */
static BeskidArray *take_output(BkRun *run)
{
    bk_scratch_keep(run->output[0].bytes);
    bk_scratch_keep(run->output[1].bytes);
    BeskidArray *result = array_new_typed(&bk_reference_element, 2);
    bk_push_root(result);
    for (uint64_t index = 0; index < 2; index++) {
        bk_array_set(result, index, bk_bytes_copy(run->output[index].bytes, run->output[index].size));
        bk_scratch_free(run->output[index].bytes);
    }
    bk_pop_roots(1);
    return result;
}

BeskidArray *process_run(BeskidArray *arguments, BeskidArray *environment, const BeskidStr *folder, BeskidArray *input,
                         BeskidArray *numbers)
{
    static const BkRun start;
    bk_output_flush();
    bk_output_flush_foreign();
    /* The program may use the terminal. */
    bk_os_key_mode_end();
    int64_t values[2];
    if (arguments->len == 0 || numbers->len < 2 || memchr(folder->ptr, '\0', folder->len) != NULL) {
        bk_set_error(EINVAL);
        return array_new_typed(&bk_reference_element, 0);
    }
    memcpy(values, numbers->ptr, sizeof values);
    BkRun run = start;
    run.arguments = c_strings(arguments);
    char **variables = run.arguments == NULL ? NULL : c_strings(environment);
    if (variables == NULL) {
        bk_scratch_free(run.arguments);
        return array_new_typed(&bk_reference_element, 0);
    }
    char *path = bk_scratch_keep(malloc(folder->len + 1));
    if (path == NULL) {
        bk_panic("out of memory");
    }
    memcpy(path, folder->ptr, folder->len);
    path[folder->len] = '\0';
    run.inherits = variables[0] != NULL && variables[0][0] == '\0';
    run.environment = run.inherits ? variables + 1 : variables;
    run.folder = folder->len != 0 ? path : NULL;
    run.input = input->ptr;
    run.input_size = input->len;
    run.timeout = values[0];
    run.streams = (unsigned)values[1];
    int error = bk_os_run(&run);
    bk_scratch_free(path);
    bk_scratch_free(variables);
    bk_scratch_free(run.arguments);
    bk_set_error(error);
    if (error != 0) {
        free(run.output[0].bytes);
        free(run.output[1].bytes);
        return array_new_typed(&bk_reference_element, 0);
    }
    const int64_t results[2] = {run.status, run.signal};
    memcpy(numbers->ptr, results, sizeof results);
    return take_output(&run);
}
