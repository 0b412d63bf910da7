/* Panics, entries and faults: `test_panics NAME` plays one scene; the caller looks at output and status.
 * Without a name it plays the scenes that return to the host. */
#include "generated.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

static const BeskidSite sites[] = {
    {"Main.Main", "main.bd", 1, 2},
    {"Main.Deep", "main.bd", 10, 4},
};

typedef int64_t (*Function)(void **sp, void *argument);

static const BeskidProgram program = {
    BESKID_RUNTIME_ABI_VERSION, BESKID_RUNTIME_ABI_LEVEL, BESKID_DRAFT_HASH, sites, 2, NULL, "test_panics",
};

static int64_t call(Function function, void *argument, int64_t flags)
{
    void *address;
    memcpy(&address, &function, sizeof address);
    return beskid_call(&program, address, argument, flags);
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Winfinite-recursion"
static int64_t fail_deep(void **sp, void *argument)
{
    int64_t depth = (int64_t)(intptr_t)argument;
    at_site(sp, &sites[1], 0);
    if (depth == 0) {
        panic_index(7, 3);
    }
    return fail_deep(sp + 1, (void *)(intptr_t)(depth - 1)) + 1;
}
#pragma GCC diagnostic pop

static int64_t fail(void **sp, void *argument)
{
    at_site(sp, &sites[0], 0);
    BeskidStr text = literal("printed before\n");
    stdout_write(&text);
    return fail_deep(sp + 1, argument);
}

static int64_t give(void **sp, void *argument)
{
    (void)sp;
    return (int64_t)(intptr_t)argument;
}

static int64_t say(void **sp, void *argument)
{
    at_site(sp, &sites[0], 0);
    panic((const uint8_t *)argument, strlen(argument));
}

static int64_t nested(void **sp, void *argument)
{
    at_site(sp, &sites[0], 0);
    CHECK(call(fail_deep, argument, BESKID_ENTER_QUIET) == 101);
    CHECK(context_of(sp)->top == sp + 1);
    return 5;
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Winfinite-recursion"
static int64_t recurse_small(void **sp, void *argument)
{
    sp[0] = (void *)(uintptr_t)&sites[1];
    volatile int64_t result = recurse_small(sp + 1, argument);
    return result + 1;
}

static int64_t recurse_big(void **sp, void *argument)
{
    volatile uint8_t frame[32768];
    for (unsigned index = 0; index < sizeof frame; index += 1024) {
        frame[index] = 1;
    }
    sp[0] = (void *)(uintptr_t)&sites[1];
    int64_t result = recurse_big(sp + 1, argument);
    return result + frame[1024];
}
#pragma GCC diagnostic pop

static int64_t exhaust(void **sp, void *argument)
{
    static const uint64_t zero_offset[] = {0};
    static const BeskidTypeDescriptor reference_element = {8, 8, 1, 0, zero_offset, NULL, 0};
    (void)argument;
    sp[1] = NULL;
    while (sp[0] != NULL || sp[1] == NULL) {
        at_site(sp, &sites[0], 1);
        void **cell = (void **)(void *)array_new_typed(&reference_element, 2000)->ptr;
        cell[0] = sp[1];
        sp[1] = cell;
    }
    return 0;
}

static int64_t too_large(void **sp, void *argument)
{
    at_site(sp, &sites[0], 0);
    array_new(~UINT64_C(0), 2);
    return (int64_t)(intptr_t)argument;
}

static int64_t wait_for_interrupt(void **sp, void *argument)
{
    (void)argument;
    at_site(sp, &sites[0], 0);
    BeskidStr text = literal("pending\n");
    stdout_write(&text);
    raise(SIGINT);
    return 0;
}

/* More than a pipe and the buffer of standard output hold: the write of the second buffer blocks. */
static int64_t print_lines(void **sp, void *argument)
{
    at_site(sp, &sites[0], 0);
    for (int64_t number = 0; number < (int64_t)(intptr_t)argument; number++) {
        char line[32];
        snprintf(line, sizeof line, "%015d\n", (int)number);
        BeskidStr text = literal(line);
        stdout_write(&text);
    }
    return 0;
}

static int64_t wild(void **sp, void *argument)
{
    (void)argument;
    *(volatile int *)(uintptr_t)0x1000 = 1;
    return (int64_t)(uintptr_t)sp;
}

static int64_t exit_seven(void **sp, void *argument)
{
    (void)argument;
    at_site(sp, &sites[0], 0);
    BeskidStr text = literal("bye\n");
    stdout_write(&text);
    process_exit(7);
}

static int64_t main_with_arguments(void **sp, void *arguments)
{
    at_site(sp, &sites[0], 0);
    const BeskidArray *array = arguments;
    CHECK(array->len == 2);
    CHECK(text_is(((BeskidStr **)(void *)array->ptr)[0], "one"));
    CHECK(text_is(((BeskidStr **)(void *)array->ptr)[1], "\xEF\xBF\xBD"));
    return 0x1234;
}

static int64_t from_thunk(void **sp, void *argument)
{
    (void)argument;
    at_site(sp, &sites[0], 0);
    void **inner = beskid_thunk_enter(&program);
    CHECK(inner == sp + 1);
    inner[0] = (void *)(uintptr_t)&sites[1];
    context_of(inner)->top = inner + 1;
    panic_division_by_zero();
}

static void *enter_from_thread(void *argument)
{
    *(int64_t *)argument = call(give, (void *)(intptr_t)9, 0);
    return NULL;
}

static int64_t start_thread(void **sp, void *argument)
{
    (void)sp;
    pthread_t thread;
    int64_t status = 0;
    CHECK(pthread_create(&thread, NULL, enter_from_thread, &status) == 0);
    pthread_join(thread, NULL);
    CHECK(status == 102);
    return (int64_t)(intptr_t)argument;
}

/* Calls the runtime function that a number stands for with what it refuses. */
static int64_t refused(void **sp, void *argument)
{
    static void *slot;
    static const uint64_t zero_offset[] = {0};
    static const BeskidTypeDescriptor element = {8, 8, 1, 0, zero_offset, NULL, 0};
    BeskidStr text = literal("grün"), null_data = {NULL, 0};
    at_site(sp, &sites[0], 0);
    switch ((intptr_t)argument) {
    case 0:
        return str_len(NULL);
    case 1:
        return str_concat(&null_data, &text)->ptr != NULL;
    case 2:
        return str_new(NULL, 0)->ptr != NULL;
    case 3:
        return str_new((const uint8_t *)"\xFF", 1)->ptr != NULL;
    case 4:
        return str_slice(&text, 2, 9)->ptr != NULL;
    case 5:
        return str_slice(&text, -1, 2)->ptr != NULL;
    case 6:
        return str_slice(&text, 3, 1)->ptr != NULL;
    case 7:
        return str_decode(&text, 5);
    case 8:
        return str_from_char(0xD800)->ptr != NULL;
    case 9:
        return event_subscribe(NULL, &slot, 1);
    case 10:
        return event_subscribe(&slot, NULL, 1);
    case 11:
        return event_subscribe(&slot, &slot, 0);
    case 12:
        slot = NULL;
        event_subscribe(&slot, &slot, 1);
        return event_subscribe(&slot, &slot, 5);
    case 13:
        interop_dispatch_unit(&(BeskidInteropEnvelope){NULL, 0, 0, NULL});
        return 0;
    case 14:
        return interop_dispatch_ptr(&(BeskidInteropEnvelope){NULL, INT32_MIN, 0, NULL}) != NULL;
    case 15:
        return interop_dispatch_usize(&(BeskidInteropEnvelope){NULL, 1, 0, NULL});
    case 16:
        panic_integer_overflow();
    case 17:
        return array_new_typed(&element, -1)->ptr != NULL;
    case 18:
        return array_slice(array_new_typed(&element, 3), 2, 2)->ptr != NULL;
    case 19:
        sp[1] = array_new_typed(&element, 3);
        array_copy(sp[1], 0, sp[1], 1, 3);
        return 0;
    case 20:
        panic_str(NULL);
    case 21:
        panic(NULL, 5);
    default:
        return str_byte_slice(array_new(1, 2), 1, 2)->ptr != NULL;
    }
}

static void check_messages(void)
{
    static const char *const messages[] = {
        "null string handle",
        "null string data",
        "null string data",
        "invalid utf-8 string data",
        "string slice out of range",
        "string slice out of range",
        "string slice splits a character",
        "index out of range: the length is 5 but the index is 5",
        "invalid char value",
        "null event slot",
        "null event handler",
        "event capacity must be positive",
        "event capacity exceeded",
        "invalid interop tag for unit dispatch: 0",
        "invalid interop tag for ptr dispatch: -2147483648",
        "invalid interop tag for usize dispatch: 1",
        "integer overflow",
        "array length is negative",
        "array slice out of range",
        "array copy out of range",
        "null string handle",
        "null string data",
        "byte slice out of range",
    };
    for (intptr_t index = 0; index < (intptr_t)(sizeof messages / sizeof messages[0]); index++) {
        CHECK(call(refused, (void *)index, BESKID_ENTER_QUIET) == 101);
        if (strcmp(beskid_last_panic(), messages[index]) != 0) {
            fprintf(stderr, "%d: %s\n", (int)index, beskid_last_panic());
            exit(99);
        }
    }
}

static void check_gate(uint32_t version, uint32_t level, uint64_t hash)
{
    BeskidProgram other = program;
    other.abi_version = version;
    other.level = level;
    other.draft_hash = hash;
    CHECK(beskid_enter(&other, 0, NULL, 0) == 3 && beskid_last_status() == 3);
}

static void host_scenes(void)
{
    CHECK(call(give, (void *)(intptr_t)300, 0) == 300 && beskid_last_status() == 0);
    CHECK(beskid_last_panic() == NULL && beskid_last_panic_form() == NULL);
    for (int round = 0; round < 1000; round++) {
        CHECK(call(fail_deep, (void *)(intptr_t)3, BESKID_ENTER_QUIET) == 101 && beskid_last_status() == 101);
    }
    CHECK(strcmp(beskid_last_panic(), "index out of range: the length is 3 but the index is 7") == 0);
    CHECK(strcmp(beskid_last_panic_form(), "panic: index out of range: the length is 3 but the index is 7\n"
                                           "  at main.bd:10:4 in Main.Deep\n  at main.bd:10:4 in Main.Deep\n"
                                           "  at main.bd:10:4 in Main.Deep\n  at main.bd:10:4 in Main.Deep\n") == 0);
    call(fail_deep, (void *)(intptr_t)99, BESKID_ENTER_QUIET);
    CHECK(strstr(beskid_last_panic_form(), "\n  … 68 more frames\n") != NULL);
    CHECK(call(nested, (void *)(intptr_t)2, 0) == 5 && beskid_last_status() == 0);
    CHECK(call(start_thread, (void *)(intptr_t)6, 0) == 6);
    CHECK(call(exhaust, NULL, BESKID_ENTER_QUIET) == 101 && strcmp(beskid_last_panic(), "out of memory") == 0);
    CHECK(call(too_large, NULL, BESKID_ENTER_QUIET) == 101);
    CHECK(strcmp(beskid_last_panic(), "array backing allocation failed") == 0);
    BeskidProgram with_entry = program;
    with_entry.entry = main_with_arguments;
    char *arguments[] = {(char[]){"name"}, (char[]){"one"}, (char[]){"\xFF"}, NULL};
    CHECK(beskid_enter(&with_entry, 3, arguments, 0) == 0x34);
    CHECK(beskid_enter(&program, 0, NULL, 0) == 3);
    int64_t from_thread = -1;
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, enter_from_thread, &from_thread) == 0);
    pthread_join(thread, NULL);
    CHECK(from_thread == 9);
    void **sp = beskid_thunk_enter(&program);
    CHECK(((uintptr_t)sp & (BESKID_SHADOW_REGION_SIZE - 1)) == BESKID_SHADOW_SLOTS_OFFSET);
    beskid_thunk_leave(sp);
    check_gate(1, 0, BESKID_DRAFT_HASH);
    check_gate(3, 0, BESKID_DRAFT_HASH);
    check_gate(2, BESKID_RUNTIME_ABI_LEVEL + 1, BESKID_DRAFT_HASH);
    check_gate(2, 0, BESKID_DRAFT_HASH + 1);
    check_messages();
    beskid_program_forget(&program);
    puts("ok");
}

