/* Output of the C library for WebAssembly: unbuffered, so there is nothing to flush. */
#ifndef BESKID_WASI_STDIO_H
#define BESKID_WASI_STDIO_H

#include <stdarg.h>
#include <stddef.h>

typedef struct BkWasiFile {
    int descriptor;
} FILE;

extern FILE *const stdout;
extern FILE *const stderr;

int fflush(FILE *file);
int fputs(const char *restrict text, FILE *restrict file);
int puts(const char *text);
int fputc(int byte, FILE *file);
size_t fwrite(const void *restrict bytes, size_t size, size_t count, FILE *restrict file);
int putchar(int byte);
__attribute__((format(printf, 2, 3))) int fprintf(FILE *restrict file, const char *restrict form, ...);
__attribute__((format(printf, 3, 4))) int snprintf(char *restrict target, size_t size, const char *restrict form, ...);
__attribute__((format(printf, 3, 0))) int vsnprintf(char *restrict target, size_t size, const char *restrict form,
                                                    va_list arguments);

#endif
