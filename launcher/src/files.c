/* Files as `beskid.files` reads them. */
#include "files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_BYTES (INT64_C(1) << 30)
#define OTHERS_WRITE (S_IWGRP | S_IWOTH)
#define STATE_LETTERS 128
#define MAX_SECONDS (INT64_MAX / 1000000000)
#define SOURCE_SUFFIX ".bd"

static const char *const SKIPPED_FOLDERS[] = {"obj", "target", "node_modules", "dist", "__pycache__"};

void *allocated(void *old, size_t count)
{
    void *made = realloc(old, count);
    if (made == NULL) {
        abort();
    }
    return made;
}

void text_add(Text *text, const char *bytes, size_t count)
{
    if (text->count + count + 1 > text->capacity) {
        text->capacity = 2 * (text->count + count + 1);
        text->data = allocated(text->data, text->capacity);
    }
    memcpy(text->data + text->count, bytes, count);
    text->count += count;
    text->data[text->count] = 0;
}

void text_add_string(Text *text, const char *string)
{
    text_add(text, string, strlen(string));
}

static Content descriptor_content(int descriptor)
{
    Content none = {NULL, 0};
    struct stat found;
    if (descriptor < 0) {
        return none;
    }
    if (fstat(descriptor, &found) != 0 || !S_ISREG(found.st_mode) || found.st_size > MAX_BYTES) {
        close(descriptor);
        return none;
    }
    Content content = {allocated(NULL, (size_t)found.st_size + 1), 0};
    size_t capacity = (size_t)found.st_size + 1;
    ssize_t got;
    while ((got = read(descriptor, content.data + content.count, capacity - content.count)) != 0) {
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            close(descriptor);
            return none;
        }
        content.count += (size_t)got;
        if (content.count == capacity) {
            capacity *= 2;
            content.data = allocated(content.data, capacity);
        }
    }
    close(descriptor);
    content.data[content.count] = 0;
    return content;
}

