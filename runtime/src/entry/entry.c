/* Entries: gate, thread check, native stack and catch frame around generated code.
 * beskid.engine, start.c and the thunks that beskid.codegen emits call it. */
#include "context/context.h"
#include "context/owner.h"
#include "context/sites.h"
#include "entry/faults.h"
#include "entry/rows.h"
#include "heap/collector.h"
#include "heap/statistics.h"
#include "panic/output.h"
#include "panic/panic.h"
#include "platform/platform.h"
#include "system/process.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef int64_t (*Function)(void **stack, void *argument);

typedef struct Call {
    BkEntry entry;
    Function function;
    void *argument;
    bool with_arguments; /* the argument is the program's arguments, made inside */
    int64_t result;
    int64_t status;
} Call;

static int64_t last_status;

BK_COLD static bool gate(const BeskidProgram *program)
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
    /* Before the level, since it names the function that an older runtime lacks. */
    if (!bk_rows_check(program)) {
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

/* Gate and thread check. Returns 0, or the status that refuses the entry. */
BK_COLD static int64_t begin(const BeskidProgram *program, int64_t flags)
{
    if (!gate(program)) {
        return BESKID_STATUS_GATE;
    }
    if (!bk_owner_claim()) {
        fputs("error: another thread is running Beskid code; one thread at a time may enter\n", stderr);
        return BESKID_STATUS_BUSY;
    }
    bk_collector_initialize();
    bk_sites_remember(program);
    if (bk_context->depth == 0) {
        bk_panic_reset();
        bk_output_begin((flags & (BESKID_ENTER_EXECUTABLE | BESKID_ENTER_INTERRUPTIBLE)) != 0);
    }
    return 0;
}

static void leave_outermost(void)
{
    bk_output_flush();
    bk_output_flush_foreign();
    bk_output_flush_files();
    bk_statistics_trace_end();
    bk_os_faults_restore();
    bk_collector_enable();
    bk_owner_release();
}

/* Runs a call inside a catch frame; an outermost call is on the native stack. */
static void run(void *argument)
{
    Call *call = argument;
    call->entry.previous = bk_current_entry();
    call->entry.top = bk_context->top;
    call->entry.recoverable = BK_HAS_JUMP;
    call->entry.code = NULL;
    if (bk_jump_here(call->entry.jump) == 0) {
        bk_context->entry = &call->entry;
        bk_context->depth++;
        void *value = call->with_arguments ? process_args() : call->argument;
        call->result = call->function(bk_context->top, value);
        if (bk_context->depth == 1) {
            bk_panic_if_output_lost();
        }
        call->status = 0;
    } else {
        call->status = BESKID_STATUS_PANIC;
    }
    bk_context->entry = call->entry.previous;
    bk_context->top = call->entry.top;
    bk_context->depth--;
}

static void install_faults(bool interruptible)
{
    if (!bk_os_faults_install(&bk_fault_handlers, interruptible)) {
        bk_panic_fatal("out of memory");
    }
}

static void enter(Call *call)
{
    if (bk_context->depth != 0) {
        run(call);
        return;
    }
    install_faults((call->entry.flags & BESKID_ENTER_INTERRUPTIBLE) != 0);
    if (!bk_os_on_large_stack(run, call, BESKID_NATIVE_STACK_SIZE)) {
        bk_panic_fatal("out of memory");
    }
    leave_outermost();
}

int64_t beskid_enter(const BeskidProgram *program, int64_t argument_count, char **arguments, int64_t flags)
{
    last_status = begin(program, flags);
    if (last_status == 0 && program->entry == NULL) {
        fputs("error: the program has no entry; it was built as a library\n", stderr);
        last_status = BESKID_STATUS_GATE;
        if (bk_context->depth == 0) {
            bk_owner_release();
        }
    }
    if (last_status != 0) {
        return last_status;
    }
    Call call;
    memset(&call, 0, sizeof call);
    call.entry.flags = (uint64_t)flags;
    call.function = program->entry;
    call.with_arguments = true;
    BkArguments former = bk_arguments_replace((BkArguments){argument_count, arguments});
    enter(&call);
    bk_arguments_replace(former);
    last_status = call.status;
    if (call.status != 0) {
        return call.status;
    }
    return bk_context->depth == 0 ? bk_output_finish(call.result & 0xff) : call.result & 0xff;
}

int64_t beskid_call(const BeskidProgram *program, void *function, void *argument, int64_t flags)
{
    last_status = begin(program, flags);
    if (last_status != 0) {
        return last_status;
    }
    Call call;
    memset(&call, 0, sizeof call);
    call.entry.flags = (uint64_t)flags;
    memcpy(&call.function, &function, sizeof call.function);
    call.argument = argument;
    enter(&call);
    last_status = call.status;
    return call.status != 0 ? call.status : call.result;
}

int64_t beskid_last_status(void)
{
    return last_status;
}

void **beskid_thunk_enter(const BeskidProgram *program)
{
    int64_t status = begin(program, 0);
    if (status != 0) {
        bk_output_flush();
        exit((int)status);
    }
    BkEntry *entry = calloc(1, sizeof *entry);
    if (entry == NULL) {
        bk_panic_fatal("out of memory");
    }
    if (bk_context->depth == 0) {
        /* The code runs on the host's own stack: no Beskid code called the thunk. */
        bk_os_use_thread_stack();
        install_faults(false);
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

int64_t beskid_main(int64_t argument_count, char **arguments, const BeskidProgram *program)
{
    if (!bk_os_begin_executable(&argument_count, &arguments)) {
        bk_os_exit(BESKID_STATUS_GATE);
    }
    return beskid_enter(program, argument_count, arguments, BESKID_ENTER_EXECUTABLE | BESKID_ENTER_INTERRUPTIBLE);
}
