/* Formatted output: the conversions that C knows for whole numbers, texts, characters and decimal fractions. */
#include "platform/platform.h"
#include "platform/wasi/libc/digits.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static FILE output = {1};
static FILE errors = {2};
FILE *const stdout = &output;
FILE *const stderr = &errors;

/* Takes one more byte of the text. */
typedef struct Sink {
    void (*put)(struct Sink *sink, char byte);
    uint64_t count;
    char *target; /* memory of `size` bytes, or a buffer of a file */
    uint64_t size;
    int descriptor;
    int error;
} Sink;

typedef struct Form {
    bool left;
    bool zeros;
    bool plus;
    bool space;
    bool alternate;
    int width;
    int precision; /* -1 for none */
    unsigned size; /* of an integer, in bytes */
} Form;

#define FILE_BUFFER_SIZE 512

static void put_in_memory(Sink *sink, char byte)
{
    if (sink->count + 1 < sink->size) {
        sink->target[sink->count] = byte;
    }
    sink->count++;
}

static void write_whole(Sink *sink, const char *bytes, uint64_t size)
{
    while (size != 0 && sink->error == 0) {
        int64_t written = bk_os_write(sink->descriptor, bytes, size);
        if (written < 0) {
            sink->error = (int)-written;
            return;
        }
        bytes += written;
        size -= (uint64_t)written;
    }
}

static void put_in_file(Sink *sink, char byte)
{
    sink->target[sink->count++ % FILE_BUFFER_SIZE] = byte;
    if (sink->count % FILE_BUFFER_SIZE == 0) {
        write_whole(sink, sink->target, FILE_BUFFER_SIZE);
    }
}

static void put_times(Sink *sink, char byte, int count)
{
    for (; count > 0; count--) {
        sink->put(sink, byte);
    }
}

static void put_bytes(Sink *sink, const char *bytes, uint64_t size)
{
    for (uint64_t index = 0; index < size; index++) {
        sink->put(sink, bytes[index]);
    }
}

/* Prefix and text within the width; zeros come between them. */
static void put_padded(Sink *sink, const Form *form, const char *prefix, const char *text, int size, int zeros)
{
    int prefix_size = (int)strlen(prefix);
    int padding = form->width - prefix_size - zeros - size;
    if (!form->left) {
        put_times(sink, ' ', padding);
    }
    put_bytes(sink, prefix, (uint64_t)prefix_size);
    put_times(sink, '0', zeros);
    put_bytes(sink, text, (uint64_t)size);
    if (form->left) {
        put_times(sink, ' ', padding);
    }
}

static const char *sign_of(const Form *form, bool negative)
{
    return negative ? "-" : form->plus ? "+" : form->space ? " " : "";
}

static void put_integer(Sink *sink, const Form *form, const char *prefix, uint64_t value, unsigned base, bool upper)
{
    char digits[24];
    int at = (int)sizeof digits;
    const char *letters = upper ? "0123456789ABCDEF" : "0123456789abcdef";
    for (; value != 0; value /= base) {
        digits[--at] = letters[value % base];
    }
    int size = (int)sizeof digits - at;
    int wanted = form->precision >= 0         ? form->precision
                 : form->zeros && !form->left ? form->width - (int)strlen(prefix)
                                              : 1;
    wanted = form->precision < 0 && wanted < 1 ? 1 : wanted;
    put_padded(sink, form, prefix, digits + at, size, wanted > size ? wanted - size : 0);
}

static void set_number(BkDigits *number, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    int field = (int)(bits >> 52 & 0x7FF);
    uint64_t fraction = bits & ((UINT64_C(1) << 52) - 1);
    fraction |= field != 0 ? UINT64_C(1) << 52 : 0;
    char digits[24];
    int at = (int)sizeof digits;
    for (; fraction != 0; fraction /= 10) {
        digits[--at] = (char)(fraction % 10);
    }
    number->count = number->point = (int)sizeof digits - at;
    number->truncated = false;
    memcpy(number->digits, digits + at, (uint64_t)number->count);
    bk_digits_shift(number, (field != 0 ? field : 1) - 1075);
}