int main(int count, char **arguments)
{
    static const struct {
        const char *name;
        Function function;
        void *argument;
        int64_t flags;
    } scenes[] = {
        {"panic", fail, (void *)2, 0},
        {"executable", fail, (void *)2, BESKID_ENTER_EXECUTABLE},
        {"long", fail, (void *)99, 0},
        {"message", say, "näh \"x\"", 0},
        {"small", recurse_small, NULL, BESKID_ENTER_EXECUTABLE},
        {"big", recurse_big, NULL, BESKID_ENTER_EXECUTABLE},
        {"memory", exhaust, NULL, BESKID_ENTER_EXECUTABLE},
        {"interrupt", wait_for_interrupt, NULL, BESKID_ENTER_INTERRUPTIBLE},
        {"lines", print_lines, (void *)100000, BESKID_ENTER_INTERRUPTIBLE},
        {"wild", wild, NULL, BESKID_ENTER_EXECUTABLE},
        {"exit", exit_seven, NULL, 0},
        {"thunk", from_thunk, NULL, 0},
    };
    if (count < 2) {
        host_scenes();
        return 0;
    }
    for (unsigned index = 0; index < sizeof scenes / sizeof scenes[0]; index++) {
        if (strcmp(arguments[1], scenes[index].name) == 0) {
            return (int)call(scenes[index].function, scenes[index].argument, scenes[index].flags);
        }
    }
    return 98;
}
