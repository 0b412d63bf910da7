/* The records of the compiler's cache, and the executables that belong to them. */
#ifndef BESKID_LAUNCHER_RECORD_H
#define BESKID_LAUNCHER_RECORD_H

#include <stdbool.h>

/* What the launcher can do about a request. */
typedef enum Finding {
    /* The executable may be started. */
    FOUND,
    /* There is none, or it may be out of date: the compiler may make one after it ran the program. */
    WANTED,
    /* The compiler has to do something itself, such as printing warnings. */
    NOT_HERE,
} Finding;

/* Looks for the executable of the request with this name in a cache. `launcher` is the path of this program, `path`
   becomes that of the executable. Nothing is found unless the record of the request holds word for word: the compiler
   and its core library, each source, each folder, and what must stay absent. */
Finding find_executable(const char *cache, const char *request, const char *launcher, bool is_quiet, char **path);

#endif
