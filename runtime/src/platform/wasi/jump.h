/* WebAssembly has no jumps to another frame, so every panic ends the process. */
#ifndef BESKID_WASI_JUMP_H
#define BESKID_WASI_JUMP_H

#define BK_HAS_JUMP 0

typedef char BkJump;

#define bk_jump_here(jump) ((void)(jump), 0)
#define bk_jump_here_quickly(jump) bk_jump_here(jump)
#define bk_jump_to(jump) ((void)(jump), __builtin_unreachable())

/* A place near the end of the stack, which grows towards address 0. What runs there never returns, so it may overwrite
 * frames; generated code checks that so much is left (Conventions.stack_margin). */
#define bk_jump_off_stack() \
    __asm__ volatile(".globaltype __stack_pointer, i64\n" \
                     "i64.const 262144\n" \
                     "global.set __stack_pointer\n" :: \
                         : "memory")

#endif
