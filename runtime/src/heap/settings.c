/* What the environment says about the heap: its limit, its pace and its checks.
 * A setting with an invalid value is reported on standard error and ignored, so a typing error never changes what a
 * program does silently. */
#include "heap/settings.h"
#include "platform/platform.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Less than the live bytes, so that with holes and tables the peak stays below twice of them. */
#define DEFAULT_PERCENT 85
#define MAX_PERCENT 100000

static void refuse(const char *name, const char *text, const char *wanted)
{
    fprintf(stderr, "beskid runtime: %s=%s is ignored: expected %s\n", name, text, wanted);
}

/* The value of a variable, to be freed, or null when it is unset or empty. */
static char *value_of(const char *name)
{
    char *text = bk_os_getenv(name);
    if (text != NULL && *text == '\0') {
        free(text);
        return NULL;
    }
    return text;
}

static bool is_on(const char *name)
{
    char *text = value_of(name);
    bool on = text != NULL && strcmp(text, "0") != 0;
    free(text);
    return on;
}

/* A whole number of bytes, optionally followed by k, m or g. */
static bool parse_bytes(const char *text, uint64_t *bytes)
{
    if (*text < '0' || *text > '9') {
        return false;
    }
    char *end = NULL;
    uint64_t value = strtoull(text, &end, 10);
    static const char units[] = "kKmMgG";
    const char *unit = *end == '\0' ? NULL : strchr(units, *end);
    if (*end != '\0' && (unit == NULL || end[1] != '\0')) {
        return false;
    }
    unsigned shift = unit == NULL ? 0 : 10 * (unsigned)((unit - units) / 2 + 1);
    *bytes = value > UINT64_MAX >> shift ? UINT64_MAX : value << shift;
    return true;
}

/* A heap that outgrows the machine would end in a signal from the system instead of a panic. */
static uint64_t default_limit(void)
{
    return bk_os_memory() / 8 * 7;
}

static uint64_t read_limit(void)
{
    char *text = value_of("BESKID_GC_LIMIT");
    uint64_t bytes;
    if (text == NULL) {
        return default_limit();
    }
    if (!parse_bytes(text, &bytes)) {
        refuse("BESKID_GC_LIMIT", text, "a number of bytes such as 64m");
        bytes = default_limit();
    }
    free(text);
    return bytes;
}

static bool parse_percent(const char *text, uint64_t *percent)
{
    if (strcmp(text, "off") == 0) {
        *percent = BK_PERCENT_OFF;
        return true;
    }
    char *end = NULL;
    *percent = strtoull(text, &end, 10);
    return *text >= '0' && *text <= '9' && *end == '\0' && *percent != 0 && *percent <= MAX_PERCENT;
}

static uint64_t read_percent(void)
{
    char *text = value_of("BESKID_GC_PERCENT");
    uint64_t percent = DEFAULT_PERCENT;
    if (text != NULL && !parse_percent(text, &percent)) {
        refuse("BESKID_GC_PERCENT", text, "a number from 1 to 100000, or off");
        percent = DEFAULT_PERCENT;
    }
    free(text);
    return percent;
}

BkSettings bk_settings_read(void)
{
    BkSettings settings = {
        .limit = read_limit(),
        .percent = read_percent(),
        .stress = is_on("BESKID_GC_STRESS"),
        .verify = is_on("BESKID_GC_VERIFY"),
        .trace = is_on("BESKID_GC_TRACE"),
    };
    return settings;
}
