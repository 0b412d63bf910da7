/* Bytes and strings; copying, filling and comparing bytes is in libcompiler_rt. */
#include <stdlib.h>
#include <string.h>

void bcopy(const void *source, void *target, size_t size);

/* The older name of memmove, with the target last. */
void bcopy(const void *source, void *target, size_t size)
{
    memmove(target, source, size);
}

void *memchr(const void *bytes, int byte, size_t size)
{
    const unsigned char *at = bytes;
    for (; size != 0; at++, size--) {
        if (*at == (unsigned char)byte) {
            return (void *)at;
        }
    }
    return NULL;
}

size_t strlen(const char *text)
{
    const char *end = text;
    while (*end != '\0') {
        end++;
    }
    return (size_t)(end - text);
}

size_t strnlen(const char *text, size_t size)
{
    const char *end = memchr(text, '\0', size);
    return end == NULL ? size : (size_t)(end - text);
}

int strcmp(const char *left, const char *right)
{
    for (; *left == *right && *left != '\0'; left++, right++) {
    }
    return (unsigned char)*left - (unsigned char)*right;
}

int strncmp(const char *left, const char *right, size_t size)
{
    for (; size != 0 && *left == *right && *left != '\0'; left++, right++, size--) {
    }
    return size == 0 ? 0 : (unsigned char)*left - (unsigned char)*right;
}

char *strchr(const char *text, int byte)
{
    for (; *text != (char)byte; text++) {
        if (*text == '\0') {
            return NULL;
        }
    }
    return (char *)text;
}

char *strrchr(const char *text, int byte)
{
    for (const char *at = text + strlen(text);; at--) {
        if (*at == (char)byte) {
            return (char *)at;
        }
        if (at == text) {
            return NULL;
        }
    }
}

char *strcpy(char *restrict target, const char *restrict source)
{
    return memcpy(target, source, strlen(source) + 1);
}

char *strcat(char *restrict target, const char *restrict source)
{
    strcpy(target + strlen(target), source);
    return target;
}

char *strdup(const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = malloc(size);
    return copy == NULL ? NULL : memcpy(copy, text, size);
}
