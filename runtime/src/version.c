/* The version of the contract this runtime keeps, as functions and as a line of text in the library's bytes.
 * beskid.engine calls the functions; beskid.aot reads the line from the archive it links. */
#include "internal.h"

__attribute__((used, section(".rodata.beskid_runtime"))) static const char statement[] =
    "\nBESKID-RUNTIME-ABI " BESKID_RUNTIME_ABI_STATEMENT "\n";

uint32_t beskid_runtime_abi_version(void)
{
    return BESKID_RUNTIME_ABI_VERSION;
}

uint32_t beskid_runtime_abi_level(void)
{
    return BESKID_RUNTIME_ABI_LEVEL;
}

int64_t beskid_runtime_draft_hash(void)
{
    /* With --gc-sections the line stays because this refers to it. */
    return statement[0] == '\n' ? (int64_t)BESKID_DRAFT_HASH : 0;
}
