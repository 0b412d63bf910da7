/* The only access to the operating system. The other folders include ISO C headers and this file.
 *
 * Paths, names and arguments are UTF-8 on input. Returned text is allocated with malloc. A failure is an error number
 * of errno.h: as the result where the result is an int, negated where a result also has a good value. */
#ifndef BESKID_PLATFORM_H
#define BESKID_PLATFORM_H

#include "common.h"

/* ---- memory.c ---- */

/* Reserves inaccessible address space at a multiple of `alignment`, a power of two. Returns null on failure. */
void *bk_os_reserve(uint64_t size, uint64_t alignment);
/* Makes reserved bytes readable and writable; they are zero until written. */
bool bk_os_commit(void *address, uint64_t size);
/* Returns the memory of committed bytes to the system; they stay accessible and read as zero. */
bool bk_os_discard(void *address, uint64_t size);
/* Asks for large pages; the system may ignore it. */
void bk_os_prefer_huge(void *address, uint64_t size);
/* Bytes of memory that this process may use. */
uint64_t bk_os_memory(void);

/* ---- stack.c ---- */

/* Calls function(argument) on a stack of the runtime's own with up to `size` bytes of address space, of which the last
 * are a guard. The function may be left by a jump to a frame on that stack only. Returns false, without a call, when
 * there is no memory for the stack. */
bool bk_os_on_large_stack(void (*function)(void *), void *argument, uint64_t size);
/* Whether the function of the innermost bk_os_on_large_stack runs now, rather than one of bk_os_on_host_stack. */
bool bk_os_is_on_large_stack(void);
/* Called from code on the runtime's own stack: calls function(argument) on the stack of the host, below the frame that
 * entered. The function may enter again, and must return. Without such an entry it is called directly. */
void bk_os_on_host_stack(void (*function)(void *), void *argument);
/* Takes the end of the calling thread's own stack for the guard. */
void bk_os_use_thread_stack(void);
/* A number that tells the calling thread from all others; never 0. */
uintptr_t bk_os_thread(void);

/* ---- threads.c ---- */

/* Waits, first come, first served, until `take` returns true. It is called while no other thread is in it. */
void bk_os_queue_wait(bool (*take)(void));
/* Lets the first thread that waits try again. */
void bk_os_queue_wake(void);
/* Calls `child` in the child of every fork from now on, once the queue is empty there. */
bool bk_os_at_fork(void (*child)(void));

/* ---- signals.c ---- */

typedef struct BkFaultHandlers {
    /* A memory access at `address` failed. Returns false when the fault is not a stack overflow of generated code;
     * otherwise it does not return. Runs on the alternate stack of signals. */
    bool (*fault)(const uint8_t *address, bool in_stack_guard, const void *program_counter);
    /* The user asked the program to stop. */
    void (*interrupt)(void);
} BkFaultHandlers;

/* Installs fault handlers and an alternate stack for the calling thread, and lets writes to a closed pipe or beyond the
 * limit of file sizes fail instead of ending the process. Interrupts are handled only when `interruptible`. Returns
 * false when memory is exhausted. */
bool bk_os_faults_install(const BkFaultHandlers *handlers, bool interruptible);
/* Restores what bk_os_faults_install replaced. */
void bk_os_faults_restore(void);
/* Installs the fault handlers for the rest of the process, in front of those of the host, unless they are in front
 * already; bk_os_faults_install then changes only what interrupts do. */
void bk_os_faults_attach(const BkFaultHandlers *handlers);
/* Makes an alternate stack for the calling thread, to be kept until it ends. Returns false when memory is exhausted. */
bool bk_os_thread_attach(void);
/* Removes it. */
void bk_os_thread_detach(void);
/* Lets the signal whose handler runs now arrive again, before a jump that does not restore the mask. */
void bk_os_faults_unblock(void);
/* Whether code belongs to a program: it lies in no loaded file, as code made in memory does, or in the same file as
 * `known`, which may be null. It takes a lock of the dynamic loader, and in a static executable it is true for all
 * code. */
bool bk_os_is_program_code(const void *program_counter, const void *known);

/* ---- deadline.c ---- */

/* In nanoseconds, as the clocks are. */
#define BK_MILLISECOND INT64_C(1000000)
#define BK_SECOND INT64_C(1000000000)
#define BK_NO_DEADLINE INT64_MAX

