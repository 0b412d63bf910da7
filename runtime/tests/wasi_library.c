/* Compares the C library for WebAssembly, compiled for this machine under other names (tests/runtime), with this
 * machine's. Prints a line for each function: its name, and the largest difference in units of the last place, or the
 * number of results that differ. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS 20000

double own_pow(double base, double exponent);
double own_atan2(double y, double x);
double own_atan(double number);
double own_asin(double number);
double own_acos(double number);
double own_expm1(double number);
double own_log1p(double number);
double own_sinh(double number);
double own_cosh(double number);
double own_tanh(double number);
double own_cbrt(double number);
double own_hypot(double x, double y);
double own_ldexp(double number, int exponent);
double own_frexp(double number, int *exponent);
double own_modf(double number, double *whole);
double own_strtod(const char *text, char **end);
long long own_strtoll(const char *text, char **end, int base);
unsigned long long own_strtoull(const char *text, char **end, int base);
int own_snprintf(char *target, size_t size, const char *form, ...);
void own_qsort(void *items, size_t count, size_t size, int (*compare)(const void *, const void *));
int64_t bk_os_write(int descriptor, const void *bytes, uint64_t size);

int own_errno;

int64_t bk_os_write(int descriptor, const void *bytes, uint64_t size)
{
    (void)descriptor;
    return (int64_t)fwrite(bytes, 1, size, stderr);
}

static uint64_t state = UINT64_C(88172645463325252);

static uint64_t draw(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state * UINT64_C(2685821657736338717);
}

/* Any bits: also infinities, numbers that are none, and those below the normal ones. */
static double any(void)
{
    uint64_t bits = draw();
    double number;
    memcpy(&number, &bits, sizeof number);
    return number;
}

static double between(double low, double high)
{
    return low + (high - low) * ((double)(draw() >> 11) * 0x1p-53);
}

static uint64_t distance(double left, double right)
{
    if (isnan(left) && isnan(right)) {
        return 0;
    }
    int64_t first;
    int64_t second;
    memcpy(&first, &left, sizeof first);
    memcpy(&second, &right, sizeof second);
    if ((first < 0) != (second < 0)) {
        return 1000000;
    }
    return (uint64_t)(first < second ? second - first : first - second);
}

