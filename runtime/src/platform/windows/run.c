/* Running another program on Windows: a thread for each pipe, so that neither side waits forever. */
#include "platform/windows/windows.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define PART_SIZE 65536
/* The exit status of a program that this process ended. */
#define STATUS_KILLED 1

/* Text in UTF-16 that grows. */
typedef struct Wide {
    BkBytes text;
    bool has_failed;
} Wide;

static void put_unit(Wide *wide, wchar_t unit)
{
    if (wide->has_failed || !bk_bytes_reserve(&wide->text, sizeof unit)) {
        wide->has_failed = true;
        return;
    }
    memcpy(wide->text.bytes + wide->text.size, &unit, sizeof unit);
    wide->text.size += sizeof unit;
}

static void put_units(Wide *wide, wchar_t unit, unsigned count)
{
    for (unsigned index = 0; index < count; index++) {
        put_unit(wide, unit);
    }
}

/* An argument in quotes, as CommandLineToArgvW reads it: backslashes count only before a quote. */
static void put_argument(Wide *line, const wchar_t *argument)
{
    unsigned slashes = 0;
    put_unit(line, L'"');
    for (const wchar_t *unit = argument; *unit != L'\0'; unit++) {
        if (*unit == L'\\') {
            slashes++;
            continue;
        }
        put_units(line, L'\\', *unit == L'"' ? 2 * slashes + 1 : slashes);
        slashes = 0;
        put_unit(line, *unit);
    }
    put_units(line, L'\\', 2 * slashes);
    put_unit(line, L'"');
}

static void put_text(Wide *wide, const wchar_t *text)
{
    for (const wchar_t *unit = text; *unit != L'\0'; unit++) {
        put_unit(wide, *unit);
    }
}

static wchar_t *finish_text(Wide *wide)
{
    put_units(wide, L'\0', 2);
    if (wide->has_failed) {
        free(wide->text.bytes);
        return NULL;
    }
    return (wchar_t *)(void *)wide->text.bytes;
}

static wchar_t *command_line(char **arguments)
{
    Wide line = {{NULL, 0, 0}, false};
    for (char **argument = arguments; *argument != NULL; argument++) {
        wchar_t *wide = bk_windows_wide(*argument);
        line.has_failed = line.has_failed || wide == NULL;
        put_units(&line, L' ', argument == arguments ? 0 : 1);
        if (wide != NULL) {
            put_argument(&line, wide);
        }
        free(wide);
    }
    return finish_text(&line);
}

/* Whether a variable has the name of one of the given ones; names have no case. */
static bool is_replaced(const wchar_t *variable, const wchar_t *given)
{
    const wchar_t *end = wcschr(variable + 1, L'=');
    size_t size = end != NULL ? (size_t)(end - variable) + 1 : wcslen(variable);
    for (const wchar_t *other = given; *other != L'\0'; other += wcslen(other) + 1) {
        if (_wcsnicmp(other, variable, size) == 0) {
            return true;
        }
    }
    return false;
}

/* The given variables, each with a zero after it, and one more zero. */
static wchar_t *given_variables(const BkRun *run)
{
    Wide given = {{NULL, 0, 0}, false};
    for (char **variable = run->environment; *variable != NULL; variable++) {
        wchar_t *wide = bk_windows_wide(*variable);
        given.has_failed = given.has_failed || wide == NULL;
        if (wide != NULL) {
            put_text(&given, wide);
            put_unit(&given, L'\0');
        }
        free(wide);
    }
    return finish_text(&given);
}

/* The variables of the program in the same form. Of two with one name, the last is given to it. */
static wchar_t *environment_block(const BkRun *run)
{
    wchar_t *given = given_variables(run);
    if (given == NULL) {
        return NULL;
    }
    Wide all = {{NULL, 0, 0}, false};
    wchar_t *own = run->inherits ? GetEnvironmentStringsW() : NULL;
    for (const wchar_t *variable = own; variable != NULL && *variable != L'\0'; variable += wcslen(variable) + 1) {
        if (!is_replaced(variable, given)) {
            put_text(&all, variable);
            put_unit(&all, L'\0');
        }
    }
    for (const wchar_t *variable = given; *variable != L'\0';) {
        const wchar_t *next = variable + wcslen(variable) + 1;
        if (!is_replaced(variable, next)) {
            put_text(&all, variable);
            put_unit(&all, L'\0');
        }
        variable = next;
    }
    if (own != NULL) {
        FreeEnvironmentStringsW(own);
    }
    free(given);
    return finish_text(&all);
}

/* What a thread moves between a pipe and memory. */
typedef struct Transfer {
    HANDLE own;
    HANDLE theirs;
    HANDLE thread;
    BkBytes *target;
    const uint8_t *source;
    uint64_t size;
} Transfer;

static void close_handle(HANDLE *handle)
{
    if (*handle != NULL) {
        CloseHandle(*handle);
        *handle = NULL;
    }
}

static DWORD WINAPI receive(void *argument)
{
    Transfer *transfer = argument;
    DWORD count = 0;
    while (bk_bytes_reserve(transfer->target, PART_SIZE) &&
           ReadFile(transfer->own, transfer->target->bytes + transfer->target->size, PART_SIZE, &count, NULL) &&
           count != 0) {
        transfer->target->size += count;
    }
    return 0;
}

