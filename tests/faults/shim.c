/* A preloaded library that lets the n-th call of one system function fail, kills its process there, or stops it.
 *
 * BESKID_FAULT_ROOT   only files below this folder count, so that the interpreter's own files are left alone
 * BESKID_FAULT_STATE  a file shared by all processes of a run: what the tests want, and how often each function was
 *                     called
 *
 * Allocations count when they are made by a program below the root or by the runtime library, never those of Python. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

enum { OPEN, READ, WRITE, RENAME, LINK, UNLINK, FSYNC, MKDIR, SCAN, STAT, CHMOD, FORK, ALLOCATE, KINDS };
enum { MAX_DESCRIPTORS = 1024 };

/* What a call does that is to fail, when it is not the number of an error. */
enum { ACTION_KILL = -1, ACTION_STOP = -2 };

/* harness.py writes and reads this layout. */
struct state {
    int32_t kind;
    uint32_t number;
    int32_t action;
    /* With this set, every call from `number` on fails, as on a disk that stays full. */
    uint32_t is_lasting;
    _Atomic uint32_t counts[KINDS];
};

static struct state *state;
static _Atomic bool watched[MAX_DESCRIPTORS];
static char root[PATH_MAX];
static size_t root_length;
static bool is_program_below;

#define REAL(result, name, ...) ((result (*)(__VA_ARGS__))(uintptr_t)dlsym(RTLD_NEXT, #name))

static bool is_below_root(const char *path)
{
    return strncmp(path, root, root_length) == 0 && (path[root_length] == '/' || path[root_length] == 0);
}

__attribute__((constructor)) static void prepare(void)
{
    const char *path = getenv("BESKID_FAULT_STATE");
    const char *folder = getenv("BESKID_FAULT_ROOT");
    if (path == NULL || folder == NULL || realpath(folder, root) == NULL)
        return;
    root_length = strlen(root);
    char program[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (length > 0) {
        program[length] = 0;
        is_program_below = is_below_root(program);
    }
    int descriptor = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC);
    if (descriptor < 0)
        return;
    void *mapped = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    syscall(SYS_close, descriptor);
    if (mapped != MAP_FAILED)
        state = mapped;
}

/* Counts a call; true when this one is to fail, with errno set. */
static bool fails(int kind)
{
    if (state == NULL)
        return false;
    uint32_t number = atomic_fetch_add(&state->counts[kind], 1) + 1;
    if (kind != state->kind || number < state->number || (number > state->number && !state->is_lasting))
        return false;
    if (state->action == ACTION_KILL || state->action == ACTION_STOP) {
        kill(getpid(), state->action == ACTION_KILL ? SIGKILL : SIGSTOP);
        return false;
    }
    errno = state->action;
    return true;
}

static bool is_watched(int descriptor)
{
    return descriptor >= 0 && descriptor < MAX_DESCRIPTORS && watched[descriptor];
}

/* Whether a path, seen from an open folder, is below the root. */
static bool is_below(int folder, const char *path)
{
    if (state == NULL || path == NULL)
        return false;
    if (path[0] == '/')
        return is_below_root(path);
    if (folder != AT_FDCWD)
        return is_watched(folder);
    char here[PATH_MAX];
    return getcwd(here, sizeof here) != NULL && is_below_root(here);
}

static int watch(int descriptor, bool below)
{
    if (descriptor >= 0 && descriptor < MAX_DESCRIPTORS)
        watched[descriptor] = below;
    return descriptor;
}

