/* Reading files by the rules of the compiler: whole regular files, and entries of folders of this user alone.

   What the launcher allocates is never freed: the process becomes another one within milliseconds. */
#ifndef BESKID_LAUNCHER_FILES_H
#define BESKID_LAUNCHER_FILES_H

#include <stdbool.h>
#include <stddef.h>

#include "digest.h"

/* `data` has a zero byte after its `count` bytes; NULL is a file that cannot be read. */
typedef struct Content {
    char *data;
    size_t count;
} Content;

/* A text that grows; `data` ends with a zero byte. */
typedef struct Text {
    char *data;
    size_t count;
    size_t capacity;
} Text;

void *allocated(void *old, size_t count);
void text_add(Text *text, const char *bytes, size_t count);
void text_add_string(Text *text, const char *string);

Content file_content(const char *path);
/* The content of `name` in the folder `kind` of the cache, neither of which others may write to. */
Content entry_content(const char *cache, const char *kind, const char *name);
void content_digest(Content content, char letters[DIGEST_LETTERS + 1]);
/* Whether the numbers `device inode size modified changed`, size 0 for a folder, are those of the path now. */
bool has_state(const char *path, const char *numbers);
bool is_there(const char *path);
/* Whether a folder has a file that ends with `suffix` and is not hidden. */
bool has_suffix_file(const char *folder, const char *suffix);
/* The digest of the names of all sources below a folder; false when it cannot be made. */
bool listing_digest(const char *folder, char letters[DIGEST_LETTERS + 1]);

#endif
