/* How the compiled functions on a call stack are found.
 *
 * Compiled code has no frame pointers: what each place of the code has on the stack is told by rows that were read from
 * the object's debugging information. Frames of C have no rows; the first compiled frame below them is searched for,
 * and taken if the frames from there on lead to a call from C again. */
#define _GNU_SOURCE
#include "stacks.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>

#if defined(__linux__) && defined(__x86_64__)

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#define MAX_FRAMES 192
#define MAX_SEARCHED_WORDS (1 << 20)

/* How a range of the code finds its caller: the address above the return address is a register and an offset. */
typedef struct {
    uint32_t start;        /* of the range, from the start of the code */
    uint32_t base;         /* NO_FRAME, or the register */
    int32_t offset;        /* of the address above the return address, from the register */
    int32_t saved_pointer; /* where the frame pointer of the caller is, from that address; 0 if it is in its register */
} FrameRow;

enum { NO_FRAME, STACK_POINTER, FRAME_POINTER };

typedef struct {
    uint64_t low, high;
} Range;

/* Before the samples. The parent reads it when the process has ended. */
typedef struct {
    uint64_t used; /* words */
    uint64_t lost; /* samples for which there was no room */
} Header;

static struct {
    Range code;
    const FrameRow *rows;
    uint64_t row_count;
    const Range *executable; /* all other code of the process */
    uint64_t executable_count;
    Header *header;
    uint64_t *words;
    uint64_t capacity;  /* words */
    Range stack;        /* the one that was looked up last */
    uint64_t outermost; /* above it, that stack has no compiled frames; 0 while that is not known */
} state;

static bool is_in(Range range, uint64_t address)
{
    return address >= range.low && address < range.high;
}

static int hexadecimal(char letter)
{
    if (letter >= '0' && letter <= '9') {
        return letter - '0';
    }
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

/* Finds the mapping that contains an address. The lines of the file begin with `LOW-HIGH `; it is read in pieces, by
 * functions that a handler may call. */
static bool find_stack(uint64_t address)
{
    int file = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return false;
    }
    char piece[1024];
    Range range = {0, 0};
    enum { LOW, HIGH, REST } part = LOW;
    bool found = false;
    for (;;) {
        ssize_t count = read(file, piece, sizeof piece);
        if (count <= 0) {
            break;
        }
        for (ssize_t place = 0; place < count && !found; place++) {
            char letter = piece[place];
            if (letter == '\n') {
                range = (Range){0, 0};
                part = LOW;
            } else if (part == LOW && letter == '-') {
                part = HIGH;
            } else if (part == HIGH && letter == ' ') {
                part = REST;
                found = is_in(range, address);
            } else if (part != REST && hexadecimal(letter) >= 0) {
                uint64_t *word = part == LOW ? &range.low : &range.high;
                *word = *word << 4 | (uint64_t)hexadecimal(letter);
            }
        }
        if (found) {
            break;
        }
    }
    close(file);
    if (found) {
        state.stack = range;
        state.outermost = 0;
    }
    return found;
}

/* Whether the words from an address on, up to the count, lie in the stack. */
static bool is_readable(uint64_t address, uint64_t count)
{
    return address % 8 == 0 && address >= state.stack.low && address < state.stack.high &&
           (state.stack.high - address) / 8 >= count;
}

static uint64_t word_at(uint64_t address)
{
    return *(const uint64_t *)(uintptr_t)address;
}

