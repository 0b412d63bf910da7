/* Conversions of the C library for WebAssembly. */
#ifndef BESKID_WASI_INTTYPES_H
#define BESKID_WASI_INTTYPES_H

#include <stdint.h>

#define PRId32 "d"
#define PRIu32 "u"
#define PRIx32 "x"
#define PRId64 __INT64_FMTd__
#define PRIu64 __UINT64_FMTu__
#define PRIx64 __UINT64_FMTx__

#endif
