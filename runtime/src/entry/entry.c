/* Entries: gate, thread check, native stack and catch frame around generated code.
 * beskid.engine, start.c and the thunks that beskid.codegen emits call it. */
#include "context/context.h"
#include "platform/stack_switch.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define STACK_GUARD_SIZE (UINT64_C(1) << 20)
#define STACK_SIZE_LEAST (UINT64_C(4) << 20)
#if defined(__SANITIZE_ADDRESS__)
/* The sanitizer takes a jump over more than 64 MiB of stack for a mistake. */
#define STACK_SIZE_MOST (UINT64_C(60) << 20)
#else
#define STACK_SIZE_MOST BESKID_NATIVE_STACK_SIZE
#endif

typedef int64_t (*Function)(void **stack, void *argument);

typedef struct Call {
    BkEntry entry;
    Function function;
    void *argument;
    bool with_arguments; /* the argument is the program's arguments, made inside */
    int64_t result;
    int64_t status;
} Call;

int64_t bk_last_status;

static _Atomic(uintptr_t) inside; /* the thread that is inside, 0 for none */
static uint8_t *native_stack_low;
static uint8_t *native_stack_top;

bool bk_thread_is_inside(void)
{
    return atomic_load_explicit(&inside, memory_order_relaxed) == (uintptr_t)pthread_self();
}

static bool claim_thread(void)
{
    uintptr_t self = (uintptr_t)pthread_self();
    uintptr_t owner = 0;
    return atomic_compare_exchange_strong(&inside, &owner, self) || owner == self;
}

static void map_native_stack(void)
{
    if (!BK_HAS_STACK_SWITCH || native_stack_top != NULL) {
        return;
    }
    uint64_t size = STACK_SIZE_MOST;
    uint8_t *stack = MAP_FAILED;
    while (stack == MAP_FAILED && size >= STACK_SIZE_LEAST) {
        stack = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
        size = stack == MAP_FAILED ? size / 2 : size;
    }
    if (stack == MAP_FAILED || mprotect(stack, STACK_GUARD_SIZE, PROT_NONE) != 0) {
        bk_panic_fatal("out of memory");
    }
    native_stack_low = stack;
    native_stack_top = stack + size;
}

/* The host's own stack runs a thunk that nothing of ours called. */
static void use_thread_stack_guard(void)
{
    pthread_attr_t attributes;
    void *low = NULL;
    size_t size = 0;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0) {
        return;
    }
    if (pthread_attr_getstack(&attributes, &low, &size) == 0) {
        const uint8_t *end = low;
        bk_faults_set_stack_guard(end - STACK_GUARD_SIZE, end + 65536);
    }
    pthread_attr_destroy(&attributes);
}

static bool gate(const BeskidProgram *program)
{
    const char *name = program != NULL && program->name != NULL ? program->name : "the program";
    if (program == NULL) {
        fputs("error: the program holds no description of itself; rebuild it\n", stderr);
        return false;
    }
    if (program->abi_version != BESKID_RUNTIME_ABI_VERSION) {
        fprintf(stderr,
                "error: %s was compiled for Beskid runtime ABI version %" PRIu32
                ", but this runtime has version %" PRIu32
                "; rebuild the program with the compiler this runtime belongs to, or install the matching runtime\n",
                name, program->abi_version, BESKID_RUNTIME_ABI_VERSION);
        return false;
    }
    if (program->level > BESKID_RUNTIME_ABI_LEVEL) {
        fprintf(stderr,
                "error: %s needs Beskid runtime ABI level %" PRIu32 ", but this runtime offers level %" PRIu32
                "; install a newer runtime\n",
                name, program->level, BESKID_RUNTIME_ABI_LEVEL);
        return false;
    }
    if (program->draft_hash != BESKID_DRAFT_HASH) {
        fprintf(stderr,
                "error: %s was compiled for another draft of the Beskid runtime (%016" PRIx64
                ", this runtime has %016" PRIx64 "); rebuild the program\n",
                name, program->draft_hash, BESKID_DRAFT_HASH);
        return false;
    }
    return true;
}

/* Gate and thread check; 0, or the status to give back. */
static int64_t begin(const BeskidProgram *program)
{
    if (!gate(program)) {
        return BESKID_STATUS_GATE;
    }
    if (!claim_thread()) {
        fputs("error: another thread is running Beskid code; one thread at a time may enter\n", stderr);
        return BESKID_STATUS_BUSY;
    }
    bk_initialize();
    bk_program_remember(program);
    if (bk_context->depth == 0) {
        bk_panic_reset();
        bk_output_begin();
    }
    return 0;
}

static void leave_outermost(void)
{
    bk_output_flush();
    bk_faults_restore();
    bk_collection_allow();
    atomic_store(&inside, 0);
}

