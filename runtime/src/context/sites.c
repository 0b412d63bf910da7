/* The call sites of the programs that were entered, by the ranges of their tables. */
#include "context/sites.h"

#define MAX_PROGRAMS 4096

static struct {
    uint64_t low;
    uint64_t high;
} sites[MAX_PROGRAMS];
static unsigned site_ranges;

bool bk_is_site(uint64_t word)
{
    for (unsigned index = 0; index < site_ranges; index++) {
        if (word >= sites[index].low && word < sites[index].high) {
            return (word - sites[index].low) % sizeof(BeskidSite) == 0;
        }
    }
    return false;
}

static void forget_range(uint64_t low, uint64_t high)
{
    unsigned kept = 0;
    for (unsigned index = 0; index < site_ranges; index++) {
        if (sites[index].high <= low || sites[index].low >= high) {
            sites[kept++] = sites[index];
        }
    }
    site_ranges = kept;
}

void bk_sites_remember(const BeskidProgram *program)
{
    uint64_t low = (uint64_t)(uintptr_t)program->sites;
    uint64_t high = low + program->site_count * sizeof(BeskidSite);
    if (low == high || (site_ranges > 0 && sites[0].low == low && sites[0].high == high)) {
        return;
    }
    /* Another program may have been unloaded from the same addresses. */
    forget_range(low, high);
    if (site_ranges == MAX_PROGRAMS) {
        site_ranges--;
    }
    /* In front, so that a program that is entered repeatedly is found at once. */
    for (unsigned index = site_ranges; index > 0; index--) {
        sites[index] = sites[index - 1];
    }
    sites[0].low = low;
    sites[0].high = high;
    site_ranges++;
}

void beskid_program_forget(const BeskidProgram *program)
{
    uint64_t low = (uint64_t)(uintptr_t)program->sites;
    forget_range(low, low + program->site_count * sizeof(BeskidSite));
}
