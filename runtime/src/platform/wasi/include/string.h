/* Bytes and strings of the C library for WebAssembly. */
#ifndef BESKID_WASI_STRING_H
#define BESKID_WASI_STRING_H

#include <stddef.h>

/* In libcompiler_rt. */
void *memcpy(void *restrict target, const void *restrict source, size_t size);
void *memmove(void *target, const void *source, size_t size);
void *memset(void *target, int byte, size_t size);
int memcmp(const void *left, const void *right, size_t size);

void *memchr(const void *bytes, int byte, size_t size);
size_t strlen(const char *text);
int strcmp(const char *left, const char *right);
int strncmp(const char *left, const char *right, size_t size);
char *strchr(const char *text, int byte);
char *strrchr(const char *text, int byte);
char *strcpy(char *restrict target, const char *restrict source);
char *strcat(char *restrict target, const char *restrict source);
size_t strnlen(const char *text, size_t size);
char *strdup(const char *text);
char *strerror(int error);

#endif