/* The time on the monotonic clock `milliseconds` from now; BK_NO_DEADLINE if negative, or later than the clock goes. */
int64_t bk_deadline(int64_t milliseconds);
/* Milliseconds until a deadline, but at most `longest`; 0 when it has passed. They are rounded up: a wait never ends
 * before its deadline. */
int bk_left_until(int64_t deadline, int longest);

/* ---- process.c ---- */

/* Prepares the process of an executable: occupies those of the descriptors 0 to 2 that are closed; reading or writing
 * them still fails. Returns false on failure. */
bool bk_os_begin_executable(int64_t *argument_count, char ***arguments);
/* Ends the process without running the exit handlers of its host. */
_Noreturn void bk_os_exit(int status);
int64_t bk_os_pid(void);
/* Nanoseconds since 1970, or since an arbitrary moment on a clock that never goes back. */
int64_t bk_os_clock(bool monotonic);
/* Nanoseconds of processor time that the calling thread has used. */
int64_t bk_os_processor_time(void);
void bk_os_sleep(int64_t milliseconds);
int64_t bk_os_random(void);
/* Returns null when the variable is not set, or errno is ENOMEM. */
char *bk_os_getenv(const char *name);
int bk_os_setenv(const char *name, const char *value);
/* Returns null and sets errno on failure. */
char *bk_os_getcwd(void);

/* ---- run.c ---- */

typedef struct BkBytes {
    uint8_t *bytes; /* of malloc, may be null */
    uint64_t size;
    uint64_t capacity;
} BkBytes;

enum { BK_RUN_INPUT = 1, BK_RUN_OUTPUT = 2, BK_RUN_ERRORS = 4, BK_RUN_JOINED = 8 };

/* A program that runs to its end. */
typedef struct BkRun {
    char **arguments;   /* ends with null; the first is the program */
    char **environment; /* `name=value`, ends with null */
    bool inherits;      /* the variables are added to those of this process */
    const char *folder; /* null for that of this process */
    const uint8_t *input;
    uint64_t input_size;
    int64_t timeout;   /* milliseconds, or negative */
    unsigned streams;  /* BK_RUN_ bits: streams of this process that the program uses itself */
    BkBytes output[2]; /* what it wrote to descriptors 1 and 2 */
    int64_t status;    /* the exit status, or -1 */
    int64_t signal;    /* what ended it, 0 for none, -1 for the timeout */
} BkRun;

/* Runs a program and fills in the results. Returns the error number when it could not start. */
int bk_os_run(BkRun *run);
/* Makes room for `size` more bytes. Returns false when there is no memory. */
bool bk_bytes_reserve(BkBytes *bytes, uint64_t size);

/* ---- files.c ---- */

#define BK_PATH_MAX 4096

/* How a file is opened; programs pass the same bits to io_open. */
enum {
    BK_OPEN_READING = 1,
    BK_OPEN_WRITING = 2,
    BK_OPEN_CREATE = 4,
    BK_OPEN_TRUNCATE = 8,
    BK_OPEN_APPEND = 16,
    BK_OPEN_NEW = 32,     /* with BK_OPEN_CREATE: the file must not exist */
    BK_OPEN_PRIVATE = 64, /* with BK_OPEN_CREATE: for the user alone */
    BK_OPEN_ALL = 127,
};

/* Programs know the same numbers from fs_status. */
typedef enum BkFileKind { BK_FILE_REGULAR, BK_FILE_DIRECTORY, BK_FILE_OTHER, BK_FILE_LINK } BkFileKind;

typedef struct BkFileStatus {
    BkFileKind kind;
    int64_t size;
    int64_t permissions; /* the nine bits of POSIX, or -1 */
    int64_t modified;    /* nanoseconds since 1970 */
    int64_t accessed;
} BkFileStatus;

/* What programs do with an open file; they pass the same numbers to io_control. */
typedef enum BkFileChange {
    BK_FILE_CLOSE = 0,
    BK_FILE_FLUSH = 1,
    BK_FILE_SEEK_START = 2,
    BK_FILE_SEEK_CURRENT = 3,
    BK_FILE_SEEK_END = 4,
    BK_FILE_RESIZE = 5,
    BK_FILE_SYNC = 6,
    BK_FILE_LOCK = 7,
    BK_FILE_LOCK_SHARED = 8,
    BK_FILE_UNLOCK = 9,
} BkFileChange;

/* What tells an open file from another one that has the same descriptor later. */
typedef struct BkFileIdentity {
    uint64_t device;
    uint64_t number;
    int64_t position; /* -1 when the file has none */
} BkFileIdentity;

