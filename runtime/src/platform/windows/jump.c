/* The jump on AArch64, where the compiler has none of its own. */
#include "platform/windows/jump.h"

#if defined(__aarch64__)

__asm__(".text\n"
        ".globl bk_jump_here\n"
        "bk_jump_here:\n"
        "    stp x19, x20, [x0]\n"
        "    stp x21, x22, [x0, #16]\n"
        "    stp x23, x24, [x0, #32]\n"
        "    stp x25, x26, [x0, #48]\n"
        "    stp x27, x28, [x0, #64]\n"
        "    stp x29, x30, [x0, #80]\n"
        "    mov x9, sp\n"
        "    str x9, [x0, #96]\n"
        "    stp d8, d9, [x0, #104]\n"
        "    stp d10, d11, [x0, #120]\n"
        "    stp d12, d13, [x0, #136]\n"
        "    stp d14, d15, [x0, #152]\n"
        "    mov w0, #0\n"
        "    ret\n"
        ".globl bk_jump_to\n"
        "bk_jump_to:\n"
        "    ldp x19, x20, [x0]\n"
        "    ldp x21, x22, [x0, #16]\n"
        "    ldp x23, x24, [x0, #32]\n"
        "    ldp x25, x26, [x0, #48]\n"
        "    ldp x27, x28, [x0, #64]\n"
        "    ldp x29, x30, [x0, #80]\n"
        "    ldr x9, [x0, #96]\n"
        "    mov sp, x9\n"
        "    ldp d8, d9, [x0, #104]\n"
        "    ldp d10, d11, [x0, #120]\n"
        "    ldp d12, d13, [x0, #136]\n"
        "    ldp d14, d15, [x0, #152]\n"
        "    mov w0, #1\n"
        "    ret\n");

#else

/* The compiler has the jump; a file needs a declaration. */
typedef BkJump BkJumpOfCompiler;

#endif