static void put_float(Sink *sink, const Form *form, double value)
{
    bool negative = __builtin_signbit(value) != 0;
    const char *sign = sign_of(form, negative);
    Form plain = *form;
    plain.zeros = false;
    if (__builtin_isnan(value) || __builtin_isinf(value)) {
        put_padded(sink, &plain, sign, __builtin_isnan(value) ? "nan" : "inf", 3, 0);
        return;
    }
    BkDigits number;
    set_number(&number, value);
    int precision = form->precision < 0 ? 6 : form->precision;
    bk_digits_keep(&number, number.point + precision);
    int before = number.point > 0 ? number.point : 1;
    bool has_point = precision > 0 || form->alternate;
    int size = before + has_point + precision;
    int padding = form->width - (int)strlen(sign) - size;
    if (!form->left && !form->zeros) {
        put_times(sink, ' ', padding);
    }
    put_bytes(sink, sign, strlen(sign));
    if (!form->left && form->zeros) {
        put_times(sink, '0', padding);
    }
    for (int place = number.point - before; place < number.point + precision; place++) {
        if (place == number.point && has_point) {
            sink->put(sink, '.');
        }
        sink->put(sink, place >= 0 && place < number.count ? (char)('0' + number.digits[place]) : '0');
    }
    if (precision == 0 && has_point) {
        sink->put(sink, '.');
    }
    if (form->left) {
        put_times(sink, ' ', padding);
    }
}

static const char *read_flags(const char *at, Form *form)
{
    for (;; at++) {
        switch (*at) {
        case '-':
            form->left = true;
            break;
        case '0':
            form->zeros = true;
            break;
        case '+':
            form->plus = true;
            break;
        case ' ':
            form->space = true;
            break;
        case '#':
            form->alternate = true;
            break;
        default:
            return at;
        }
    }
}

static const char *read_count(const char *at, int *count, va_list *arguments)
{
    if (*at == '*') {
        *count = va_arg(*arguments, int);
        return at + 1;
    }
    for (*count = 0; *at >= '0' && *at <= '9'; at++) {
        *count = *count * 10 + (*at - '0');
    }
    return at;
}

static const char *read_size(const char *at, Form *form)
{
    form->size = sizeof(int);
    for (; *at == 'h'; at++) {
        form->size /= 2;
    }
    for (; *at == 'l' || *at == 'j' || *at == 'z' || *at == 't'; at++) {
        form->size = 8;
    }
    return at;
}

static int64_t signed_argument(const Form *form, va_list *arguments)
{
    int64_t value = form->size == 8 ? va_arg(*arguments, int64_t) : va_arg(*arguments, int);
    return form->size == 1 ? (signed char)value : form->size == 2 ? (short)value : value;
}

static uint64_t unsigned_argument(const Form *form, va_list *arguments)
{
    uint64_t value = form->size == 8 ? va_arg(*arguments, uint64_t) : va_arg(*arguments, unsigned);
    return form->size == 1 ? (unsigned char)value : form->size == 2 ? (unsigned short)value : value;
}

/* Writes one conversion; false for one that is not known. */
static bool convert(Sink *sink, const Form *form, char conversion, va_list *arguments)
{
    switch (conversion) {
    case 'd':
    case 'i': {
        int64_t value = signed_argument(form, arguments);
        uint64_t magnitude = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
        put_integer(sink, form, sign_of(form, value < 0), magnitude, 10, false);
        return true;
    }
    case 'u':
        put_integer(sink, form, "", unsigned_argument(form, arguments), 10, false);
        return true;
    case 'o':
        put_integer(sink, form, "", unsigned_argument(form, arguments), 8, false);
        return true;
    case 'x':
    case 'X': {
        uint64_t value = unsigned_argument(form, arguments);
        const char *prefix = conversion == 'x' ? "0x" : "0X";
        put_integer(sink, form, form->alternate && value != 0 ? prefix : "", value, 16, conversion == 'X');
        return true;
    }
    case 'p':
        put_integer(sink, form, "0x", (uintptr_t)va_arg(*arguments, void *), 16, false);
        return true;
    case 'c': {
        char byte = (char)va_arg(*arguments, int);
        put_padded(sink, form, "", &byte, 1, 0);
        return true;
    }
    case 's': {
        const char *text = va_arg(*arguments, const char *);
        uint64_t size = form->precision < 0 ? strlen(text) : strnlen(text, (uint64_t)form->precision);
        put_padded(sink, form, "", text, (int)size, 0);
        return true;
    }
    case 'f':
    case 'F':
        put_float(sink, form, va_arg(*arguments, double));
        return true;
    case '%':
        sink->put(sink, '%');
        return true;
    default:
        return false;
    }
}

