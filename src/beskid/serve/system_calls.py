"""The system calls that a program of the page may make, and their numbers. Every other call fails with EPERM.

The list is what the runtime, the core library and the C library need for files, memory, time and threads. Files are
protected by Landlock, and memory and time by limits.
"""

from __future__ import annotations

ALLOWED: dict[str, tuple[int, int]] = {
    # Files, within what Landlock allows.
    "read": (0, 63),
    "write": (1, 64),
    "readv": (19, 65),
    "writev": (20, 66),
    "pread64": (17, 67),
    "pwrite64": (18, 68),
    "preadv": (295, 69),
    "pwritev": (296, 70),
    "preadv2": (327, 286),
    "pwritev2": (328, 287),
    "lseek": (8, 62),
    "open": (2, -1),
    "openat": (257, 56),
    "creat": (85, -1),
    "close": (3, 57),
    "dup": (32, 23),
    "dup2": (33, -1),
    "dup3": (292, 24),
    "pipe": (22, -1),
    "pipe2": (293, 59),
    "stat": (4, -1),
    "fstat": (5, 80),
    "lstat": (6, -1),
    "newfstatat": (262, 79),
    "statx": (332, 291),
    "access": (21, -1),
    "faccessat": (269, 48),
    "faccessat2": (439, 439),
    "getdents": (78, -1),
    "getdents64": (217, 61),
    "readlink": (89, -1),
    "readlinkat": (267, 78),
    "getcwd": (79, 17),
    "chdir": (80, 49),
    "fchdir": (81, 50),
    "mkdir": (83, -1),
    "mkdirat": (258, 34),
    "rmdir": (84, -1),
    "unlink": (87, -1),
    "unlinkat": (263, 35),
    "rename": (82, -1),
    "renameat": (264, 38),
    "renameat2": (316, 276),
    "link": (86, -1),
    "linkat": (265, 37),
    "symlink": (88, -1),
    "symlinkat": (266, 36),
    "truncate": (76, 45),
    "ftruncate": (77, 46),
    "fsync": (74, 82),
    "fdatasync": (75, 83),
    "flock": (73, 32),
    "fadvise64": (221, 223),
    "sendfile": (40, 71),
    "copy_file_range": (326, 285),
    "poll": (7, -1),
    "ppoll": (271, 73),
    "select": (23, -1),
    "pselect6": (270, 72),
    "eventfd2": (290, 19),
    "epoll_create1": (291, 20),
    "epoll_ctl": (233, 21),
    "epoll_wait": (232, -1),
    "epoll_pwait": (281, 22),
    # Memory.
    "mprotect": (10, 226),
    "munmap": (11, 215),
    "mremap": (25, 216),
    "madvise": (28, 233),
    "brk": (12, 214),
    # Time.
    "nanosleep": (35, 101),
    "clock_nanosleep": (230, 115),
    "clock_gettime": (228, 113),
    "clock_getres": (229, 114),
    "gettimeofday": (96, 169),
    "time": (201, -1),
    "times": (100, 153),
    "getrusage": (98, 165),
    "alarm": (37, -1),
    "getitimer": (36, 102),
    "setitimer": (38, 103),
    # Threads.
    "futex": (202, 98),
    "set_robust_list": (273, 99),
    "set_tid_address": (218, 96),
    "rseq": (334, 293),
    "gettid": (186, 178),
    "sched_yield": (24, 124),
    "sched_getaffinity": (204, 123),
    "getcpu": (309, 168),
    "exit": (60, 93),
    "exit_group": (231, 94),
    "restart_syscall": (219, 128),
    # Signals that the process sends itself.
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "rt_sigpending": (127, 136),
    "rt_sigtimedwait": (128, 137),
    "rt_sigsuspend": (130, 133),
    "sigaltstack": (131, 132),
    "pause": (34, -1),
    # What the process is.
    "getpid": (39, 172),
    "getppid": (110, 173),
    "getuid": (102, 174),
    "geteuid": (107, 175),
    "getgid": (104, 176),
    "getegid": (108, 177),
    "getgroups": (115, 158),
    "getpgrp": (111, -1),
    "getrlimit": (97, 163),
    "uname": (63, 160),
    "sysinfo": (99, 179),
    "getrandom": (318, 278),
}
"""Each with its numbers on x86-64 and AArch64, -1 where the machine has no such call."""

CLONE = (56, 220)
"""Allowed for threads only, which share their descriptors."""

CLONE3 = (435, 435)
"""Its flags are in memory, which a filter cannot read. It fails with ENOSYS, and the C library calls `clone`."""

TGKILL = (234, 131)
"""Allowed for the process itself: `abort` uses it."""

PRLIMIT = (302, 261)
"""Allowed for reading a limit of the process itself, which the C library's `getrlimit` does."""

CLOSE_RANGE = (436, 436)
CLOSE_RANGE_FLAGS = (0, 4)
"""`CLOSE_RANGE_UNSHARE` would give a thread descriptors of its own, which the limit of open files counts apart."""

MMAP = (9, 222)
"""Refused for the memory that `RLIMIT_DATA` does not count."""

FCNTL = (72, 25)
FCNTL_COMMANDS = (0, 1, 2, 3, 4, 5, 6, 7, 36, 37, 38, 1030)
"""Copies of descriptors, their flags, and locks. `F_SETOWN` and `F_SETSIG` would send signals to other processes."""

IOCTL = (16, 29)
IOCTL_REQUESTS = (0x5401, 0x802C542A, 0x5413, 0x541B)
"""`TCGETS`, `TCGETS2`, `TIOCGWINSZ` and `FIONREAD`. Others change terminals, or attributes of files."""

PRCTL = (157, 167)
PRCTL_OPTIONS = (15,)
"""`PR_SET_NAME`, the name of a thread."""

MACHINES: dict[str, int] = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
"""The machines in the order of the numbers, with what the kernel calls them (`AUDIT_ARCH_…`)."""
