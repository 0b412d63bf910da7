/* The check of a file that is linked with the shared runtime: the loader may find another library than the linker did.
 * The notes of the file hold the hash of every row that it relies on, those of functions first, and the text of the
 * rows of its functions. */
#include "entry/rows.h"

#ifndef BESKID_HIDDEN

#include "entry/inflate.h"
#include "entry/version.h"
#include "platform/platform.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OWNER "Beskid"
#define NOTE_FIELDS 1
#define NOTE_ROWS_NEEDED 3
#define ROWS_FORMAT 1
#define ROWS_HEADER_SIZE 16
#define ROW_KEY "\nrow="
#define FUNCTION "function "
/* Bytes of an unpacked text of rows that no contract reaches. */
#define MAX_TEXT (UINT64_C(1) << 16)

typedef struct Bytes {
    const uint8_t *start;
    uint64_t size;
} Bytes;

typedef enum Outcome { AGREE, DIFFER, DAMAGED } Outcome;

static uint32_t word_at(const uint8_t *bytes)
{
    uint32_t word;
    memcpy(&word, bytes, sizeof word);
    return word;
}

/* Rows are mostly in the order of the runtime, so the search goes on where the last one ended. */
static bool has_row(uint32_t hash, uint32_t *next)
{
    for (uint32_t step = 0; step < bk_rows.count; step++) {
        uint32_t index = *next + step < bk_rows.count ? *next + step : *next + step - bk_rows.count;
        if (bk_rows.hashes[index] == hash) {
            *next = index;
            return true;
        }
    }
    return false;
}

/* `first` is the number of the row that this runtime does not have, and `functions` how many rows are of functions. */
static Outcome compare(Bytes rows, uint32_t *first, uint32_t *functions)
{
    if (rows.size < ROWS_HEADER_SIZE || word_at(rows.start) != ROWS_FORMAT) {
        return DAMAGED;
    }
    *functions = word_at(rows.start + 4);
    uint64_t count = (uint64_t)*functions + word_at(rows.start + 8);
    if (rows.size != ROWS_HEADER_SIZE + 4 * count + word_at(rows.start + 12)) {
        return DAMAGED;
    }
    uint32_t next = 0;
    for (uint32_t index = 0; index < count; index++) {
        if (!has_row(word_at(rows.start + ROWS_HEADER_SIZE + 4 * (uint64_t)index), &next)) {
            *first = index;
            return DIFFER;
        }
    }
    return AGREE;
}

/* The row of a function, nothing if there is none: the rows are lines of the fields, in the order of their hashes. */
static Bytes function_row(Bytes fields, uint32_t number)
{
    const uint8_t *end = fields.start + fields.size;
    for (;;) {
        uint64_t left = (uint64_t)(end - fields.start);
        const uint8_t *found = bk_os_find(fields.start, left, (const uint8_t *)ROW_KEY, sizeof ROW_KEY - 1);
        if (found == NULL) {
            return (Bytes){NULL, 0};
        }
        fields.start = found + sizeof ROW_KEY - 1;
        if (number-- == 0) {
            break;
        }
    }
    const uint8_t *line_end = memchr(fields.start, '\n', (size_t)(end - fields.start));
    return (Bytes){fields.start, (uint64_t)((line_end != NULL ? line_end : end) - fields.start)};
}

static Bytes first_line(Bytes text)
{
    const uint8_t *end = text.size > 0 ? memchr(text.start, '\n', (size_t)text.size) : NULL;
    return (Bytes){text.start, end != NULL ? (uint64_t)(end - text.start) : text.size};
}

/* What is left after the first line. */
static Bytes after_line(Bytes text, Bytes line)
{
    uint64_t skipped = line.size < text.size ? line.size + 1 : line.size;
    return (Bytes){text.start + skipped, text.size - skipped};
}

/* What a row is about: its kind and its name, such as `function str_len`. */
static Bytes clause_of(Bytes row)
{
    uint64_t size = 0;
    for (unsigned words = 0; size < row.size; size++) {
        uint8_t byte = row.start[size];
        words += byte == ' ';
        if (byte == '(' || byte == ':' || words == 2) {
            break;
        }
    }
    return (Bytes){row.start, size};
}

static bool is_same(Bytes left, Bytes right)
{
    return left.size == right.size && memcmp(left.start, right.start, (size_t)left.size) == 0;
}

/* The row of a clause in a text of rows; nothing if it has none. */
static Bytes find_row(Bytes text, Bytes clause)
{
    while (text.size > 0) {
        Bytes line = first_line(text);
        if (is_same(clause_of(line), clause)) {
            return line;
        }
        text = after_line(text, line);
    }
    return text;
}

static Bytes unpack(const uint8_t *packed, uint64_t size)
{
    uint8_t *text = malloc(MAX_TEXT);
    return (Bytes){text, text != NULL ? bk_inflate(packed, size, text, MAX_TEXT) : 0};
}

