/* Faults on Windows: exceptions of memory and stack, which a vectored handler sees before all others, and interrupts.
 * Failed writes are errors here, never signals. */
#include "platform/windows/windows.h"

static const BkFaultHandlers *current;
static void *handler;
static HANDLE entered_thread;
static bool interruptible_now;

static const void *program_counter_of(const CONTEXT *context)
{
#if defined(__x86_64__)
    return (const void *)context->Rip;
#elif defined(__aarch64__)
    return (const void *)context->Pc;
#else
#error "this processor's program counter is unknown: add it to runtime/src/platform/windows/faults.c"
#endif
}

bool bk_os_is_program_code(const void *program_counter, const void *known)
{
    HMODULE module, other;
    const DWORD flags = GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT;
    if (!GetModuleHandleExW(flags, (const wchar_t *)program_counter, &module)) {
        return true;
    }
    return known != NULL && GetModuleHandleExW(flags, (const wchar_t *)known, &other) && module == other;
}

/* Runs on the stack that overflowed, in the part that was kept for it. */
static LONG CALLBACK on_exception(EXCEPTION_POINTERS *info)
{
    const EXCEPTION_RECORD *record = info->ExceptionRecord;
    bool is_overflow = record->ExceptionCode == EXCEPTION_STACK_OVERFLOW;
    if (is_overflow || record->ExceptionCode == EXCEPTION_ACCESS_VIOLATION) {
        const uint8_t *address = (const uint8_t *)record->ExceptionInformation[1];
        current->fault(address, is_overflow || bk_windows_is_stack_end(address),
                       program_counter_of(info->ContextRecord));
        bk_os_key_mode_end();
    }
    return EXCEPTION_CONTINUE_SEARCH;
}

/* Runs in a thread of its own. The program is suspended meanwhile, as in a signal handler of other systems. */
static BOOL CALLBACK on_control(DWORD event)
{
    if (event != CTRL_C_EVENT && event != CTRL_BREAK_EVENT) {
        return FALSE;
    }
    CONTEXT context = {.ContextFlags = CONTEXT_CONTROL};
    if (SuspendThread(entered_thread) == (DWORD)-1) {
        return FALSE;
    }
    /* Suspending is only complete once the context was read. */
    if (GetThreadContext(entered_thread, &context)) {
        current->interrupt();
    }
    /* The program ends itself after the write that it is in. */
    ResumeThread(entered_thread);
    return TRUE;
}

bool bk_os_faults_install(const BkFaultHandlers *handlers, bool interruptible)
{
    HANDLE process = GetCurrentProcess();
    current = handlers;
    bk_windows_keep_stack();
    handler = AddVectoredExceptionHandler(1, on_exception);
    if (handler == NULL) {
        return false;
    }
    interruptible_now = interruptible && DuplicateHandle(process, GetCurrentThread(), process, &entered_thread, 0,
                                                         FALSE, DUPLICATE_SAME_ACCESS);
    interruptible_now = interruptible_now && SetConsoleCtrlHandler(on_control, TRUE);
    return true;
}

void bk_os_faults_restore(void)
{
    bk_os_key_mode_end();
    RemoveVectoredExceptionHandler(handler);
    if (interruptible_now) {
        SetConsoleCtrlHandler(on_control, FALSE);
        CloseHandle(entered_thread);
        interruptible_now = false;
    }
}