Content file_content(const char *path)
{
    return descriptor_content(open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
}

static bool is_own(int descriptor)
{
    struct stat found;
    return descriptor >= 0 && fstat(descriptor, &found) == 0 && found.st_uid == geteuid() &&
           (found.st_mode & OTHERS_WRITE) == 0;
}

Content entry_content(const char *cache, const char *kind, const char *name)
{
    Content none = {NULL, 0};
    int root = open(cache, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (!is_own(root)) {
        return none;
    }
    int folder = openat(root, kind, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (!is_own(folder)) {
        return none;
    }
    int file = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    return is_own(file) ? descriptor_content(file) : none;
}

void content_digest(Content content, char letters[DIGEST_LETTERS + 1])
{
    Digest digest;
    digest_begin(&digest);
    digest_add(&digest, content.data, content.count);
    digest_end(&digest, letters);
}

/* The years 1678 to 2261: those that have nanoseconds of 64 bits. */
static bool has_nanoseconds(struct timespec time)
{
    return time.tv_sec > -MAX_SECONDS && time.tv_sec < MAX_SECONDS;
}

static int64_t nanoseconds(struct timespec time)
{
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

bool has_state(const char *path, const char *numbers)
{
    struct stat found;
    char now[STATE_LETTERS];
    if (stat(path, &found) != 0 || !has_nanoseconds(found.st_mtim) || !has_nanoseconds(found.st_ctim)) {
        return false;
    }
    int64_t size = S_ISDIR(found.st_mode) ? 0 : (int64_t)found.st_size;
    snprintf(now, sizeof now, "%" PRIu64 " %" PRIu64 " %" PRId64 " %" PRId64 " %" PRId64, (uint64_t)found.st_dev,
             (uint64_t)found.st_ino, size, nanoseconds(found.st_mtim), nanoseconds(found.st_ctim));
    return strcmp(now, numbers) == 0;
}

bool is_there(const char *path)
{
    struct stat found;
    return lstat(path, &found) == 0;
}

static bool ends_with(const char *name, const char *suffix)
{
    size_t count = strlen(name);
    size_t wanted = strlen(suffix);
    return count >= wanted && strcmp(name + count - wanted, suffix) == 0;
}

bool has_suffix_file(const char *folder, const char *suffix)
{
    DIR *entries = opendir(folder);
    bool found = false;
    if (entries == NULL) {
        return false;
    }
    for (struct dirent *entry; !found && (entry = readdir(entries)) != NULL;) {
        found = entry->d_name[0] != '.' && ends_with(entry->d_name, suffix);
    }
    closedir(entries);
    return found;
}

/* ---- listings ---- */

typedef struct Names {
    char **all;
    size_t count;
} Names;

static void names_add(Names *names, const char *name)
{
    names->all = allocated(names->all, (names->count + 1) * sizeof *names->all);
    names->all[names->count++] = strcpy(allocated(NULL, strlen(name) + 1), name);
}

static int by_bytes(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

static bool is_skipped(const char *name)
{
    for (size_t i = 0; i < sizeof SKIPPED_FOLDERS / sizeof *SKIPPED_FOLDERS; i++) {
        if (strcmp(name, SKIPPED_FOLDERS[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* Names of other than ASCII letters are left to the compiler, which orders them by characters. */
static bool is_plain(const char *name)
{
    for (; *name != 0; name++) {
        if ((unsigned char)*name >= 0x80) {
            return false;
        }
    }
    return true;
}

static bool sort_entries(const char *path, Names *files, Names *folders)
{
    DIR *entries = opendir(path);
    if (entries == NULL) {
        return false;
    }
    for (struct dirent *entry; (entry = readdir(entries)) != NULL;) {
        const char *name = entry->d_name;
        struct stat found;
        if (name[0] == '.') {
            continue;
        }
        if (!is_plain(name) || fstatat(dirfd(entries), name, &found, AT_SYMLINK_NOFOLLOW) != 0) {
            closedir(entries);
            return false;
        }
        if (S_ISDIR(found.st_mode)) {
            if (!is_skipped(name)) {
                names_add(folders, name);
            }
            continue;
        }
        bool is_folder =
            S_ISLNK(found.st_mode) && fstatat(dirfd(entries), name, &found, 0) == 0 && S_ISDIR(found.st_mode);
        if (!is_folder && ends_with(name, SOURCE_SUFFIX)) {
            names_add(files, name);
        }
    }
    closedir(entries);
    if (files->count > 0) {
        qsort(files->all, files->count, sizeof *files->all, by_bytes);
    }
    if (folders->count > 0) {
        qsort(folders->all, folders->count, sizeof *folders->all, by_bytes);
    }
    return true;
}

/* `below` is empty or ends with a slash. */
static bool add_listing(const char *root, const char *below, Text *listing)
{
    Text path = {NULL, 0, 0};
    Names files = {NULL, 0};
    Names folders = {NULL, 0};
    text_add_string(&path, root);
    text_add_string(&path, "/");
    text_add_string(&path, below);
    if (!sort_entries(path.data, &files, &folders)) {
        return false;
    }
    for (size_t i = 0; i < files.count; i++) {
        if (listing->count > 0) {
            text_add_string(listing, "\n");
        }
        text_add_string(listing, below);
        text_add_string(listing, files.all[i]);
    }
    for (size_t i = 0; i < folders.count; i++) {
        Text nested = {NULL, 0, 0};
        text_add_string(&nested, below);
        text_add_string(&nested, folders.all[i]);
        text_add_string(&nested, "/");
        if (!add_listing(root, nested.data, listing)) {
            return false;
        }
    }
    return true;
}

bool listing_digest(const char *folder, char letters[DIGEST_LETTERS + 1])
{
    Text listing = {NULL, 0, 0};
    text_add_string(&listing, "");
    if (!add_listing(folder, "", &listing)) {
        return false;
    }
    content_digest((Content){listing.data, listing.count}, letters);
    return true;
}
