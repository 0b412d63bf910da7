/* The version of the contract that this runtime implements, as functions and as a note with a line of text.
 * beskid.engine calls the functions; beskid.aot reads the line from the archive that it links. The line stays in the
 * linked file: linkers and `strip` keep notes. */
#include "common.h"

#define OWNER "Beskid"
#define STATEMENT "\nBESKID-RUNTIME-ABI " BESKID_RUNTIME_ABI_STATEMENT "\n"
#define NOTE_TYPE_RUNTIME 2
#define ROUNDED(size) (((size) + 3) & ~(size_t)3)

typedef struct Note {
    uint32_t owner_size;
    uint32_t content_size;
    uint32_t type;
    char owner[ROUNDED(sizeof OWNER)];
    char content[ROUNDED(sizeof STATEMENT)];
} Note;

__attribute__((used, section(".note.beskid.runtime"), aligned(4))) static const Note note = {
    sizeof OWNER, sizeof STATEMENT, NOTE_TYPE_RUNTIME, OWNER, STATEMENT,
};

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
