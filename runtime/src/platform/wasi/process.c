/* The process of a WASI module: start, end, clocks, random bits, environment. */
#include "platform/wasi/wasi.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Hosts trap for other statuses. */
#define MAX_STATUS 125
#define CLOCK_REALTIME 0
#define CLOCK_MONOTONIC 1

/* Texts that the host wrote, with their terminating zeros. */
typedef struct Texts {
    uint32_t count;
    char **values;
} Texts;

typedef uint16_t (*SizesGet)(BkWasiAddress count, BkWasiAddress size);
typedef uint16_t (*Get)(BkWasiAddress values, BkWasiAddress bytes);

/* Hosts write addresses of 32 bits; `values` has those of 64 bits and ends with null. */
static bool read_texts(SizesGet sizes_get, Get get, Texts *texts)
{
    uint32_t count = 0;
    uint32_t size = 0;
    if (sizes_get(bk_wasi_target(&count), bk_wasi_target(&size)) != 0) {
        return false;
    }
    BkWasiAddress *addresses = malloc((count + 1) * sizeof *addresses);
    char *bytes = malloc((uint64_t)size + 1);
    char **values = malloc((count + 1) * sizeof *values);
    if (addresses == NULL || bytes == NULL || values == NULL ||
        get(bk_wasi_target(addresses), bk_wasi_target(bytes)) != 0) {
        free(addresses);
        free(bytes);
        free(values);
        return false;
    }
    for (uint32_t index = 0; index < count; index++) {
        values[index] = (char *)(uintptr_t)addresses[index];
    }
    values[count] = NULL;
    free(addresses);
    *texts = (Texts){count, values};
    return true;
}

bool bk_os_begin_executable(int64_t *argument_count, char ***arguments)
{
    Texts texts;
    if (!read_texts(bk_wasi_args_sizes_get, bk_wasi_args_get, &texts)) {
        return false;
    }
    *argument_count = texts.count;
    *arguments = texts.values;
    return true;
}

_Noreturn void bk_os_exit(int status)
{
    if (status > MAX_STATUS) {
        static const char text[] = "beskid runtime: WASI has no exit status above 125; the program ends with 125\n";
        bk_os_write(2, text, sizeof text - 1);
        status = MAX_STATUS;
    }
    bk_wasi_proc_exit((uint32_t)status);
}

int64_t bk_os_pid(void)
{
    return 1;
}

int64_t bk_os_clock(bool monotonic)
{
    uint64_t nanoseconds = 0;
    bk_wasi_clock_time_get(monotonic ? CLOCK_MONOTONIC : CLOCK_REALTIME, 1, bk_wasi_target(&nanoseconds));
    return (int64_t)nanoseconds;
}

/* Hosts count no processor time of a module. A program has one thread, so what passes is what it used, or more. */
int64_t bk_os_processor_time(void)
{
    return bk_os_clock(true);
}

typedef struct Wait {
    uint64_t user_data;
    uint8_t kind; /* 0 for a clock */
    struct {
        uint32_t number;
        uint64_t nanoseconds;
        uint64_t precision;
        uint16_t flags;
    } clock;
} Wait;

typedef struct Event {
    uint64_t user_data;
    uint16_t error;
    uint8_t kind;
    uint64_t unused[2];
} Event;

_Static_assert(sizeof(Wait) == 48 && sizeof(Event) == 32, "the layouts of WASI");

void bk_os_sleep(int64_t milliseconds)
{
    uint64_t longest = UINT64_MAX / BK_MILLISECOND;
    uint64_t wanted = (uint64_t)milliseconds;
    Wait wait = {0, 0, {CLOCK_MONOTONIC, (wanted < longest ? wanted : longest) * BK_MILLISECOND, 0, 0}};
    Event event;
    uint32_t count = 0;
    bk_wasi_poll_oneoff(bk_wasi_address(&wait), bk_wasi_target(&event), 1, bk_wasi_target(&count));
}

int64_t bk_os_random(void)
{
    int64_t bits = 0;
    if (bk_wasi_random_get(bk_wasi_target(&bits), sizeof bits) != 0) {
        bits = (int64_t)((uint64_t)bk_os_clock(false) * UINT64_C(6364136223846793005) + 1);
    }
    return bits;
}

/* `name=value` texts. The host has no say in changes: there are no child processes. */
static Texts variables;
static bool variables_are_read;

static void read_variables(void)
{
    if (!variables_are_read) {
        variables_are_read = true;
        read_texts(bk_wasi_environ_sizes_get, bk_wasi_environ_get, &variables);
    }
}

/* The place of a variable; null when it is not set. */
static char **find_variable(const char *name, uint64_t size)
{
    read_variables();
    for (uint32_t index = 0; index < variables.count; index++) {
        char *text = variables.values[index];
        if (strncmp(text, name, size) == 0 && text[size] == '=') {
            return &variables.values[index];
        }
    }
    return NULL;
}

char *bk_os_getenv(const char *name)
{
    errno = 0;
    uint64_t size = strlen(name);
    char **place = find_variable(name, size);
    return place == NULL ? NULL : strdup(*place + size + 1);
}

int bk_os_setenv(const char *name, const char *value)
{
    uint64_t size = strlen(name);
    if (size == 0 || strchr(name, '=') != NULL) {
        return EINVAL;
    }
    uint64_t value_size = strlen(value) + 1;
    char *text = malloc(size + 1 + value_size);
    if (text == NULL) {
        return ENOMEM;
    }
    memcpy(text, name, size);
    text[size] = '=';
    memcpy(text + size + 1, value, value_size);
    char **place = find_variable(name, size);
    if (place == NULL) {
        char **grown = realloc(variables.values, (variables.count + 2) * sizeof *grown);
        if (grown == NULL) {
            free(text);
            return ENOMEM;
        }
        variables.values = grown;
        place = &grown[variables.count++];
    }
    /* A former text stays: it may lie in the block that the host filled. */
    *place = text;
    return 0;
}

char *bk_os_getcwd(void)
{
    return strdup("/");
}
