/* What the environment says about the heap. */
#ifndef BESKID_SETTINGS_H
#define BESKID_SETTINGS_H

#include "common.h"

#define BK_PERCENT_OFF 0 /* collect only at the limit */

typedef struct BkSettings {
    uint64_t limit; /* bytes of heap */
    uint64_t percent;
    bool stress;
    bool verify;
    bool trace;
} BkSettings;

BkSettings bk_settings_read(void);

#endif
