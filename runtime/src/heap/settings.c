/* What the environment says about the heap: its limit, its pace and its checks.
 * A setting that makes no sense is named on descriptor 2 and left out, so that a slip never changes what a program
 * does without a word. */
#include "heap/heap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Less than the live bytes, so that with holes and books the peak stays below twice of them. */
#define PERCENT_USUAL 85
#define PERCENT_MOST 100000

static void refuse(const char *name, const char *text, const char *wanted)
{
    fprintf(stderr, "beskid runtime: %s=%s is left out: %s\n", name, text, wanted);
}

/* The value of a variable, or null when it is unset or empty. */
static const char *setting(const char *name)
{
    const char *text = getenv(name);
    return text == NULL || *text == '\0' ? NULL : text;
}

static bool is_on(const char *name)
{
    const char *text = setting(name);
    return text != NULL && strcmp(text, "0") != 0;
}

/* A whole number of bytes, with k, m or g behind it. */
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

/* What a control group allows this process, or no limit. */
static uint64_t group_limit(void)
{
    FILE *file = fopen("/sys/fs/cgroup/memory.max", "re");
    if (file == NULL) {
        return UINT64_MAX;
    }
    unsigned long long value = 0;
    int count = fscanf(file, "%llu", &value);
    fclose(file);
    return count == 1 && value > 0 ? value : UINT64_MAX;
}

/* A heap that outgrows the machine would end in a signal from the system instead of a panic. */
static uint64_t usual_limit(void)
{
    uint64_t pages = (uint64_t)sysconf(_SC_PHYS_PAGES);
    uint64_t memory = pages * (uint64_t)sysconf(_SC_PAGESIZE);
    uint64_t group = group_limit();
    return (memory < group ? memory : group) / 8 * 7;
}

static uint64_t limit_bytes(void)
{
    const char *text = setting("BESKID_GC_LIMIT");
    uint64_t bytes;
    if (text == NULL) {
        return usual_limit();
    }
    if (!parse_bytes(text, &bytes)) {
        refuse("BESKID_GC_LIMIT", text, "it takes a number of bytes such as 64m");
        return usual_limit();
    }
    return bytes;
}

static uint64_t percent(void)
{
    const char *text = setting("BESKID_GC_PERCENT");
    if (text == NULL) {
        return PERCENT_USUAL;
    }
    if (strcmp(text, "off") == 0) {
        return BK_PERCENT_OFF;
    }
    char *end = NULL;
    uint64_t value = strtoull(text, &end, 10);
    if (*text < '0' || *text > '9' || *end != '\0' || value == 0 || value > PERCENT_MOST) {
        refuse("BESKID_GC_PERCENT", text, "it takes a number from 1 to 100000, or off");
        return PERCENT_USUAL;
    }
    return value;
}

void bk_settings_read(void)
{
    bk_heap.limit = limit_bytes() >> BK_BLOCK_SHIFT;
    bk_heap.percent = percent();
    bk_heap.stress = is_on("BESKID_GC_STRESS");
    bk_heap.verify = is_on("BESKID_GC_VERIFY");
    bk_heap.checked = bk_heap.stress || bk_heap.verify;
    bk_heap.trace = is_on("BESKID_GC_TRACE");
}