#define COMPARE(function, ...) \
    do { \
        uint64_t worst = 0; \
        for (int round = 0; round < ROUNDS; round++) { \
            uint64_t before = state; \
            double own = own_##function(__VA_ARGS__); \
            state = before; \
            uint64_t apart = distance(own, function(__VA_ARGS__)); \
            worst = apart > worst ? apart : worst; \
        } \
        printf("%s %llu\n", #function, (unsigned long long)worst); \
    } while (0)

static void compare_mathematics(void)
{
    COMPARE(pow, between(0, 10), 77.7);
    COMPARE(pow, any(), 3);
    COMPARE(pow, 0.3, between(-600, 600));
    COMPARE(pow, 1.0000001, between(-1e9, 1e9));
    COMPARE(pow, -3, (double)(int)(draw() % 60) - 30);
    COMPARE(pow, 2, between(-1080, 1025));
    COMPARE(pow, any(), 0.5);
    COMPARE(atan2, 1, any());
    COMPARE(atan2, between(-2, 2), -0.7);
    COMPARE(atan2, any(), 0.7);
    COMPARE(atan, between(-5, 5));
    COMPARE(atan, any());
    COMPARE(asin, between(-1, 1));
    COMPARE(asin, any());
    COMPARE(acos, between(-1, 1));
    COMPARE(acos, any());
    COMPARE(expm1, between(-5, 5));
    COMPARE(expm1, any());
    COMPARE(log1p, between(-0.999, 5));
    COMPARE(log1p, any());
    COMPARE(sinh, between(-50, 50));
    COMPARE(cosh, between(-50, 50));
    COMPARE(tanh, between(-22, 22));
    COMPARE(cbrt, any());
    COMPARE(hypot, between(-5, 5), 3);
    COMPARE(hypot, any(), 1e300);
    COMPARE(ldexp, any(), 700);
    COMPARE(ldexp, any(), -1060);
    COMPARE(ldexp, 0x1p1000, (int)(draw() % 4400) - 2200);
}

static void compare_parts(void)
{
    unsigned differ = 0;
    for (int round = 0; round < ROUNDS; round++) {
        double number = any();
        int exponent = 0;
        int other = 0;
        differ += isfinite(number) && (own_frexp(number, &exponent) != frexp(number, &other) || exponent != other);
        double whole;
        double other_whole;
        differ += distance(own_modf(number, &whole), modf(number, &other_whole)) + distance(whole, other_whole) != 0;
    }
    printf("parts %u\n", differ);
}

static unsigned compare_text(const char *text)
{
    char *end;
    char *other_end;
    double own = own_strtod(text, &end);
    double other = strtod(text, &other_end);
    return distance(own, other) != 0 || end != other_end;
}

static void compare_strtod(void)
{
    static const char *const special[] = {
        "0",
        "-0",
        "1e400",
        "-1e400",
        "1e-400",
        "4.9e-324",
        "2.4703282292062327e-324",
        "2.4703282292062328e-324",
        "2.2250738585072011e-308",
        "1.7976931348623159e308",
        "1.7976931348623158e308",
        "inf",
        "-infinity",
        "nan",
        "0.000000000000000000000001",
        "123456789012345678901234567890",
        "9007199254740993",
        "  12.5abc",
        ".5",
        "5.",
        "1e5",
        "1e+",
        "e5",
        "",
        "-",
        "0x",
        "00012",
        "0x1.8p3",
        "0X.8",
        "0x1p-1074",
        "0x1p-1075",
        "0x1.8p-1075",
        "0x1.fffffffffffff8p1023",
        "0x1.fffffffffffff7p1023",
        "0x0.00000000000018p-1024",
        "0xabcdefabcdefabcdefp-3",
        "0x1000000000000080000000001",
        "0x1000000000000080000000000",
        "0x1p",
        "0xp1",
        "-0x.p1",
        "0x1.g",
        "1e99999999999",
    };
    unsigned differ = 0;
    char text[1600];
    for (unsigned index = 0; index < sizeof special / sizeof special[0]; index++) {
        differ += compare_text(special[index]);
    }
    for (int round = 0; round < ROUNDS; round++) {
        snprintf(text, sizeof text, "%.*e", (int)(draw() % 25), any());
        differ += compare_text(text);
        snprintf(text, sizeof text, "0x%llx.%llxp%d", (unsigned long long)(draw() >> draw() % 64),
                 (unsigned long long)draw(), (int)(draw() % 2400) - 1250);
        differ += compare_text(text);
        snprintf(text, sizeof text, "%llu.%llue%d", (unsigned long long)(draw() % 1000000), (unsigned long long)draw(),
                 (int)(draw() % 700) - 350);
        differ += compare_text(text);
    }
    /* Numbers halfway between two, and a little more. */
    for (int round = 0; round < 1000; round++) {
        double number = between(1, 2) * 0x1p-1000 * pow(2, (double)(draw() % 1400));
        long double middle = (long double)number + (nextafter(number, 1e300) - (long double)number) / 2;
        int size = snprintf(text, sizeof text, "%.1100Lf", middle);
        text[size] = round % 2 == 0 ? '\0' : '1';
        text[size + 1] = '\0';
        differ += compare_text(text);
    }
    printf("strtod %u\n", differ);
}

static void compare_whole(void)
{
    static const char *const texts[] = {
        "0",
        "-1",
        "+7",
        " 12",
        "9223372036854775807",
        "9223372036854775808",
        "-9223372036854775808",
        "-9223372036854775809",
        "18446744073709551615",
        "18446744073709551616",
        "0x1f",
        "0X",
        "0xg",
        "077",
        "08",
        "z",
        "zz",
        "-0x10",
        "",
        "-",
        "12ab",
    };
    static const int bases[] = {0, 2, 8, 10, 16, 36};
    unsigned differ = 0;
    for (unsigned index = 0; index < sizeof texts / sizeof texts[0]; index++) {
        for (unsigned base = 0; base < sizeof bases / sizeof bases[0]; base++) {
            char *end;
            char *other;
            differ += own_strtoll(texts[index], &end, bases[base]) != strtoll(texts[index], &other, bases[base]);
            differ += end != other;
            differ += own_strtoull(texts[index], &end, bases[base]) != strtoull(texts[index], &other, bases[base]);
            differ += end != other;
        }
    }
    printf("strtoll %u\n", differ);
}

#define COMPARE_FORM(form, ...) \
    do { \
        char own[512]; \
        char other[512]; \
        int size = own_snprintf(own, sizeof own, form, __VA_ARGS__); \
        differ += size != snprintf(other, sizeof other, form, __VA_ARGS__); \
        differ += strcmp(own, other) != 0; \
    } while (0)

static void compare_snprintf(void)
{
    unsigned differ = 0;
    for (int round = 0; round < ROUNDS; round++) {
        double number = round % 3 == 0 ? any() : round % 3 == 1 ? between(-1e6, 1e6) : floor(between(-800, 800)) / 8;
        COMPARE_FORM("%f|%.0f|%.1f|%.2f", number, number, number, number);
        COMPARE_FORM("%10.3f|%-12.4f|%+.5f|%015.2f|%#.0f", number, number, number, number, number);
        int whole = round % 5 == 0 ? 0 : round % 5 == 1 ? (int)(draw() % 200) - 100 : (int)draw();
        COMPARE_FORM("%d|%5d|%-5d|%05d|%+d|%.3d|% d|%.0d", whole, whole, whole, whole, whole, whole, whole, whole);
        COMPARE_FORM("%x|%#x|%08x|%X|%u|%o|%hhd|%hu", (unsigned)whole, (unsigned)whole, (unsigned)whole,
                     (unsigned)whole, (unsigned)whole, (unsigned)whole, (char)whole, (unsigned short)whole);
        uint64_t bits = draw();
        COMPARE_FORM("%lld|%llx|%016llx", (long long)bits, (unsigned long long)bits, (unsigned long long)bits);
    }
    COMPARE_FORM("%s|%.2s|%10s|%-10s|%c|%%|%.*s", "abc", "abc", "abc", "abc", 'x', 1, "yz");
    for (size_t size = 0; size < 12; size++) {
        char own[12] = "-----------";
        char other[12] = "-----------";
        int wanted = own_snprintf(own, size, "%s %d", "some text", 42);
        differ += wanted != snprintf(other, size, "%s %d", "some text", 42) || memcmp(own, other, sizeof own) != 0;
    }
    printf("snprintf %u\n", differ);
}

static uint64_t comparisons;

static int by_number(const void *left, const void *right)
{
    comparisons++;
    int first_number = *(const int *)left;
    int second_number = *(const int *)right;
    return (first_number > second_number) - (first_number < second_number);
}

static void compare_qsort(void)
{
    enum { MOST = 4000 };
    static int own[MOST];
    static int other[MOST];
    unsigned differ = 0;
    for (int round = 0; round < 60; round++) {
        size_t count = draw() % MOST;
        for (size_t index = 0; index < count; index++) {
            own[index] = round % 4 == 0 ? (int)index : round % 4 == 1 ? (int)(draw() % 7) : (int)draw();
        }
        memcpy(other, own, sizeof own);
        comparisons = 0;
        own_qsort(own, count, sizeof own[0], by_number);
        /* Never quadratic: two comparisons a level. */
        differ += comparisons > 30 * (uint64_t)count;
        qsort(other, count, sizeof other[0], by_number);
        differ += memcmp(own, other, count * sizeof own[0]) != 0;
    }
    printf("qsort %u\n", differ);
}

int main(void)
{
    compare_mathematics();
    compare_parts();
    compare_strtod();
    compare_whole();
    compare_snprintf();
    compare_qsort();
    return 0;
}
