/* The direction in which floating-point arithmetic rounds, which foreign code may have changed. The C library's own
 * functions for it are in libm, which programs need for nothing else. */
#include "platform/platform.h"

#if defined(__x86_64__)

/* The C library reads the direction from the control word of the older unit, arithmetic takes it from the newer one. */
#define OLDER_MASK UINT16_C(0x0C00)
#define NEWER_MASK UINT32_C(0x6000)

BkRounding bk_os_round_to_nearest(void)
{
    uint16_t older;
    __asm__ volatile("fnstcw %0" : "=m"(older));
    uint32_t newer = __builtin_ia32_stmxcsr();
    BkRounding before = {older & OLDER_MASK, newer & NEWER_MASK};
    if (before.older != 0 || before.newer != 0) {
        bk_os_restore_rounding((BkRounding){0, 0});
    }
    return before;
}

void bk_os_restore_rounding(BkRounding before)
{
    uint16_t older;
    __asm__ volatile("fnstcw %0" : "=m"(older));
    older = (uint16_t)((older & ~OLDER_MASK) | before.older);
    __asm__ volatile("fldcw %0" : : "m"(older));
    __builtin_ia32_ldmxcsr((__builtin_ia32_stmxcsr() & ~NEWER_MASK) | before.newer);
}

#elif defined(__aarch64__)

#define MASK UINT64_C(0xC00000)

BkRounding bk_os_round_to_nearest(void)
{
    uint64_t control;
    __asm__ volatile("mrs %0, fpcr" : "=r"(control));
    BkRounding before = {0, (uint32_t)(control & MASK)};
    if (before.newer != 0) {
        bk_os_restore_rounding((BkRounding){0, 0});
    }
    return before;
}

void bk_os_restore_rounding(BkRounding before)
{
    uint64_t control;
    __asm__ volatile("mrs %0, fpcr" : "=r"(control));
    control = (control & ~MASK) | before.newer;
    __asm__ volatile("msr fpcr, %0" : : "r"(control));
}

#elif defined(__riscv)

BkRounding bk_os_round_to_nearest(void)
{
    uint64_t direction;
    __asm__ volatile("frrm %0" : "=r"(direction));
    BkRounding before = {0, (uint32_t)direction};
    bk_os_restore_rounding((BkRounding){0, 0});
    return before;
}

void bk_os_restore_rounding(BkRounding before)
{
    uint64_t direction = before.newer;
    __asm__ volatile("fsrm %0" : : "r"(direction));
}

#else
#error "the rounding direction of this machine is not known"
#endif