/* The catch frame; on the native stack for an outermost call. */
static void run(void *argument)
{
    Call *call = argument;
    call->entry.previous = bk_current_entry();
    call->entry.top = bk_context->top;
    call->entry.recoverable = true;
    if (sigsetjmp(call->entry.jump, 1) == 0) {
        bk_context->entry = &call->entry;
        bk_context->depth++;
        void *value = call->with_arguments ? process_args() : call->argument;
        call->result = call->function(bk_context->top, value);
        call->status = 0;
    } else {
        call->status = BESKID_STATUS_PANIC;
    }
    bk_context->entry = call->entry.previous;
    bk_context->top = call->entry.top;
    bk_context->depth--;
}

static void run_on_native_stack(void *argument)
{
    const void *former_low = NULL;
    size_t former_size = 0;
    bk_stack_arrive(&former_low, &former_size);
    run(argument);
    bk_stack_leave(former_low, former_size);
}

static void enter(Call *call)
{
    if (bk_context->depth != 0) {
        run(call);
        return;
    }
    map_native_stack();
    bk_faults_set_stack_guard(native_stack_low, native_stack_low + (BK_HAS_STACK_SWITCH ? STACK_GUARD_SIZE : 0));
    bk_faults_install((call->entry.flags & BESKID_ENTER_INTERRUPTIBLE) != 0);
    bk_stack_leave(native_stack_low, (size_t)(native_stack_top - native_stack_low));
    bk_call_on_stack(run_on_native_stack, call, native_stack_top);
    bk_stack_arrive(NULL, NULL);
    leave_outermost();
}

int64_t beskid_enter(const BeskidProgram *program, int64_t argument_count, char **arguments, int64_t flags)
{
    bk_last_status = begin(program);
    if (bk_last_status == 0 && program->entry == NULL) {
        fputs("error: the program has no entry; it was built as a library\n", stderr);
        bk_last_status = BESKID_STATUS_GATE;
        if (bk_context->depth == 0) {
            atomic_store(&inside, 0);
        }
    }
    if (bk_last_status != 0) {
        return bk_last_status;
    }
    Call call;
    memset(&call, 0, sizeof call);
    call.entry.flags = (uint64_t)flags;
    call.function = program->entry;
    call.with_arguments = true;
    BkArguments former = bk_arguments_replace((BkArguments){argument_count, arguments});
    enter(&call);
    bk_arguments_replace(former);
    bk_last_status = call.status;
    if (call.status != 0) {
        return call.status;
    }
    return bk_context->depth == 0 ? bk_output_finish(call.result & 0xff) : call.result & 0xff;
}

int64_t beskid_call(const BeskidProgram *program, void *function, void *argument, int64_t flags)
{
    bk_last_status = begin(program);
    if (bk_last_status != 0) {
        return bk_last_status;
    }
    Call call;
    memset(&call, 0, sizeof call);
    call.entry.flags = (uint64_t)flags;
    memcpy(&call.function, &function, sizeof call.function);
    call.argument = argument;
    enter(&call);
    bk_last_status = call.status;
    return call.status != 0 ? call.status : call.result;
}

int64_t beskid_last_status(void)
{
    return bk_last_status;
}

void **beskid_thunk_enter(const BeskidProgram *program)
{
    int64_t status = begin(program);
    if (status != 0) {
        bk_output_flush();
        exit((int)status);
    }
    BkEntry *entry = calloc(1, sizeof *entry);
    if (entry == NULL) {
        bk_panic_fatal("out of memory");
    }
    if (bk_context->depth == 0) {
        use_thread_stack_guard();
        bk_faults_install(false);
    }
    entry->previous = bk_current_entry();
    entry->top = bk_context->top;
    bk_context->entry = entry;
    bk_context->depth++;
    return bk_context->top;
}

void beskid_thunk_leave(void **stack)
{
    BkEntry *entry = bk_current_entry();
    bk_context->entry = entry->previous;
    bk_context->top = stack;
    bk_context->depth--;
    free(entry);
    if (bk_context->depth == 0) {
        leave_outermost();
    }
}

/* A standard descriptor that was closed becomes the null device, or the next file would take its number. */
static void fill_standard_descriptors(void)
{
    for (int descriptor = 0; descriptor <= 2; descriptor++) {
        if (fcntl(descriptor, F_GETFD) == -1 && errno == EBADF && open("/dev/null", O_RDWR) != descriptor) {
            _exit(BESKID_STATUS_GATE);
        }
    }
}

int64_t beskid_main(int64_t argument_count, char **arguments, const BeskidProgram *program)
{
    fill_standard_descriptors();
    return beskid_enter(program, argument_count, arguments, BESKID_ENTER_EXECUTABLE | BESKID_ENTER_INTERRUPTIBLE);
}
