/* Strings, numbers, bytes, files and the environment, one fact a check; run plain and sanitized. What panics is
 * in test_panics.c; references are held in C locals, so a collection between the steps is not played here. */
#include "generated.h"

#include <errno.h>
#include <math.h>
#include <unistd.h>

static const BeskidSite sites[] = {{"Test.Text", "test.bd", 1, 1}};
static const BeskidProgram program = {
    BESKID_RUNTIME_ABI_VERSION, BESKID_RUNTIME_ABI_LEVEL, BESKID_DRAFT_HASH, sites, 1, NULL, "test_text",
};

static const BeskidStr *make(const char *text)
{
    return str_new((const uint8_t *)text, strlen(text));
}

static bool is_number(double value, const char *expected)
{
    return text_is(str_from_f64(value), expected);
}

static void check_numbers(void)
{
    CHECK(text_is(str_from_i64(0), "0"));
    CHECK(text_is(str_from_i64(INT64_MIN), "-9223372036854775808"));
    CHECK(text_is(str_from_i64(INT64_MAX), "9223372036854775807"));
    CHECK(text_is(str_from_u64(-1), "18446744073709551615"));
    CHECK(is_number(1, "1.0"));
    CHECK(is_number(-0.0, "-0.0"));
    CHECK(is_number(0.1, "0.1"));
    CHECK(is_number(0.1 + 0.2, "0.30000000000000004"));
    CHECK(is_number(1e20, "100000000000000000000.0"));
    CHECK(is_number(1e21, "1e21"));
    CHECK(is_number(-1.25e300, "-1.25e300"));
    CHECK(is_number(1e-6, "0.000001"));
    CHECK(is_number(1.5e-7, "1.5e-7"));
    CHECK(is_number(5e-324, "5e-324"));
    CHECK(is_number((double)NAN, "NaN"));
    CHECK(is_number((double)INFINITY, "inf"));
    CHECK(is_number(-(double)INFINITY, "-inf"));
    CHECK(text_is(str_from_f32((double)0.1f), "0.1"));
    CHECK(text_is(str_from_f32((double)16777216.0f), "16777216.0"));
    CHECK(text_is(str_from_f32((double)3.4028235e38f), "3.4028235e38"));
}

static void check_parsing(void)
{
    CHECK(str_parse_i64(make("-9223372036854775808")) == INT64_MIN && str_parse_status() == 0);
    CHECK(str_parse_i64(make("9223372036854775807")) == INT64_MAX && str_parse_status() == 0);
    CHECK(str_parse_i64(make("+42")) == 42 && str_parse_status() == 0);
    str_parse_i64(make("9223372036854775808"));
    CHECK(str_parse_status() == 2);
    str_parse_i64(make("-9223372036854775809"));
    CHECK(str_parse_status() == 2);
    static const char *const malformed[] = {"", "-", "+", "1 ", " 1", "1x", "--1", "0x10"};
    for (unsigned index = 0; index < sizeof malformed / sizeof malformed[0]; index++) {
        str_parse_i64(make(malformed[index]));
        CHECK(str_parse_status() == 1);
    }
    CHECK(str_parse_f64(make("1.5e3")) == 1500 && str_parse_status() == 0);
    CHECK(str_parse_f64(make(".5")) == 0.5 && str_parse_status() == 0);
    CHECK(str_parse_f64(make("-inf")) == -(double)INFINITY && str_parse_status() == 0);
    CHECK(isnan(str_parse_f64(make("NaN"))) && str_parse_status() == 0);
    CHECK(isinf(str_parse_f64(make("1e999"))) && str_parse_status() == 2);
    static const char *const no_float[] = {"", ".", "e5", "1e", "0x1p3", "nan", "infinity", "1.5f", "1.5 "};
    for (unsigned index = 0; index < sizeof no_float / sizeof no_float[0]; index++) {
        str_parse_f64(make(no_float[index]));
        CHECK(str_parse_status() == 1);
    }
}