static DWORD WINAPI send_all(void *argument)
{
    Transfer *transfer = argument;
    DWORD count = 0;
    for (uint64_t sent = 0; sent < transfer->size; sent += count) {
        uint64_t left = transfer->size - sent;
        DWORD part = left < PART_SIZE ? (DWORD)left : PART_SIZE;
        if (!WriteFile(transfer->own, transfer->source + sent, part, &count, NULL)) {
            break;
        }
    }
    close_handle(&transfer->own);
    return 0;
}

static int make_pipes(BkRun *run, Transfer transfers[3])
{
    SECURITY_ATTRIBUTES inherited = {sizeof inherited, NULL, TRUE};
    for (unsigned stream = 0; stream < 3; stream++) {
        Transfer *transfer = &transfers[stream];
        bool is_joined = stream == 2 && (run->streams & BK_RUN_JOINED) != 0;
        if ((run->streams & (1U << stream)) != 0 || is_joined) {
            continue;
        }
        HANDLE *read_end = stream == 0 ? &transfer->theirs : &transfer->own;
        HANDLE *write_end = stream == 0 ? &transfer->own : &transfer->theirs;
        if (!CreatePipe(read_end, write_end, &inherited, 0) ||
            !SetHandleInformation(transfer->own, HANDLE_FLAG_INHERIT, 0)) {
            return bk_windows_error(GetLastError());
        }
        transfer->target = stream == 0 ? NULL : &run->output[stream - 1];
        transfer->source = run->input;
        transfer->size = run->input_size;
    }
    return 0;
}

static HANDLE stream_for(const BkRun *run, const Transfer transfers[3], unsigned stream)
{
    static const DWORD numbers[] = {STD_INPUT_HANDLE, STD_OUTPUT_HANDLE, STD_ERROR_HANDLE};
    unsigned source = stream == 2 && (run->streams & BK_RUN_JOINED) != 0 ? 1 : stream;
    return transfers[source].theirs != NULL ? transfers[source].theirs : GetStdHandle(numbers[source]);
}

static int start(const BkRun *run, const Transfer transfers[3], HANDLE *process)
{
    wchar_t *line = command_line(run->arguments);
    wchar_t *variables = environment_block(run);
    wchar_t *folder = run->folder != NULL ? bk_windows_wide(run->folder) : NULL;
    int error = ENOMEM;
    bool is_ready = line != NULL && variables != NULL && (folder != NULL) == (run->folder != NULL);
    if (is_ready) {
        STARTUPINFOW settings;
        PROCESS_INFORMATION started;
        memset(&settings, 0, sizeof settings);
        settings.cb = sizeof settings;
        settings.dwFlags = STARTF_USESTDHANDLES;
        settings.hStdInput = stream_for(run, transfers, 0);
        settings.hStdOutput = stream_for(run, transfers, 1);
        settings.hStdError = stream_for(run, transfers, 2);
        error = 0;
        if (CreateProcessW(NULL, line, NULL, NULL, TRUE, CREATE_UNICODE_ENVIRONMENT, variables, folder, &settings,
                           &started)) {
            CloseHandle(started.hThread);
            *process = started.hProcess;
        } else {
            error = bk_windows_error(GetLastError());
        }
    }
    free(line);
    free(variables);
    free(folder);
    return error;
}

/* Waits for the threads, or abandons those that still wait for a pipe that another process holds open. */
static void finish(Transfer transfers[3], bool is_over)
{
    for (unsigned stream = 0; stream < 3; stream++) {
        Transfer *transfer = &transfers[stream];
        if (transfer->thread != NULL) {
            while (is_over && WaitForSingleObject(transfer->thread, 1) == WAIT_TIMEOUT) {
                CancelSynchronousIo(transfer->thread);
            }
            WaitForSingleObject(transfer->thread, INFINITE);
        }
        close_handle(&transfer->thread);
        close_handle(&transfer->own);
        close_handle(&transfer->theirs);
    }
}

static int start_threads(Transfer transfers[3])
{
    for (unsigned stream = 0; stream < 3; stream++) {
        Transfer *transfer = &transfers[stream];
        if (transfer->own != NULL) {
            transfer->thread = CreateThread(NULL, 0, stream == 0 ? send_all : receive, transfer, 0, NULL);
            if (transfer->thread == NULL) {
                return ENOMEM;
            }
        }
    }
    return 0;
}

int bk_os_run(BkRun *run)
{
    Transfer transfers[3];
    memset(transfers, 0, sizeof transfers);
    HANDLE process = NULL;
    int error = make_pipes(run, transfers);
    error = error != 0 ? error : start(run, transfers, &process);
    for (unsigned stream = 0; stream < 3; stream++) {
        close_handle(&transfers[stream].theirs);
    }
    error = error != 0 ? error : start_threads(transfers);
    if (error != 0) {
        if (process != NULL) {
            TerminateProcess(process, STATUS_KILLED);
            CloseHandle(process);
        }
        finish(transfers, true);
        return error;
    }
    DWORD limit = run->timeout < 0 || run->timeout >= INFINITE ? INFINITE : (DWORD)run->timeout;
    bool is_over = WaitForSingleObject(process, limit) == WAIT_TIMEOUT;
    if (is_over) {
        TerminateProcess(process, STATUS_KILLED);
        WaitForSingleObject(process, INFINITE);
    }
    finish(transfers, is_over);
    DWORD status = 0;
    GetExitCodeProcess(process, &status);
    CloseHandle(process);
    run->status = is_over ? -1 : status;
    run->signal = is_over ? -1 : 0;
    return 0;
}
