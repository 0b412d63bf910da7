/* What a host keeps while it runs generated code: its handlers of signals, its memory, its descriptors.
 * `test_host NAME` plays one scene. */
#include "generated.h"

#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096
#define LARGE_BYTES (INT64_C(40) << 20)

static const BeskidSite sites[] = {{"Main.Main", "main.bd", 1, 2}};

static const BeskidProgram program = {
    BESKID_RUNTIME_ABI_VERSION, BESKID_RUNTIME_ABI_LEVEL, BESKID_DRAFT_HASH, sites, 1, NULL, "test_host",
};

typedef int64_t (*Function)(void **sp, void *argument);

static int64_t call(Function function, void *argument)
{
    void *address;
    memcpy(&address, &function, sizeof address);
    return beskid_call(&program, address, argument, BESKID_ENTER_QUIET);
}

/* ---- faults: a host that makes its own pages accessible on demand ---- */

static uint8_t *pages;
static int host_faults;

static void on_host_fault(int number, siginfo_t *info, void *context)
{
    (void)number;
    (void)context;
    uint8_t *address = info->si_addr;
    CHECK(address >= pages && address < pages + 4 * PAGE);
    CHECK(mprotect(pages + (address - pages) / PAGE * PAGE, PAGE, PROT_READ | PROT_WRITE) == 0);
    host_faults++;
}

static bool is_handler_of_host(void)
{
    struct sigaction action;
    sigaction(SIGSEGV, NULL, &action);
    return action.sa_sigaction == on_host_fault;
}

static int64_t touch_pages(void **sp, void *argument)
{
    at_site(sp, &sites[0], 0);
    for (int64_t page = 0; page < (int64_t)(intptr_t)argument; page++) {
        *(volatile uint8_t *)(pages + page * PAGE) = 1;
        CHECK(host_faults == page + 1 && !is_handler_of_host());
    }
    return 7;
}

static void play_faults(void)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = on_host_fault;
    action.sa_flags = SA_SIGINFO;
    CHECK(sigaction(SIGSEGV, &action, NULL) == 0);
    pages = mmap(NULL, 4 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(call(touch_pages, (void *)3) == 7 && host_faults == 3);
    CHECK(is_handler_of_host());
}

static int64_t send_fault(void **sp, void *argument)
{
    at_site(sp, &sites[0], 0);
    raise(SIGSEGV);
    return (int64_t)(intptr_t)argument;
}

/* A fault that was sent, with the default action: the process ends by the signal. */
static void play_sent(void)
{
    call(send_fault, NULL);
}

/* ---- pipes ---- */

static bool pipe_action_is(void (*handler)(int))
{
    struct sigaction action;
    return sigaction(SIGPIPE, NULL, &action) == 0 && action.sa_handler == handler;
}

static int64_t write_to_closed_pipe(void **sp, void *argument)
{
    (void)argument;
    at_site(sp, &sites[0], 0);
    int ends[2];
    CHECK(pipe(ends) == 0);
    close(ends[0]);
    BeskidStr text = literal("nobody reads this\n");
    int64_t written = syscall_write(ends[1], &text);
    close(ends[1]);
    return written;
}

static void on_pipe(int number)
{
    (void)number;
}

static void play_pipes(void)
{
    CHECK(pipe_action_is(SIG_DFL));
    CHECK(call(write_to_closed_pipe, NULL) == -1);
    CHECK(pipe_action_is(SIG_DFL));
    void **sp = beskid_thunk_enter(&program);
    CHECK(write_to_closed_pipe(sp, NULL) == -1);
    beskid_thunk_leave(sp);
    CHECK(pipe_action_is(SIG_DFL));
    signal(SIGPIPE, on_pipe);
    CHECK(call(write_to_closed_pipe, NULL) == -1);
    CHECK(pipe_action_is(on_pipe));
}

/* ---- input: descriptors that get another file ---- */

static int file_with(const char *bytes)
{
    char name[] = "/tmp/beskid-test-XXXXXX";
    int descriptor = mkstemp(name);
    CHECK(descriptor >= 0 && unlink(name) == 0);
    CHECK(write(descriptor, bytes, strlen(bytes)) == (ssize_t)strlen(bytes));
    CHECK(lseek(descriptor, 0, SEEK_SET) == 0);
    return descriptor;
}