static void check_strings(void)
{
    BeskidStr text = literal("grüße, welt");
    BeskidStr empty = literal("");
    CHECK(str_len(&text) == 13 && str_char_count(&text) == 11);
    int64_t allocated = gc_statistic(4);
    CHECK(str_concat(&empty, &text) == &text && str_concat(&text, &empty) == &text);
    CHECK(str_concat(&empty, &empty) == &empty);
    CHECK(gc_statistic(4) == allocated);
    CHECK(text_is(str_concat(&text, &text), "grüße, weltgrüße, welt"));
    CHECK(str_eq(&text, make("grüße, welt")) == 1 && str_eq(&text, &empty) == 0);
    BeskidStr smaller = literal("a"), larger = literal("ab");
    CHECK(str_compare(&smaller, &larger) == -1 && str_compare(&larger, &smaller) == 1);
    CHECK(str_compare(&empty, &empty) == 0 && str_compare(&text, &larger) == 1);
    CHECK(str_hash(&text) == str_hash(make("grüße, welt")) && str_hash(&text) != str_hash(&larger));
    BeskidStr needle = literal("e");
    CHECK(str_find(&text, &needle, 0) == 6 && str_find(&text, &needle, 7) == 10);
    CHECK(str_find(&text, &needle, 11) == -1 && str_find(&text, &needle, 99) == -1);
    CHECK(str_find(&text, &empty, 4) == 4 && str_find(&text, &needle, -5) == 6);
    CHECK(str_find_last(&text, &needle) == 10 && str_find_last(&needle, &text) == -1);
    CHECK(str_find_last(&text, &empty) == 13);
    CHECK(text_is(str_slice(&text, 2, 2), "ü"));
    CHECK(str_slice(&text, 0, 13) == &text && str_len(str_slice(&text, 13, 0)) == 0);
    CHECK(str_decode(&text, 2) == (INT64_C(2) << 32 | 0xFC));
    CHECK(str_decode(&text, 0) == (INT64_C(1) << 32 | 'g'));
    CHECK(text_is(str_from_char(0x20AC), "€") && text_is(str_from_char(0x1F600), "😀"));
    CHECK(text_is(str_quote(make("a\"b\\\n\r\t\x01\x7fü")), "\"a\\\"b\\\\\\n\\r\\t\\u{1}\\u{7f}ü\""));
    CHECK(text_is(str_quote(str_new((const uint8_t *)"\0", 1)), "\"\\0\""));
    CHECK(text_is(str_upper(&text), "GRüßE, WELT") && text_is(str_lower(make("ÄBC")), "Äbc"));
    CHECK(text_is(str_repeat(&larger, 3), "ababab") && str_repeat(&larger, -1)->len == 0);
    CHECK(str_repeat(&empty, INT64_MAX)->len == 0);
    CHECK(empty.ptr != NULL && str_repeat(&larger, 0)->ptr != NULL);
}

static BeskidArray *bytes(const char *text, uint64_t length)
{
    BeskidArray *array = array_new(1, length);
    memcpy(array->ptr, text, length);
    return array;
}

static void check_bytes(void)
{
    CHECK(text_is(str_from_bytes(bytes("h\xC3\xA9", 3)), "hé"));
    CHECK(str_is_utf8(bytes("h\xC3\xA9", 3)) == 1);
    static const char *const invalid[] = {
        "\x80", "\xC3", "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xF8\x88\x80\x80", "a\xFFz",
    };
    for (unsigned index = 0; index < sizeof invalid / sizeof invalid[0]; index++) {
        CHECK(str_is_utf8(bytes(invalid[index], strlen(invalid[index]))) == 0);
    }
    CHECK(text_is(str_from_bytes_lossy(bytes("a\xFFz", 3)), "a\xEF\xBF\xBDz"));
    CHECK(text_is(str_from_bytes_lossy(bytes("\xE2\x82z", 3)), "\xEF\xBF\xBDz"));
    CHECK(text_is(str_from_bytes_lossy(bytes("a\xE2\x82", 3)), "a\xEF\xBF\xBD"));
    BeskidStr text = literal("abc");
    BeskidArray *copy = str_to_bytes(&text);
    CHECK(copy->len == 3 && copy->ptr[2] == 'c');
    CHECK(text_is(str_byte_slice(copy, 1, 2), "bc"));
    CHECK(bytes_compare(bytes("a", 1), bytes("b", 1)) == -1 && bytes_compare(bytes("", 0), bytes("", 0)) == 0);
}

