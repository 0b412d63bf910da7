/* The command `beskid`: starts the executable of an unchanged program at once, and leaves all else to the compiler.

   `beskid run [-q] [FILE] [-- ARGUMENT…]` with nothing else that could matter is looked up in the cache (decision R9).
   The compiler is the script `beskid-python` beside this program. */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "files.h"
#include "record.h"
#include "variables.h"

#define COMPILER "beskid-python"
#define PROGRAM "program"
#define WISH "BESKID_LAUNCHER"
#define STATUS_ENVIRONMENT 3
#define COUNT(array) (sizeof(array) / sizeof *(array))

/* Variables of Python that do not decide which compiler it loads. */
static const char *const PYTHON_VARIABLES[] = {"PYTHONDONTWRITEBYTECODE=", "PYTHONUNBUFFERED=", "PYTHONHASHSEED="};

extern char **environ;

/* ---- the request ---- */

typedef struct Request {
    const char *file;
    char **arguments;
    bool is_quiet;
} Request;

/* Whether the words after `run` are ones that the launcher knows. */
static bool read_request(char **words, Request *request)
{
    *request = (Request){NULL, NULL, false};
    for (; *words != NULL; words++) {
        if (strcmp(*words, "--") == 0) {
            words++;
            break;
        }
        if (strcmp(*words, "-q") == 0 || strcmp(*words, "--quiet") == 0) {
            request->is_quiet = true;
        } else if (**words == '-' || **words == '@' || **words == 0 || request->file != NULL) {
            return false;
        } else {
            request->file = *words;
        }
    }
    request->arguments = words;
    return true;
}

static bool begins_with(const char *variable, const char *start)
{
    return strncmp(variable, start, strlen(start)) == 0;
}

static bool begins_with_one(const char *variable, const char *const *starts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (begins_with(variable, starts[i])) {
            return true;
        }
    }
    return false;
}

/* Whether the variables are such that the compiler would do what the launcher does. */
static bool has_plain_environment(void)
{
    for (char **variable = environ; *variable != NULL; variable++) {
        bool is_foreign = !begins_with(*variable, "BESKID_") && !begins_with(*variable, "PYTHON");
        if (!is_foreign && !begins_with_one(*variable, RUNTIME_VARIABLES, COUNT(RUNTIME_VARIABLES)) &&
            !begins_with_one(*variable, PYTHON_VARIABLES, COUNT(PYTHON_VARIABLES))) {
            return false;
        }
    }
    return true;
}

static bool has_open_streams(void)
{
    return fcntl(0, F_GETFD) != -1 && fcntl(1, F_GETFD) != -1 && fcntl(2, F_GETFD) != -1;
}

/* An absolute path without `.`, `..` and doubled slashes, made by names alone as the compiler makes it. NULL for a path
   with two slashes at its start, which may mean something else to the system. */
static char *absolute_path(const char *folder, const char *path)
{
    Text whole = {NULL, 0, 0};
    Text made = {NULL, 0, 0};
    if (*path != '/') {
        text_add_string(&whole, folder);
        text_add_string(&whole, "/");
    }
    text_add_string(&whole, path);
    if (whole.data[0] != '/' || whole.data[1] == '/') {
        return NULL;
    }
    text_add_string(&made, "");
    for (char *part = whole.data; *part != 0;) {
        size_t count = strcspn(part, "/");
        if (count == 2 && strncmp(part, "..", 2) == 0) {
            char *slash = strrchr(made.data, '/');
            made.count = slash == NULL ? 0 : (size_t)(slash - made.data);
            made.data[made.count] = 0;
        } else if (count > 0 && !(count == 1 && *part == '.')) {
            text_add_string(&made, "/");
            text_add(&made, part, count);
        }
        part += count + (part[count] == '/');
    }
    if (made.count == 0) {
        text_add_string(&made, "/");
    }
    return made.data;
}

/* The name of the request's record: `RunRequest.key` in `beskid.driver.cache.warm`, with every option at its
   default. */
