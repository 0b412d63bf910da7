/* Faults and interrupts while generated code runs: a fault in a guard is a stack overflow, an interrupt ends the
 * program. Generated code carries stack probes so that no frame steps over a guard (beskid.codegen). */
#include "entry/faults.h"
#include "context/context.h"
#include "context/owner.h"
#include "panic/output.h"
#include "panic/panic.h"

/* Code stores the top only before runtime calls, so at a fault it is out of date, and how far the slots in use reach
 * beyond it is unknown. For a fault in the guard of the region the whole region is in use. */
static void **top_at_fault(const uint8_t *address)
{
    if (!bk_is_shadow_guard(address)) {
        return bk_context->top;
    }
    uintptr_t base = (uintptr_t)bk_context;
    return (void **)(base + (uintptr_t)(BESKID_SHADOW_REGION_SIZE - BESKID_SHADOW_GUARD_SIZE));
}

/* Outside of program code a fault may have left a lock held or the heap inconsistent. An executable ends in any case,
 * and cannot tell its own code from the runtime's, so it does not ask where the fault was. */
static bool is_recoverable(const void *program_counter)
{
    const BkEntry *entry = bk_current_entry();
    return entry != NULL && entry->recoverable && (entry->flags & BESKID_ENTER_EXECUTABLE) == 0 &&
           bk_os_is_program_code(program_counter, entry->code);
}

static bool on_fault(const uint8_t *address, bool in_stack_guard, const void *program_counter)
{
    if (!bk_owner_is_this_thread() || !(in_stack_guard || bk_is_shadow_guard(address))) {
        return false;
    }
    void **top = top_at_fault(address);
    if (!is_recoverable(program_counter)) {
        bk_panic_fatal_at("stack overflow", top);
    }
    bk_os_faults_unblock();
    bk_panic_from_fault("stack overflow", top);
}

static void on_interrupt(void)
{
    bk_output_interrupt(BESKID_STATUS_INTERRUPTED);
}

const BkFaultHandlers bk_fault_handlers = {on_fault, on_interrupt};