/* What was built before must not change, whatever is appended and whichever array is handed in. */
static void check_buffers(void)
{
    BeskidStr empty = literal("");
    BeskidStr part = literal("0123456789abcdefghijklmnopqrstuvwxyz");
    BeskidArray *buffer = str_buffer_put(array_new(1, 3), &part);
    CHECK(buffer->len == 0);
    const BeskidStr *before = str_buffer_text(buffer);
    CHECK(before->ptr == str_buffer_text(buffer)->ptr);
    for (unsigned index = 0; index < 100; index++) {
        buffer = str_buffer_put(buffer, before);
    }
    const BeskidStr *after = str_buffer_text(buffer);
    CHECK(text_is(before, "0123456789abcdefghijklmnopqrstuvwxyz"));
    CHECK(after->len == 101 * part.len && memcmp(after->ptr + 100 * part.len, part.ptr, part.len) == 0);
    buffer = str_buffer_put(buffer, after);
    CHECK(str_buffer_text(buffer)->len == 2 * after->len);
    CHECK(str_buffer_text(array_slice(buffer, 0, 0))->len == 0);
    buffer = str_buffer_put(array_slice(buffer, 0, 0), &part);
    CHECK(text_is(str_buffer_text(buffer), "0123456789abcdefghijklmnopqrstuvwxyz"));
    CHECK(str_buffer_text(str_buffer_put(array_new(1, 0), &empty))->len == 0);
}

/* Every length up to 40, each byte different once, at the end of storage that AddressSanitizer watches. */
static void check_equality(void)
{
    for (unsigned length = 0; length <= 40; length++) {
        uint8_t *left = malloc(length + 1);
        uint8_t *right = malloc(length + 1);
        memset(left, 'x', length + 1);
        memset(right, 'x', length + 1);
        BeskidStr one = {left + 1, length};
        BeskidStr other = {right + 1, length};
        CHECK(str_eq(&one, &other) == 1 && str_hash(&one) == str_hash(&other));
        for (unsigned index = 1; index <= length; index++) {
            right[index] = 'y';
            CHECK(str_eq(&one, &other) == 0 && str_hash(&one) != str_hash(&other));
            right[index] = 'x';
        }
        free(left);
        free(right);
    }
}

static void check_files(void)
{
    char name[] = "/tmp/beskid-runtime-XXXXXX";
    CHECK(mkdtemp(name) != NULL);
    BeskidStr folder = literal(name);
    char file_name[64], inner_name[64];
    snprintf(file_name, sizeof file_name, "%s/file", name);
    snprintf(inner_name, sizeof inner_name, "%s/inner", name);
    BeskidStr file = literal(file_name), inner = literal(inner_name), text = literal("zwölf\n");
    CHECK(fs_exists(&file) == 0 && os_last_error() == ENOENT);
    CHECK(fs_read_text(&file)->len == 0 && os_last_error() == ENOENT);
    CHECK(fs_write_text(&file, &text) == 0 && fs_append_text(&file, &text) == 0);
    CHECK(text_is(fs_read_text(&file), "zwölf\nzwölf\n") && os_last_error() == 0);
    CHECK(fs_read_bytes(&file)->len == 14 && fs_exists(&file) == 1 && fs_is_directory(&file) == 0);
    CHECK(fs_write_bytes(&file, bytes("\xFF", 1)) == 0);
    CHECK(fs_read_text(&file)->len == 0 && os_last_error() == EILSEQ);
    CHECK(fs_mkdir(&inner) == 0 && fs_mkdir(&inner) == EEXIST && fs_is_directory(&inner) == 1);
    BeskidArray *names = fs_list(&folder);
    CHECK(names->len == 2 && text_is(((BeskidStr **)(void *)names->ptr)[0], "file"));
    CHECK(text_is(((BeskidStr **)(void *)names->ptr)[1], "inner"));
    CHECK(fs_delete(&folder) == ENOTEMPTY || os_last_error() == EEXIST);
    CHECK(fs_delete(&inner) == 0 && fs_delete(&file) == 0 && fs_delete(&folder) == 0);
    CHECK(fs_delete(&folder) == ENOENT);
    CHECK(fs_list(&folder)->len == 0 && os_last_error() == ENOENT);
    BeskidStr with_zero = {(const uint8_t *)"a\0b", 3};
    CHECK(fs_write_text(&with_zero, &text) == EINVAL && env_has(&with_zero) == 0);
    CHECK(text_is(os_error_text(ENOENT), strerror(ENOENT)));
}