/* The row that a file relies on, by its number; nothing if the notes do not have its text. */
static Bytes needed_row(Bytes fields, Bytes rows, uint32_t number, uint32_t functions)
{
    if (number >= functions) {
        uint64_t start = ROWS_HEADER_SIZE + 4 * ((uint64_t)functions + word_at(rows.start + 8));
        Bytes text = unpack(rows.start + start, rows.size - start);
        for (uint32_t left = number - functions; left > 0 && text.size > 0; left--) {
            text = after_line(text, first_line(text));
        }
        return first_line(text);
    }
    Bytes row = function_row(fields, number);
    uint8_t *whole = malloc((size_t)row.size + sizeof FUNCTION);
    if (row.size == 0 || whole == NULL) {
        return (Bytes){NULL, 0};
    }
    memcpy(whole, FUNCTION, sizeof FUNCTION - 1);
    memcpy(whole + sizeof FUNCTION - 1, row.start, (size_t)row.size);
    return (Bytes){whole, row.size + sizeof FUNCTION - 1};
}

/* A row without the word for its kind if that is `function`, as the compiler prints it. */
static void print_row(const char *before, Bytes row)
{
    uint64_t skipped = row.size > sizeof FUNCTION - 1 && memcmp(row.start, FUNCTION, sizeof FUNCTION - 1) == 0
                           ? sizeof FUNCTION - 1
                           : 0;
    fprintf(stderr, "%s `%.*s`", before, (int)(row.size - skipped), (const char *)row.start + skipped);
}

static void refuse(const BeskidProgram *program, Bytes needed)
{
    const char *file = bk_os_file_of(program);
    const char *runtime = bk_os_file_of(&bk_rows);
    Bytes clause = clause_of(needed);
    Bytes offered = find_row(unpack(bk_rows.text, bk_rows.text_size), clause);
    fprintf(stderr, "error: `%.*s` does not match: `%s` (ABI version %" PRIu32 ", level %" PRIu32 ")", (int)clause.size,
            (const char *)clause.start, file, program->abi_version, program->level);
    print_row(" needs", needed);
    fprintf(stderr, ", `%s` (ABI version %" PRIu32 ", level %" PRIu32 ")", runtime, BESKID_RUNTIME_ABI_VERSION,
            BESKID_RUNTIME_ABI_LEVEL);
    if (offered.size > 0) {
        print_row(" offers", offered);
    } else {
        fputs(" does not have it", stderr);
    }
    fprintf(stderr,
            "\n  = help: use the runtime that the program was linked with, or build the program again; "
            "`beskid abi diff %s %s` lists the differences\n",
            file, runtime);
}

static void refuse_damaged(const BeskidProgram *program)
{
    fprintf(stderr, "error: %s: the note of its runtime contract is damaged; build it again\n", bk_os_file_of(program));
}

/* Reads the record at the start of `part` and moves `part` to the next one. Returns false at the end and for a damaged
 * record. */
static bool next_record(Bytes *part, uint64_t alignment, uint32_t *type, Bytes *owner, Bytes *content)
{
    if (part->size < 12) {
        return false;
    }
    uint64_t owner_size = word_at(part->start);
    uint64_t content_size = word_at(part->start + 4);
    uint64_t content_start = (12 + owner_size + alignment - 1) & ~(alignment - 1);
    uint64_t end = (content_start + content_size + alignment - 1) & ~(alignment - 1);
    if (content_start + content_size > part->size) {
        return false;
    }
    *type = word_at(part->start + 8);
    *owner = (Bytes){part->start + 12, owner_size};
    *content = (Bytes){part->start + content_start, content_size};
    end = end < part->size ? end : part->size;
    *part = (Bytes){part->start + end, part->size - end};
    return true;
}

static bool check_notes(const BeskidProgram *program, const BkNotes *notes)
{
    Bytes fields = {NULL, 0};
    for (unsigned index = 0; index < notes->count; index++) {
        Bytes part = {notes->parts[index].bytes, notes->parts[index].size};
        uint32_t type;
        Bytes owner;
        Bytes content;
        while (next_record(&part, notes->parts[index].alignment, &type, &owner, &content)) {
            if (owner.size != sizeof OWNER || memcmp(owner.start, OWNER, sizeof OWNER) != 0) {
                continue;
            }
            if (type == NOTE_FIELDS) {
                fields = content;
            }
            if (type != NOTE_ROWS_NEEDED) {
                continue;
            }
            uint32_t first = 0;
            uint32_t functions = 0;
            Outcome outcome = compare(content, &first, &functions);
            if (outcome == AGREE) {
                continue;
            }
            Bytes needed = {NULL, 0};
            if (outcome == DIFFER) {
                needed = needed_row(fields, content, first, functions);
            }
            if (needed.size > 0) {
                refuse(program, needed);
            } else {
                refuse_damaged(program);
            }
            return false;
        }
    }
    return true;
}

bool bk_rows_check(const BeskidProgram *program)
{
    /* A library is entered for every call of a host. */
    static _Atomic(const BeskidProgram *) last;
    if (atomic_load_explicit(&last, memory_order_relaxed) == program) {
        return true;
    }
    BkNotes notes;
    if (bk_os_notes_of(program, &notes) && !check_notes(program, &notes)) {
        return false;
    }
    atomic_store_explicit(&last, program, memory_order_relaxed);
    return true;
}

#endif
