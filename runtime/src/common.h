/* What every file of the runtime shares: the contract with generated code and a few compiler hints.
 * Generated code reaches the runtime only through beskid_abi.h. */
#ifndef BESKID_COMMON_H
#define BESKID_COMMON_H

#include "beskid_abi.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* In executables no code unwinds through the runtime: generated code has no tables for it either. Debuggers also read
 * them from a section that is not loaded, and that `strip` removes. */
#if defined(BESKID_HIDDEN) && defined(__ELF__)
__asm__(".cfi_sections .debug_frame");
#endif

/* For functions of which size matters and speed does not: traces, checks that a user asks for. */
#define BK_COLD __attribute__((cold))
#define BK_LIKELY(condition) __builtin_expect(!!(condition), 1)
#define BK_UNLIKELY(condition) __builtin_expect(!!(condition), 0)

#endif
