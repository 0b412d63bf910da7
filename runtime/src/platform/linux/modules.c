/* The files that the dynamic loader has mapped, and their notes. An executable with the archive needs none of this. */
#include "platform/platform.h"

#ifndef BESKID_HIDDEN

#include <dlfcn.h>
#include <link.h>

typedef struct Search {
    uintptr_t address;
    BkNotes *notes;
} Search;

static bool holds(const struct dl_phdr_info *file, uintptr_t address)
{
    for (unsigned index = 0; index < file->dlpi_phnum; index++) {
        const ElfW(Phdr) *part = &file->dlpi_phdr[index];
        /* The difference wraps for an address before the segment. */
        if (part->p_type == PT_LOAD && address - (file->dlpi_addr + part->p_vaddr) < part->p_memsz) {
            return true;
        }
    }
    return false;
}

static int visit(struct dl_phdr_info *file, size_t size, void *argument)
{
    (void)size;
    Search *search = argument;
    if (!holds(file, search->address)) {
        return 0;
    }
    BkNotes *notes = search->notes;
    for (unsigned index = 0; index < file->dlpi_phnum && notes->count < BK_MAX_NOTE_PARTS; index++) {
        const ElfW(Phdr) *part = &file->dlpi_phdr[index];
        if (part->p_type == PT_NOTE) {
            uintptr_t start = file->dlpi_addr + part->p_vaddr;
            notes->parts[notes->count++] =
                (BkNotePart){(const uint8_t *)start, part->p_memsz, part->p_align == 8 ? 8 : 4};
        }
    }
    return 1;
}

bool bk_os_notes_of(const void *address, BkNotes *notes)
{
    notes->count = 0;
    Search search = {(uintptr_t)address, notes};
    return dl_iterate_phdr(visit, &search) != 0;
}

const char *bk_os_file_of(const void *address)
{
    Dl_info found;
    return dladdr(address, &found) != 0 && found.dli_fname != NULL ? found.dli_fname : "the program";
}

#endif