/* Writes a text with its arguments; false when it has an unknown conversion. */
static bool format(Sink *sink, const char *text, va_list *arguments)
{
    for (const char *at = text; *at != '\0'; at++) {
        if (*at != '%') {
            sink->put(sink, *at);
            continue;
        }
        Form form;
        memset(&form, 0, sizeof form);
        at = read_flags(at + 1, &form);
        at = read_count(at, &form.width, arguments);
        if (form.width < 0) {
            form.left = true;
            form.width = -form.width;
        }
        form.precision = -1;
        if (*at == '.') {
            at = read_count(at + 1, &form.precision, arguments);
        }
        at = read_size(at, &form);
        if (!convert(sink, &form, *at, arguments)) {
            errno = EINVAL;
            return false;
        }
    }
    return true;
}

int vsnprintf(char *restrict target, size_t size, const char *restrict form, va_list arguments)
{
    Sink sink = {put_in_memory, 0, target, size, -1, 0};
    va_list copy;
    va_copy(copy, arguments);
    bool is_valid = format(&sink, form, &copy);
    va_end(copy);
    if (size != 0) {
        target[sink.count < size ? sink.count : size - 1] = '\0';
    }
    return is_valid ? (int)sink.count : -1;
}

int snprintf(char *restrict target, size_t size, const char *restrict form, ...)
{
    va_list arguments;
    va_start(arguments, form);
    int result = vsnprintf(target, size, form, arguments);
    va_end(arguments);
    return result;
}

/* Writes the rest of the buffer; the result of a function that prints. */
static int finish(Sink *sink, bool is_valid)
{
    write_whole(sink, sink->target, sink->count % FILE_BUFFER_SIZE);
    if (sink->error != 0) {
        errno = sink->error;
    }
    return is_valid && sink->error == 0 ? (int)sink->count : -1;
}

int fprintf(FILE *restrict file, const char *restrict form, ...)
{
    char buffer[FILE_BUFFER_SIZE];
    Sink sink = {put_in_file, 0, buffer, sizeof buffer, file->descriptor, 0};
    va_list arguments;
    va_start(arguments, form);
    bool is_valid = format(&sink, form, &arguments);
    va_end(arguments);
    return finish(&sink, is_valid);
}

size_t fwrite(const void *restrict bytes, size_t size, size_t count, FILE *restrict file)
{
    Sink sink = {put_in_file, 0, NULL, 0, file->descriptor, 0};
    write_whole(&sink, bytes, size * count);
    if (sink.error != 0) {
        errno = sink.error;
        return 0;
    }
    return count;
}

int fputs(const char *restrict text, FILE *restrict file)
{
    size_t size = strlen(text);
    return fwrite(text, 1, size, file) == size ? 0 : -1;
}

int fputc(int byte, FILE *file)
{
    char text = (char)byte;
    return fwrite(&text, 1, 1, file) == 1 ? (unsigned char)byte : -1;
}

int puts(const char *text)
{
    return fputs(text, stdout) == 0 && fputs("\n", stdout) == 0 ? 0 : -1;
}

int putchar(int byte)
{
    return fputc(byte, stdout);
}

int fflush(FILE *file)
{
    (void)file;
    return 0;
}