static void request_key(const char *folder, const char *file, char letters[DIGEST_LETTERS + 1])
{
    const char *const fields[][2] = {
        {"run", ""},         {"allow_link_args=", "0"}, {"engine=", "jit"},     {"entrypoint=", ""},
        {"folder=", folder}, {"input=", file},          {"links=", "0"},        {"locked=", "0"},
        {"member=", ""},     {"optimize=", "2"},        {"print_result=", "0"}, {"project=", ""},
        {"roots=", "1"},     {"target=", ""},
    };
    Text parts = {NULL, 0, 0};
    for (size_t i = 0; i < COUNT(fields); i++) {
        if (i > 0) {
            text_add(&parts, "", 1);
        }
        text_add_string(&parts, fields[i][0]);
        text_add_string(&parts, fields[i][1]);
    }
    content_digest((Content){parts.data, parts.count}, letters);
}

static char *cache_folder(void)
{
    Text made = {NULL, 0, 0};
    const char *base = getenv("XDG_CACHE_HOME");
    const char *home = getenv("HOME");
    if (base != NULL && *base == '/') {
        text_add_string(&made, base);
    } else if (home != NULL && *home != 0) {
        text_add_string(&made, home);
        text_add_string(&made, "/.cache");
    } else {
        return NULL;
    }
    text_add_string(&made, "/beskid");
    return made.data;
}

static Finding find_program(const Request *request, const char *launcher, char **path)
{
    char folder[PATH_MAX];
    char key[DIGEST_LETTERS + 1];
    char *cache = cache_folder();
    if (cache == NULL || getcwd(folder, sizeof folder) == NULL || *folder != '/') {
        return NOT_HERE;
    }
    char *file = request->file == NULL ? "" : absolute_path(folder, request->file);
    if (file == NULL) {
        return NOT_HERE;
    }
    request_key(request->file == NULL ? folder : "", file, key);
    return find_executable(cache, key, launcher, request->is_quiet, path);
}

/* ---- starting ---- */

/* Returns only when the executable cannot be started. */
static void start_program(const char *path, char **arguments)
{
    size_t count = 0;
    while (arguments[count] != NULL) {
        count++;
    }
    char **words = allocated(NULL, (count + 2) * sizeof *words);
    words[0] = PROGRAM;
    memcpy(words + 1, arguments, (count + 1) * sizeof *words);
    execv(path, words);
}

static int start_compiler(const char *launcher, char **words)
{
    Text path = {NULL, 0, 0};
    text_add(&path, launcher, (size_t)(strrchr(launcher, '/') - launcher) + 1);
    text_add_string(&path, COMPILER);
    words[0] = path.data;
    execv(path.data, words);
    fprintf(stderr, "error: cannot start %s\n  = help: reinstall beskid\n", path.data);
    return STATUS_ENVIRONMENT;
}

static bool is_version(char **words)
{
    return words[0] != NULL && words[1] == NULL && (strcmp(words[0], "--version") == 0 || strcmp(words[0], "-V") == 0);
}

int main(int count, char **words)
{
    char launcher[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", launcher, sizeof launcher - 1);
    if (count < 1 || length <= 0) {
        fprintf(stderr, "error: cannot find the command's own file in /proc\n");
        return STATUS_ENVIRONMENT;
    }
    launcher[length] = 0;
    unsetenv(WISH);
    if (is_version(words + 1) && has_open_streams()) {
        static const char version[] = "beskid " BESKID_VERSION "\n";
        if (write(STDOUT_FILENO, version, sizeof version - 1) == (ssize_t)sizeof version - 1) {
            return 0;
        }
    }
    Request request;
    if (count > 1 && strcmp(words[1], "run") == 0 && read_request(words + 2, &request) && has_plain_environment() &&
        has_open_streams()) {
        char *path = NULL;
        switch (find_program(&request, launcher, &path)) {
        case FOUND:
            start_program(path, request.arguments);
            break;
        case WANTED:
            setenv(WISH, launcher, 1);
            break;
        case NOT_HERE:
            break;
        }
    }
    return start_compiler(launcher, words);
}