static mode_t mode_of(int flags, va_list arguments)
{
    return (flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE ? va_arg(arguments, mode_t) : 0;
}

#define DEFINE_OPEN(name)                                                                                              \
    int name(const char *path, int flags, ...)                                                                         \
    {                                                                                                                  \
        va_list arguments;                                                                                             \
        va_start(arguments, flags);                                                                                    \
        mode_t mode = mode_of(flags, arguments);                                                                       \
        va_end(arguments);                                                                                             \
        bool below = is_below(AT_FDCWD, path);                                                                         \
        if (below && fails(OPEN))                                                                                      \
            return -1;                                                                                                 \
        return watch(REAL(int, name, const char *, int, ...)(path, flags, mode), below);                               \
    }

#define DEFINE_OPENAT(name)                                                                                            \
    int name(int folder, const char *path, int flags, ...)                                                             \
    {                                                                                                                  \
        va_list arguments;                                                                                             \
        va_start(arguments, flags);                                                                                    \
        mode_t mode = mode_of(flags, arguments);                                                                       \
        va_end(arguments);                                                                                             \
        bool below = is_below(folder, path);                                                                           \
        if (below && fails(OPEN))                                                                                      \
            return -1;                                                                                                 \
        return watch(REAL(int, name, int, const char *, int, ...)(folder, path, flags, mode), below);                  \
    }

DEFINE_OPEN(open)
DEFINE_OPEN(open64)
DEFINE_OPENAT(openat)
DEFINE_OPENAT(openat64)

/* Functions of a path. */
#define DEFINE_AT_PATH(kind, name, parameters, path, passed)                                                           \
    int name parameters                                                                                                \
    {                                                                                                                  \
        if (is_below(AT_FDCWD, path) && fails(kind))                                                                   \
            return -1;                                                                                                 \
        return ((int(*) parameters)(uintptr_t)dlsym(RTLD_NEXT, #name)) passed;                                         \
    }

/* Functions of a path seen from an open folder. */
#define DEFINE_AT_FOLDER(kind, name, parameters, folder, path, passed)                                                 \
    int name parameters                                                                                                \
    {                                                                                                                  \
        if (is_below(folder, path) && fails(kind))                                                                     \
            return -1;                                                                                                 \
        return ((int(*) parameters)(uintptr_t)dlsym(RTLD_NEXT, #name)) passed;                                         \
    }

/* Functions of an open file. */
#define DEFINE_ON_FILE(kind, result, name, parameters, descriptor, passed)                                             \
    result name parameters                                                                                             \
    {                                                                                                                  \
        if (is_watched(descriptor) && fails(kind))                                                                     \
            return -1;                                                                                                 \
        return ((result(*) parameters)(uintptr_t)dlsym(RTLD_NEXT, #name)) passed;                                      \
    }

DEFINE_ON_FILE(READ, ssize_t, read, (int file, void *buffer, size_t size), file, (file, buffer, size))
DEFINE_ON_FILE(WRITE, ssize_t, write, (int file, const void *buffer, size_t size), file, (file, buffer, size))
DEFINE_ON_FILE(FSYNC, int, fsync, (int file), file, (file))
DEFINE_ON_FILE(STAT, int, fstat, (int file, struct stat *found), file, (file, found))
DEFINE_ON_FILE(CHMOD, int, fchmod, (int file, mode_t mode), file, (file, mode))
DEFINE_AT_PATH(STAT, stat, (const char *restrict path, struct stat *restrict found), path, (path, found))
DEFINE_AT_PATH(STAT, lstat, (const char *restrict path, struct stat *restrict found), path, (path, found))
DEFINE_AT_FOLDER(STAT, fstatat, (int folder, const char *restrict path, struct stat *restrict found, int flags),
                 folder, path, (folder, path, found, flags))
DEFINE_ON_FILE(STAT, int, fstat64, (int file, struct stat64 *found), file, (file, found))
DEFINE_AT_PATH(STAT, stat64, (const char *restrict path, struct stat64 *restrict found), path, (path, found))
DEFINE_AT_PATH(STAT, lstat64, (const char *restrict path, struct stat64 *restrict found), path, (path, found))
DEFINE_AT_FOLDER(STAT, fstatat64, (int folder, const char *restrict path, struct stat64 *restrict found, int flags),
                 folder, path, (folder, path, found, flags))
DEFINE_AT_PATH(CHMOD, chmod, (const char *path, mode_t mode), path, (path, mode))
DEFINE_AT_PATH(RENAME, rename, (const char *from, const char *to), to, (from, to))
DEFINE_AT_FOLDER(RENAME, renameat, (int from_folder, const char *from, int folder, const char *to), folder, to,
                 (from_folder, from, folder, to))
DEFINE_AT_PATH(LINK, link, (const char *from, const char *to), to, (from, to))
DEFINE_AT_FOLDER(LINK, linkat, (int from_folder, const char *from, int folder, const char *to, int flags), folder, to,
                 (from_folder, from, folder, to, flags))
DEFINE_AT_PATH(UNLINK, unlink, (const char *path), path, (path))
DEFINE_AT_PATH(UNLINK, rmdir, (const char *path), path, (path))
DEFINE_AT_FOLDER(UNLINK, unlinkat, (int folder, const char *path, int flags), folder, path, (folder, path, flags))
DEFINE_AT_PATH(MKDIR, mkdir, (const char *path, mode_t mode), path, (path, mode))
DEFINE_AT_FOLDER(MKDIR, mkdirat, (int folder, const char *path, mode_t mode), folder, path, (folder, path, mode))

int close(int descriptor)
{
    watch(descriptor, false);
    return REAL(int, close, int)(descriptor);
}

void *opendir(const char *path)
{
    if (is_below(AT_FDCWD, path) && fails(SCAN))
        return NULL;
    return REAL(void *, opendir, const char *)(path);
}

void *fdopendir(int descriptor)
{
    if (is_watched(descriptor) && fails(SCAN))
        return NULL;
    return REAL(void *, fdopendir, int)(descriptor);
}

pid_t fork(void)
{
    if (fails(FORK))
        return -1;
    return REAL(pid_t, fork, void)();
}

pid_t vfork(void)
{
    /* The caller of a wrapper cannot share its frame with a child. */
    return fork();
}

/* Whether the caller of an allocation is the runtime library or a program below the root. */
static bool is_ours(void *caller)
{
    static _Thread_local bool is_asking;
    if (state == NULL || is_asking)
        return false;
    is_asking = true;
    Dl_info found;
    bool ours = false;
    if (dladdr(caller, &found) != 0 && found.dli_fname != NULL) {
        /* A program is known by the name it was started with, which may be relative. */
        bool is_below = found.dli_fname[0] == '/' ? is_below_root(found.dli_fname) : is_program_below;
        ours = is_below || strstr(found.dli_fname, "libbeskid_runtime") != NULL;
    }
    is_asking = false;
    return ours;
}

/* The allocator that this library stands in front of: that of AddressSanitizer, which exports its replacements under
 * these names, or that of the C library. */
#ifdef FAULTS_UNDER_ADDRESS_SANITIZER
#define REAL_MALLOC __interceptor_malloc
#define REAL_CALLOC __interceptor_calloc
#define REAL_REALLOC __interceptor_realloc
void *__interceptor_mmap(void *address, size_t size, int protection, int flags, int descriptor, off_t offset);
#define REAL_MMAP __interceptor_mmap
#else
#define REAL_MALLOC __libc_malloc
#define REAL_CALLOC __libc_calloc
#define REAL_REALLOC __libc_realloc
#define REAL_MMAP(...) ((void *)syscall(SYS_mmap, __VA_ARGS__)) /* NOLINT */
#endif
void *REAL_MALLOC(size_t size);
void *REAL_CALLOC(size_t count, size_t size);
void *REAL_REALLOC(void *memory, size_t size);

void *malloc(size_t size)
{
    return is_ours(__builtin_return_address(0)) && fails(ALLOCATE) ? NULL : REAL_MALLOC(size);
}

void *calloc(size_t count, size_t size)
{
    return is_ours(__builtin_return_address(0)) && fails(ALLOCATE) ? NULL : REAL_CALLOC(count, size);
}

void *realloc(void *memory, size_t size)
{
    return is_ours(__builtin_return_address(0)) && fails(ALLOCATE) ? NULL : REAL_REALLOC(memory, size);
}

void *mmap(void *address, size_t size, int protection, int flags, int descriptor, off_t offset)
{
    if (is_ours(__builtin_return_address(0)) && fails(ALLOCATE))
        return MAP_FAILED;
    return REAL_MMAP(address, size, protection, flags, descriptor, offset);
}
