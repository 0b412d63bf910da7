/* The functions of WASI preview 1, the only imports of a module, and what the files of this platform share.
 *
 * Hosts read and write addresses and sizes of 32 bits, also of a memory of 64 bits, so all memory lies below 4 GiB
 * (memory.c) and everything is converted here. Source: the witx files of wasi_snapshot_preview1. */
#ifndef BESKID_WASI_H
#define BESKID_WASI_H

#include "platform/platform.h"

#define BK_WASI(name) __attribute__((import_module("wasi_snapshot_preview1"), import_name(#name)))

/* An address or a size as hosts see it. */
typedef uint32_t BkWasiAddress;

/* Of what the host reads. */
static inline BkWasiAddress bk_wasi_address(const void *address)
{
    return (BkWasiAddress)(uintptr_t)address;
}

/* Of what the host writes. */
static inline BkWasiAddress bk_wasi_target(void *address)
{
    return (BkWasiAddress)(uintptr_t)address;
}

typedef struct BkWasiBytes {
    BkWasiAddress bytes;
    uint32_t size;
} BkWasiBytes;

typedef struct BkWasiFileStatus {
    uint64_t device;
    uint64_t number;
    uint8_t type;
    uint64_t links;
    uint64_t size;
    uint64_t accessed;
    uint64_t modified;
    uint64_t changed;
} BkWasiFileStatus;

typedef struct BkWasiDescriptorStatus {
    uint8_t type;
    uint16_t flags;
    uint64_t rights;
    uint64_t inherited_rights;
} BkWasiDescriptorStatus;

enum { BK_WASI_CHARACTER_DEVICE = 2, BK_WASI_DIRECTORY = 3, BK_WASI_REGULAR_FILE = 4, BK_WASI_LINK = 7 };

#define BK_WASI_FOLLOW 1

BK_WASI(args_get) uint16_t bk_wasi_args_get(BkWasiAddress values, BkWasiAddress bytes);
BK_WASI(args_sizes_get) uint16_t bk_wasi_args_sizes_get(BkWasiAddress count, BkWasiAddress size);
BK_WASI(clock_time_get) uint16_t bk_wasi_clock_time_get(uint32_t clock, uint64_t precision, BkWasiAddress time);
BK_WASI(environ_get) uint16_t bk_wasi_environ_get(BkWasiAddress values, BkWasiAddress bytes);
BK_WASI(environ_sizes_get) uint16_t bk_wasi_environ_sizes_get(BkWasiAddress count, BkWasiAddress size);
BK_WASI(fd_close) uint16_t bk_wasi_fd_close(int descriptor);
BK_WASI(fd_fdstat_get) uint16_t bk_wasi_fd_fdstat_get(int descriptor, BkWasiAddress status);
BK_WASI(fd_filestat_get) uint16_t bk_wasi_fd_filestat_get(int descriptor, BkWasiAddress status);
BK_WASI(fd_filestat_set_size) uint16_t bk_wasi_fd_filestat_set_size(int descriptor, uint64_t size);
BK_WASI(fd_prestat_get) uint16_t bk_wasi_fd_prestat_get(int descriptor, BkWasiAddress status);
BK_WASI(fd_prestat_dir_name) uint16_t bk_wasi_fd_prestat_dir_name(int descriptor, BkWasiAddress name, uint32_t size);
BK_WASI(fd_read) uint16_t bk_wasi_fd_read(int descriptor, BkWasiAddress parts, uint32_t count, BkWasiAddress size);
BK_WASI(fd_readdir)
uint16_t bk_wasi_fd_readdir(int descriptor, BkWasiAddress bytes, uint32_t size, uint64_t cookie, BkWasiAddress used);
BK_WASI(fd_seek)
uint16_t bk_wasi_fd_seek(int descriptor, int64_t offset, uint8_t whence, BkWasiAddress position);
BK_WASI(fd_sync) uint16_t bk_wasi_fd_sync(int descriptor);
BK_WASI(fd_tell) uint16_t bk_wasi_fd_tell(int descriptor, BkWasiAddress position);
BK_WASI(fd_write) uint16_t bk_wasi_fd_write(int descriptor, BkWasiAddress parts, uint32_t count, BkWasiAddress size);
BK_WASI(path_create_directory)
uint16_t bk_wasi_path_create_directory(int folder, BkWasiAddress path, uint32_t size);
BK_WASI(path_filestat_get)
uint16_t bk_wasi_path_filestat_get(int folder, uint32_t flags, BkWasiAddress path, uint32_t size, BkWasiAddress status);
BK_WASI(path_filestat_set_times)
uint16_t bk_wasi_path_filestat_set_times(int folder, uint32_t flags, BkWasiAddress path, uint32_t size,
                                         uint64_t accessed, uint64_t modified, uint32_t which);
BK_WASI(path_open)
uint16_t bk_wasi_path_open(int folder, uint32_t look_up, BkWasiAddress path, uint32_t size, uint32_t flags,
                           uint64_t rights, uint64_t inherited_rights, uint32_t descriptor_flags,
                           BkWasiAddress descriptor);
BK_WASI(path_remove_directory)
uint16_t bk_wasi_path_remove_directory(int folder, BkWasiAddress path, uint32_t size);
BK_WASI(path_rename)
uint16_t bk_wasi_path_rename(int from_folder, BkWasiAddress from, uint32_t from_size, int to_folder, BkWasiAddress to,
                             uint32_t to_size);
BK_WASI(path_unlink_file) uint16_t bk_wasi_path_unlink_file(int folder, BkWasiAddress path, uint32_t size);
BK_WASI(poll_oneoff)
uint16_t bk_wasi_poll_oneoff(BkWasiAddress waits, BkWasiAddress events, uint32_t count, BkWasiAddress happened);
BK_WASI(proc_exit) _Noreturn void bk_wasi_proc_exit(uint32_t status);
BK_WASI(random_get) uint16_t bk_wasi_random_get(BkWasiAddress bytes, uint32_t size);

/* The number of errno.h for an error of WASI; 0 for success. */
int bk_wasi_errno(uint16_t error);
/* Takes memory of the module at a multiple of `alignment`, a power of two; null when there is none below 4 GiB. */
void *bk_wasi_grow(uint64_t size, uint64_t alignment);

#endif
