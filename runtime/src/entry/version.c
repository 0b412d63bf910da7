/* The contract that this runtime implements: version and level, and the row of every function, layout and clause, as
 * functions and as notes. beskid.engine calls the functions; beskid.aot reads the notes of the archive that it links.
 * They stay in the linked file: linkers and `strip` keep notes. */
#include "entry/version.h"

#include "beskid_rows.h"

#define OWNER "Beskid"
#define STATEMENT "\nBESKID-RUNTIME-ABI " BESKID_RUNTIME_ABI_STATEMENT "\n"
#define NOTE_TYPE_RUNTIME 2
#define NOTE_TYPE_ROWS_OFFERED 4
#define ROUNDED(size) (((size) + 3) & ~(size_t)3)

/* Images of Windows keep eight characters of a section name. Modules of WebAssembly keep none: readers search the
 * data. */
#if defined(__APPLE__)
#define NOTE_SECTION "__DATA,__beskid_rt,regular,no_dead_strip"
#elif defined(_WIN32)
#define NOTE_SECTION ".bskdrt"
#else
#define NOTE_SECTION ".note.beskid.runtime"
#endif

typedef struct Note {
    uint32_t owner_size;
    uint32_t content_size;
    uint32_t type;
    char owner[ROUNDED(sizeof OWNER)];
    char content[ROUNDED(sizeof STATEMENT)];
} Note;

__attribute__((used, section(NOTE_SECTION), aligned(4))) static const Note note = {
    sizeof OWNER, sizeof STATEMENT, NOTE_TYPE_RUNTIME, OWNER, STATEMENT,
};

static const uint32_t hashes[BESKID_ROW_COUNT] = {BESKID_ROW_HASHES};

enum { PACKED_SIZE = sizeof((const uint8_t[]){BESKID_ROWS_PACKED}) };

typedef struct RowsNote {
    uint32_t owner_size;
    uint32_t content_size;
    uint32_t type;
    char owner[ROUNDED(sizeof OWNER)];
    uint8_t content[ROUNDED(PACKED_SIZE)];
} RowsNote;

__attribute__((used, section(NOTE_SECTION), aligned(4))) static const RowsNote rows_note = {
    sizeof OWNER, PACKED_SIZE, NOTE_TYPE_ROWS_OFFERED, OWNER, {BESKID_ROWS_PACKED},
};

const BeskidRows bk_rows = {1, BESKID_ROW_COUNT, hashes, rows_note.content, PACKED_SIZE};

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
    return (int64_t)BESKID_DRAFT_HASH;
}

void *beskid_runtime_rows(void)
{
    return (void *)&bk_rows;
}
