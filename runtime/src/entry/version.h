/* The contract that this runtime implements. */
#ifndef BESKID_VERSION_H
#define BESKID_VERSION_H

#include "common.h"

extern const BeskidRows bk_rows;

#endif
