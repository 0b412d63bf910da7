/* Verifies a request by the rules of `beskid.driver.cache`, which writes what is read here. */
#include "record.h"

#include <string.h>

#include "files.h"

#define FORMAT "beskid-cache 3"
#define LAUNCH_FORMAT "beskid-launch 1"
#define STATE_NUMBERS 5

/* The lines of an entry, one after the other. */
typedef struct Lines {
    char *next;
} Lines;

static char *next_line(Lines *lines)
{
    char *line = lines->next;
    if (line == NULL) {
        return NULL;
    }
    char *end = strchr(line, '\n');
    lines->next = end == NULL ? NULL : end + 1;
    if (end != NULL) {
        *end = 0;
    }
    return line;
}

static bool next_is(Lines *lines, const char *wanted)
{
    const char *line = next_line(lines);
    return line != NULL && strcmp(line, wanted) == 0;
}

/* Cuts the word that ends at the `count`th space from a line; returns what follows it, or NULL. */
static char *after_words(char *line, unsigned count)
{
    char *space = line - 1;
    for (; count > 0; count--) {
        space = strchr(space + 1, ' ');
        if (space == NULL) {
            return NULL;
        }
    }
    *space = 0;
    return space + 1;
}

/* The lines of an entry whose first line is the checksum of its kind, its name and the rest; false for any other. */
static bool open_entry(const char *cache, const char *kind, const char *name, Lines *lines)
{
    Content content = entry_content(cache, kind, name);
    if (content.data == NULL || strlen(content.data) != content.count) {
        return false;
    }
    Lines rest = {content.data};
    const char *checksum = next_line(&rest);
    if (rest.next == NULL) {
        return false;
    }
    Digest digest;
    char letters[DIGEST_LETTERS + 1];
    digest_begin(&digest);
    digest_add(&digest, FORMAT, sizeof FORMAT);
    digest_add(&digest, kind, strlen(kind) + 1);
    digest_add(&digest, name, strlen(name) + 1);
    digest_add(&digest, rest.next, content.count - (size_t)(rest.next - content.data));
    digest_end(&digest, letters);
    *lines = rest;
    return strcmp(checksum, letters) == 0;
}

static bool has_content(const char *path, const char *wanted)
{
    char letters[DIGEST_LETTERS + 1];
    Content content = file_content(path);
    if (content.data == NULL) {
        return *wanted == 0;
    }
    content_digest(content, letters);
    return strcmp(letters, wanted) == 0;
}

static bool has_listing(const char *folder, const char *wanted)
{
    char letters[DIGEST_LETTERS + 1];
    return listing_digest(folder, letters) && strcmp(letters, wanted) == 0;
}

static bool has_appeared(char *path)
{
    char *slash = strrchr(path, '/');
    if (slash == NULL || slash[1] != '*') {
        return is_there(path);
    }
    *slash = 0;
    return has_suffix_file(slash == path ? "/" : path, slash + 2);
}

/* Whether a line of the record still holds; false also for a warning to print, a foreign library, and a kind of line
   that only a newer version knows. */
static bool holds(char *line, bool is_quiet)
{
    char *rest = after_words(line, 1);
    if (rest == NULL) {
        return false;
    }
    if (strcmp(line, "absent") == 0) {
        return !has_appeared(rest);
    }
    if (strcmp(line, "warning") == 0 || strcmp(line, "colored") == 0) {
        return is_quiet;
    }
    char *path = after_words(rest, 1);
    if (path == NULL) {
        return false;
    }
    if (strcmp(line, "file") == 0) {
        return has_content(path, rest);
    }
    return strcmp(line, "folder") == 0 && has_listing(path, rest);
}

static bool all_hold(Lines *record, bool is_quiet)
{
    for (char *line; (line = next_line(record)) != NULL;) {
        if (!holds(line, is_quiet)) {
            return false;
        }
    }
    return true;
}

/* Whether every file of the compiler, the core library and the runtime is as it was when the executable was made. */
static bool has_states(Lines *lines)
{
    for (char *line; (line = next_line(lines)) != NULL;) {
        char *path = after_words(line, STATE_NUMBERS);
        if (path == NULL || !has_state(path, line)) {
            return false;
        }
    }
    return true;
}

Finding find_executable(const char *cache, const char *request, const char *launcher, bool is_quiet, char **path)
{
    Lines record;
    Lines launch;
    if (!open_entry(cache, "requests", request, &record) || !next_is(&record, FORMAT)) {
        return WANTED;
    }
    const char *stamp = next_line(&record);
    const char *key = next_line(&record);
    if (stamp == NULL || *stamp == 0 || key == NULL || strlen(key) != DIGEST_LETTERS || strchr(key, '/') != NULL ||
        !all_hold(&record, is_quiet)) {
        return NOT_HERE;
    }
    if (!open_entry(cache, "launches", request, &launch) || !next_is(&launch, LAUNCH_FORMAT) ||
        !next_is(&launch, launcher) || !next_is(&launch, stamp) || !next_is(&launch, key)) {
        return WANTED;
    }
    const char *wanted = next_line(&launch);
    if (wanted == NULL || !has_states(&launch)) {
        return WANTED;
    }
    if (*wanted == 0) {
        /* It could not be made, and nothing has changed since. */
        return NOT_HERE;
    }
    char letters[DIGEST_LETTERS + 1];
    Content program = entry_content(cache, "programs", key);
    if (program.data == NULL) {
        return WANTED;
    }
    content_digest(program, letters);
    if (strcmp(letters, wanted) != 0) {
        return WANTED;
    }
    Text found = {NULL, 0, 0};
    text_add_string(&found, cache);
    text_add_string(&found, "/programs/");
    text_add_string(&found, key);
    *path = found.data;
    return FOUND;
}
