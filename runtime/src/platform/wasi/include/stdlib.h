/* Memory, numbers and sorting of the C library for WebAssembly. */
#ifndef BESKID_WASI_STDLIB_H
#define BESKID_WASI_STDLIB_H

#include <stddef.h>

void *malloc(size_t size);
void *calloc(size_t count, size_t size);
void *realloc(void *memory, size_t size);
void free(void *memory);

_Noreturn void abort(void);
_Noreturn void exit(int status);

int abs(int number);
long labs(long number);
long long llabs(long long number);

double strtod(const char *restrict text, char **restrict end);
double atof(const char *text);
long strtol(const char *restrict text, char **restrict end, int base);
unsigned long strtoul(const char *restrict text, char **restrict end, int base);
long long strtoll(const char *restrict text, char **restrict end, int base);
unsigned long long strtoull(const char *restrict text, char **restrict end, int base);
int atoi(const char *text);
long atol(const char *text);

void qsort(void *items, size_t count, size_t size, int (*compare)(const void *, const void *));
void qsort_r(void *items, size_t count, size_t size, int (*compare)(const void *, const void *, void *), void *data);
void *bsearch(const void *key, const void *items, size_t count, size_t size,
              int (*compare)(const void *, const void *));

#endif