static int64_t reuse_descriptor(void **sp, void *argument)
{
    (void)argument;
    at_site(sp, &sites[0], 0);
    int first = file_with("a\xC3\xA4z");
    CHECK(text_is(syscall_read(first, 2), "a"));
    CHECK(text_is(syscall_read(first, 1), "\xC3\xA4"));
    CHECK(lseek(first, 0, SEEK_SET) == 0);
    CHECK(text_is(syscall_read(first, 2), "a"));
    int second = file_with("plain");
    CHECK(dup2(second, first) == first);
    CHECK(text_is(syscall_read(first, 9), "plain"));
    CHECK(lseek(first, 0, SEEK_SET) == 0);
    CHECK(text_is(syscall_read(first, 9), "plain"));
    int ends[2];
    CHECK(pipe(ends) == 0 && write(ends[1], "x\xE2\x82", 3) == 3);
    CHECK(text_is(syscall_read(ends[0], 9), "x"));
    CHECK(write(ends[1], "\xACy", 2) == 2);
    CHECK(text_is(syscall_read(ends[0], 9), "\xE2\x82\xACy"));
    return 1;
}

static void play_descriptors(void)
{
    CHECK(call(reuse_descriptor, NULL) == 1);
}

/* ---- memory: what a runtime function holds when making its result panics ---- */

static const char *large_name;

static int64_t read_whole_text(void **sp, void *argument)
{
    (void)argument;
    at_site(sp, &sites[0], 0);
    BeskidStr path = literal(large_name);
    return fs_read_text(&path)->ptr != NULL;
}

static int64_t read_whole_bytes(void **sp, void *argument)
{
    (void)argument;
    at_site(sp, &sites[0], 0);
    BeskidStr path = literal(large_name);
    return fs_read_bytes(&path)->ptr != NULL;
}

static int64_t read_text(void **sp, void *argument)
{
    at_site(sp, &sites[0], 0);
    return syscall_read((int64_t)(intptr_t)argument, LARGE_BYTES)->ptr != NULL;
}

static int64_t read_bytes(void **sp, void *argument)
{
    at_site(sp, &sites[0], 0);
    return syscall_read_bytes((int64_t)(intptr_t)argument, LARGE_BYTES)->ptr != NULL;
}

static int64_t read_all(void **sp, void *argument)
{
    (void)argument;
    at_site(sp, &sites[0], 0);
    return stdin_read_all()->ptr != NULL;
}

static void play_memory(void)
{
    static const Function readers[] = {read_whole_text, read_whole_bytes, read_text, read_bytes, read_all};
    char name[] = "/tmp/beskid-test-XXXXXX";
    int descriptor = mkstemp(name);
    large_name = name;
    static char piece[1 << 16];
    memset(piece, 'x', sizeof piece);
    for (int64_t written = 0; written < LARGE_BYTES; written += (int64_t)sizeof piece) {
        CHECK(write(descriptor, piece, sizeof piece) == (ssize_t)sizeof piece);
    }
    CHECK(dup2(descriptor, 0) == 0);
    for (int round = 0; round < 3; round++) {
        for (unsigned index = 0; index < sizeof readers / sizeof readers[0]; index++) {
            lseek(descriptor, 0, SEEK_SET);
            CHECK(call(readers[index], (void *)(intptr_t)descriptor) == 101);
            CHECK(strcmp(beskid_last_panic(), "out of memory") == 0);
        }
    }
    unlink(name);
    CHECK(mallinfo2().hblkhd < (size_t)LARGE_BYTES);
}

int main(int count, char **arguments)
{
    static const struct {
        const char *name;
        void (*play)(void);
    } scenes[] = {
        {"faults", play_faults},           {"sent", play_sent},     {"pipes", play_pipes},
        {"descriptors", play_descriptors}, {"memory", play_memory},
    };
    for (unsigned index = 0; index < sizeof scenes / sizeof scenes[0]; index++) {
        if (count == 2 && strcmp(arguments[1], scenes[index].name) == 0) {
            scenes[index].play();
            puts("ok");
            return 0;
        }
    }
    return 98;
}
