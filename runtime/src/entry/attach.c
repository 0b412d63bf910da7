/* Calls by a host that stays, such as an interpreter: it attaches once, and a call costs no system call.
 * The extension in runtime/python calls it. */
#include "context/context.h"
#include "context/owner.h"
#include "context/sites.h"
#include "entry/faults.h"
#include "heap/collector.h"
#include "panic/output.h"
#include "panic/panic.h"
#include "platform/platform.h"
#include "system/input.h"

#include <string.h>

typedef struct WordsCall {
    BkEntry entry;
    int64_t (*function)(void **stack, uint64_t *words);
    uint64_t *words;
    int64_t status;
} WordsCall;

static bool fits(const BeskidProgram *program)
{
    return program->abi_version == BESKID_RUNTIME_ABI_VERSION && program->level <= BESKID_RUNTIME_ABI_LEVEL &&
           program->draft_hash == BESKID_DRAFT_HASH;
}

int64_t beskid_claim(int64_t waits)
{
    switch (bk_owner_hold(waits != 0)) {
    case BK_HELD_BY_ANOTHER:
        return BESKID_STATUS_BUSY;
    case BK_LOST_BY_FORK:
        return BESKID_STATUS_FORKED;
    case BK_HELD:
        break;
    }
    return 0;
}

void beskid_release(void)
{
    bk_owner_let_go();
}

int64_t beskid_attach(const BeskidProgram *program)
{
    if (program != NULL && !fits(program)) {
        return BESKID_STATUS_GATE;
    }
    int64_t status = beskid_claim(1);
    if (status != 0) {
        return status;
    }
    bk_collector_initialize();
    bk_os_faults_attach(&bk_fault_handlers);
    if (program != NULL) {
        bk_sites_remember(program);
    }
    status = bk_os_thread_attach() && bk_os_at_fork(bk_owner_after_fork) ? 0 : BESKID_STATUS_PANIC;
    beskid_release();
    return status;
}

void beskid_detach(void)
{
    bk_os_thread_detach();
}

static void run(void *argument)
{
    WordsCall *call = argument;
    call->entry.previous = bk_current_entry();
    call->entry.top = bk_context->top;
    call->entry.flags = BESKID_ENTER_QUIET | BESKID_ENTER_HOST;
    call->entry.recoverable = BK_HAS_JUMP;
    call->entry.exit_status = -1;
    memcpy(&call->entry.code, &call->function, sizeof call->entry.code);
    if (bk_jump_here_quickly(call->entry.jump) == 0) {
        bk_context->entry = &call->entry;
        bk_context->depth++;
        call->status = call->function(bk_context->top, call->words);
        if (BK_UNLIKELY(bk_context->stdout_pending != 0 || bk_output_lost() != 0) && bk_context->depth == 1) {
            bk_panic_if_output_lost();
        }
    } else {
        call->status = call->entry.exit_status < 0 ? BESKID_STATUS_PANIC : BESKID_STATUS_EXITED;
        call->words[0] = (uint64_t)call->entry.exit_status;
        if (bk_context->depth == 1) {
            bk_output_flush();
        }
    }
    bk_context->entry = call->entry.previous;
    bk_context->top = call->entry.top;
    bk_context->depth--;
}

int64_t beskid_call_words(void *function, void *words)
{
    if (BK_UNLIKELY(!bk_owner_is_this_thread())) {
        return BESKID_STATUS_BUSY;
    }
    WordsCall call;
    memcpy(&call.function, &function, sizeof call.function);
    call.words = words;
    if (bk_context->depth == 0) {
        bk_output_begin(false);
    }
    if (bk_os_is_on_large_stack()) {
        run(&call);
    } else if (!bk_os_on_large_stack(run, &call, BESKID_NATIVE_STACK_SIZE)) {
        return BESKID_STATUS_PANIC;
    }
    if (bk_context->depth == 0) {
        /* The host reads the terminal next, also after a panic in the middle of a wait for a key. */
        bk_os_key_mode_end();
    }
    return call.status;
}

void **beskid_root_top(void **top)
{
    void **former = bk_context->top;
    if (top != NULL) {
        bk_context->top = top;
    }
    return former;
}

/* ---- calls of the host by a program ---- */

typedef int64_t (*HostFunction)(void *closure, uint64_t *words);

static HostFunction host_function;

typedef struct HostCall {
    void *closure;
    uint64_t *words;
    int64_t status;
} HostCall;

/* The host looks for signals, as in a poll of the program. */
static void call_host_while_waiting(void)
{
    beskid_call_host(bk_context->top, NULL, NULL);
}

void beskid_set_host_function(void *function)
{
    memcpy(&host_function, &function, sizeof host_function);
    bk_input_wait_with(function == NULL ? NULL : call_host_while_waiting);
}

static void call_host_now(void *argument)
{
    HostCall *call = argument;
    call->status = host_function(call->closure, call->words);
}

/* What the program has printed comes before what the host prints. */
void beskid_call_host(void **top, void *closure, void *words)
{
    bk_context->top = top;
    if (host_function == NULL) {
        bk_panic("this function belongs to a host that is gone");
    }
    if (BK_UNLIKELY(bk_context->stdout_pending != 0)) {
        bk_output_flush();
    }
    HostCall call = {closure, words, 0};
    bk_os_on_host_stack(call_host_now, &call);
    bk_context->top = top;
    if (BK_UNLIKELY(call.status != 0)) {
        bk_panic("a function of the host failed");
    }
}