static BeskidInteropEnvelope envelope(int64_t tag, const void *payload)
{
    return (BeskidInteropEnvelope){NULL, (int32_t)tag, 0, (void *)(uintptr_t)payload};
}

static void check_interop(const BeskidStr *text)
{
    BeskidInteropEnvelope length = envelope(BESKID_INTEROP_TAG_STRING_LENGTH, text);
    CHECK(interop_dispatch_usize(&length) == 4);
    char *made = malloc(8);
    CHECK(made != NULL);
    memcpy(made, "ab\xFFz\0y", 7);
    BeskidInteropEnvelope measured = envelope(BESKID_INTEROP_TAG_TEXT_LENGTH, made);
    BeskidInteropEnvelope copied = envelope(BESKID_INTEROP_TAG_TEXT_AT, made);
    CHECK(interop_dispatch_usize(&measured) == 4);
    CHECK(text_is(interop_dispatch_ptr(&copied), "ab\xEF\xBF\xBDz"));
    BeskidInteropEnvelope released = envelope(BESKID_INTEROP_TAG_RELEASE_MEMORY, made);
    interop_dispatch_unit(&released);
    measured.payload = copied.payload = released.payload = NULL;
    CHECK(interop_dispatch_usize(&measured) == 0);
    CHECK(text_is(interop_dispatch_ptr(&copied), ""));
    interop_dispatch_unit(&released);
}

static void check_process(void)
{
    BeskidStr name = literal("BESKID_TEST_VARIABLE"), value = literal("wert"), bad = literal("a=b");
    CHECK(env_has(&name) == 0 && env_get(&name)->len == 0);
    CHECK(env_set(&name, &value) == 0 && env_has(&name) == 1 && text_is(env_get(&name), "wert"));
    CHECK(env_set(&bad, &value) == EINVAL);
    CHECK(env_getcwd()->len > 0);
    CHECK(process_getpid() == getpid() && process_args()->len == 0);
    int64_t start = clock_monotonic_nanos();
    sleep_millis(2);
    sleep_millis(-1);
    CHECK(clock_monotonic_nanos() - start >= 2000000 && clock_realtime_nanos() > INT64_C(1700000000) * 1000000000);
    CHECK(os_random() != os_random());
    CHECK(syscall_write(1, NULL) == -1 && syscall_write(-1, &value) == -1);
    CHECK(syscall_read(0, 0)->len == 0 && syscall_read(-1, 10)->len == 0);
    check_interop(&value);
    CHECK(test_bytes_len() == 22 && memcmp((void *)(uintptr_t)test_bytes_ptr(), "Hello from libc.write\n", 22) == 0);
}

static int64_t run_all(void **sp, void *argument)
{
    (void)argument;
    at_site(sp, &sites[0], 0);
    check_numbers();
    check_parsing();
    check_strings();
    check_bytes();
    check_buffers();
    check_equality();
    check_files();
    check_process();
    return 0;
}

int main(void)
{
    int64_t (*function)(void **, void *) = run_all;
    void *address;
    memcpy(&address, &function, sizeof address);
    beskid_call(&program, address, NULL, 0);
    CHECK(beskid_last_status() == 0);
    puts("ok");
    return 0;
}