/* The descriptor, which child processes do not inherit, or a negated error number. */
int bk_os_open(const char *path, unsigned mode);
/* One read or write; the number of bytes, or a negated error number. They wait for a descriptor that is not ready, also
 * when it does not block, and are safe in a signal handler. */
int64_t bk_os_read(int descriptor, void *bytes, uint64_t size);
int64_t bk_os_write(int descriptor, const void *bytes, uint64_t size);
int bk_os_close(int descriptor);
/* The kind of what is at a path; `follow` looks through a symbolic link. */
int bk_os_look(const char *path, bool follow, BkFileKind *kind);
/* The size of an open file, 0 when it is not known. */
uint64_t bk_os_size(int descriptor, BkFileKind *kind);
bool bk_os_identify(int descriptor, BkFileIdentity *identity);
int bk_os_remove(const char *path, bool directory);
int bk_os_mkdir(const char *path);
/* What is at a path; an error number. */
int bk_os_status(const char *path, bool follow, BkFileStatus *status);
/* Replaces what is at `to`. */
int bk_os_rename(const char *from, const char *to);
int bk_os_set_permissions(const char *path, int64_t permissions);
int bk_os_set_modified(const char *path, int64_t nanoseconds);
/* Makes a symbolic link at `path` that leads to `target`. */
int bk_os_make_link(const char *path, const char *target);
/* The new position, or a negated error number. */
int64_t bk_os_seek(int descriptor, int64_t offset, BkFileChange from);
int bk_os_resize(int descriptor, int64_t size);
int bk_os_sync(int descriptor);
/* Locks or unlocks the whole file; without `wait` EAGAIN when another process holds the lock. */
int bk_os_lock(int descriptor, BkFileChange operation, bool wait);
/* The names in a directory, unsorted, without the entries for itself and its parent. One block of memory holds pointers
 * and names. Returns null and sets the error on failure. */
char **bk_os_list(const char *path, uint64_t *count, int *error);
bool bk_os_is_terminal(int descriptor);
/* Columns * 65536 + rows of a terminal, 0 when it is not one. */
int64_t bk_os_window_size(int descriptor);

/* ---- keys.c ---- */

/* What programs ask tty_key for, and its results beyond those of a byte. */
enum { BK_KEY_RESTORE = 0, BK_KEY_READ = 1, BK_KEY_PEEK = 2, BK_KEY_TIMED_OUT = -1, BK_KEY_END = -2 };

/* Puts the terminal of descriptor 0 into the key mode: each key is input at once, nothing is shown, and on POSIX
 * systems carriage returns are translated as before. The end of the process by any way but a kill restores it; a stop
 * restores it until the process continues in the foreground. Returns false where descriptor 0 is not a terminal, or the
 * system cannot change it. */
bool bk_os_key_mode_begin(void);
/* Restores the terminal, if it is in the key mode. */
void bk_os_key_mode_end(void);
/* Waits until a read of descriptor 0 would not wait, without limit if negative. Returns false when the time is over. */
bool bk_os_wait_for_input(int64_t milliseconds);

/* ---- rounding.c ---- */

/* Zero for the nearest number; a machine has one or two units with a direction of their own. */
typedef struct BkRounding {
    uint32_t older;
    uint32_t newer;
} BkRounding;

/* Lets the thread's floating-point arithmetic round to the nearest number. Returns what it did before. */
BkRounding bk_os_round_to_nearest(void);
void bk_os_restore_rounding(BkRounding before);

/* ---- bytes.c ---- */

/* The first occurrence of a byte sequence, or null; linear time. */
const uint8_t *bk_os_find(const uint8_t *bytes, uint64_t size, const uint8_t *needle, uint64_t needle_size);

/* ---- modules.c: in the shared runtime only ---- */

#define BK_MAX_NOTE_PARTS 8

typedef struct BkNotePart {
    const uint8_t *bytes;
    uint64_t size;
    uint64_t alignment;
} BkNotePart;

typedef struct BkNotes {
    BkNotePart parts[BK_MAX_NOTE_PARTS];
    unsigned count;
} BkNotes;

/* The notes of the file that an address was loaded from. Returns false when it lies in no file, as code of the JIT. */
bool bk_os_notes_of(const void *address, BkNotes *notes);
/* The name of the file that an address was loaded from. */
const char *bk_os_file_of(const void *address);

#endif
