/* Faults of WebAssembly end the program without asking it, and there are no signals. */
#include "platform/platform.h"

bool bk_os_faults_install(const BkFaultHandlers *handlers, bool interruptible)
{
    (void)handlers;
    (void)interruptible;
    return true;
}

void bk_os_faults_restore(void)
{
}

bool bk_os_is_program_code(const void *program_counter, const void *known)
{
    (void)program_counter;
    (void)known;
    return false;
}