static const FrameRow *row_of(uint64_t address)
{
    uint64_t place = address - state.code.low;
    uint64_t low = 0, high = state.row_count;
    while (high - low > 1) {
        uint64_t middle = low + (high - low) / 2;
        if (state.rows[middle].start <= place) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return state.row_count == 0 || state.rows[low].start > place ? NULL : &state.rows[low];
}

/* Replaces a frame of compiled code by that of its caller. */
static bool step(Frame *frame, bool is_return)
{
    const FrameRow *row = row_of(is_return ? frame->address - 1 : frame->address);
    if (row == NULL || row->base == NO_FRAME) {
        return false;
    }
    uint64_t above = (row->base == STACK_POINTER ? frame->stack : frame->pointer) + (uint64_t)(int64_t)row->offset;
    if (above < frame->stack || !is_readable(above - 8, 1)) {
        return false;
    }
    if (row->saved_pointer != 0) {
        uint64_t saved = above + (uint64_t)(int64_t)row->saved_pointer;
        if (!is_readable(saved, 1)) {
            return false;
        }
        frame->pointer = word_at(saved);
    }
    frame->address = word_at(above - 8);
    frame->stack = above;
    return true;
}

/* Whether the instruction before an address is a call, by the forms that compilers use. */
static bool follows_call(uint64_t address)
{
    const uint8_t *code = (const uint8_t *)(uintptr_t)address;
    return code[-5] == 0xe8 || (code[-6] == 0xff && code[-5] == 0x15) ||
           (code[-2] == 0xff && (code[-1] & 0x38) == 0x10) || (code[-3] == 0xff && (code[-2] & 0x38) == 0x10) ||
           (code[-4] == 0xff && (code[-3] & 0x38) == 0x10) || (code[-6] == 0xff && (code[-5] & 0x38) == 0x10) ||
           (code[-7] == 0xff && (code[-6] & 0x38) == 0x10);
}

static bool is_return_to_code(uint64_t address)
{
    return address >= state.code.low + 8 && address < state.code.high && follows_call(address);
}

static bool is_return_to_others(uint64_t address)
{
    for (uint64_t index = 0; index < state.executable_count; index++) {
        if (is_in(state.executable[index], address)) {
            return address >= state.executable[index].low + 8 && follows_call(address);
        }
    }
    return false;
}

/* Adds the compiled frames from this one on; returns their number, or 0 if they do not lead to a caller in C. `frame`
 * becomes that of the caller, whose frame pointer is not known to be one. */
static uint64_t walk(Frame *frame, bool is_return, uint64_t *found, uint64_t room)
{
    uint64_t count = 0;
    while (count < room) {
        found[count++] = frame->address;
        if (!step(frame, is_return)) {
            return 0;
        }
        is_return = true;
        if (!is_return_to_code(frame->address)) {
            return is_return_to_others(frame->address) ? count : 0;
        }
    }
    return count;
}

/* The compiled frames below frames of C. */
static uint64_t search(Frame *frame, uint64_t *found, uint64_t room)
{
    uint64_t place = (frame->stack + 7) & ~(uint64_t)7;
    for (uint64_t looked = 0; looked < MAX_SEARCHED_WORDS && is_readable(place, 1); looked++, place += 8) {
        uint64_t word = word_at(place);
        if (!is_return_to_code(word)) {
            continue;
        }
        Frame candidate = {word, place + 8, frame->pointer};
        uint64_t count = walk(&candidate, true, found, room);
        if (count != 0) {
            *frame = candidate;
            return count;
        }
    }
    return 0;
}

static uint64_t stack_of(Frame frame, uint64_t *found)
{
    if (!is_in(state.stack, frame.stack) && !find_stack(frame.stack)) {
        return 0;
    }
    Frame first = frame;
    uint64_t count = is_in(state.code, frame.address) ? walk(&first, false, found, MAX_FRAMES) : 0;
    bool is_compiled = count != 0;
    if (is_compiled) {
        frame = first;
    } else {
        found[count++] = frame.address;
    }
    /* Code of C may have been called by compiled code, and that by C again. */
    while (count < MAX_FRAMES && (state.outermost == 0 || frame.stack < state.outermost)) {
        uint64_t more = search(&frame, found + count, MAX_FRAMES - count);
        if (more == 0) {
            if (is_compiled) {
                state.outermost = frame.stack;
            }
            break;
        }
        is_compiled = true;
        count += more;
    }
    return count;
}

void profile_write_sample(Frame frame, uint64_t weight)
{
    uint64_t found[MAX_FRAMES];
    uint64_t count = stack_of(frame, found);
    uint64_t used = state.header->used;
    if (count == 0 || state.capacity - used < count + 2) {
        state.header->lost++;
        return;
    }
    state.words[used] = count;
    state.words[used + 1] = weight;
    memcpy(&state.words[used + 2], found, count * sizeof *found);
    state.header->used = used + 2 + count;
}

/* Prepares for samples. `code` and each of `executable` are the first address and the one after the last; `memory` is
 * `size` bytes that stay, a header and samples: how many addresses, the weight, the addresses from the innermost on.
 * The process ends when `parent` does. Returns 0 or the error of the system. */
VISIBLE int32_t beskid_profile_prepare(const uint64_t *code, const FrameRow *rows, uint64_t row_count,
                                       const uint64_t *executable, uint64_t executable_count, void *memory,
                                       uint64_t size, int32_t parent)
{
    state.code = (Range){code[0], code[1]};
    state.rows = rows;
    state.row_count = row_count;
    state.executable = (const Range *)executable;
    state.executable_count = executable_count;
    state.header = memory;
    state.words = (uint64_t *)(state.header + 1);
    state.capacity = (size - sizeof(Header)) / 8;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    return getppid() == parent ? 0 : ESRCH;
}

#else

VISIBLE int32_t beskid_profile_prepare(const uint64_t *code, const void *rows, uint64_t row_count,
                                       const uint64_t *executable, uint64_t executable_count, void *memory,
                                       uint64_t size, int32_t parent)
{
    (void)code, (void)rows, (void)row_count, (void)executable, (void)executable_count;
    (void)memory, (void)size, (void)parent;
    return ENOTSUP;
}

#endif
