/* Exact decimal digits, shifted by powers of two: slow and simple, for numbers that need it. */
#include "platform/wasi/libc/digits.h"

/* A digit shifted by so many bits, with a carry, fits into 64 bits. */
#define MAX_SHIFT 59

static void trim(BkDigits *number)
{
    while (number->count > 0 && number->digits[number->count - 1] == 0) {
        number->count--;
    }
    if (number->count == 0) {
        number->point = 0;
    }
}

/* Divides by 2^count. */
static void shift_right(BkDigits *number, unsigned count)
{
    int read = 0;
    uint64_t value = 0;
    /* Digits until the quotient is not zero. */
    for (; value >> count == 0; read++) {
        if (read >= number->count) {
            if (value == 0) {
                number->count = 0;
                return;
            }
            while (value >> count == 0) {
                value *= 10;
                read++;
            }
            break;
        }
        value = value * 10 + number->digits[read];
    }
    number->point -= read - 1;
    uint64_t mask = (UINT64_C(1) << count) - 1;
    int written = 0;
    for (; read < number->count; read++) {
        number->digits[written++] = (uint8_t)(value >> count);
        value = (value & mask) * 10 + number->digits[read];
    }
    while (value > 0) {
        uint8_t digit = (uint8_t)(value >> count);
        value = (value & mask) * 10;
        if (written < BK_MAX_DIGITS) {
            number->digits[written++] = digit;
        } else if (digit > 0) {
            number->truncated = true;
        }
    }
    number->count = written;
    trim(number);
}

/* Multiplies by 2^count. */
static void shift_left(BkDigits *number, unsigned count)
{
    if (number->count == 0) {
        return;
    }
    /* The product in a separate place, from the last digit to the first. */
    uint8_t product[BK_MAX_DIGITS + 20];
    int start = (int)sizeof product;
    uint64_t carry = 0;
    for (int index = number->count - 1; index >= 0; index--) {
        uint64_t value = ((uint64_t)number->digits[index] << count) + carry;
        product[--start] = (uint8_t)(value % 10);
        carry = value / 10;
    }
    while (carry > 0) {
        product[--start] = (uint8_t)(carry % 10);
        carry /= 10;
    }
    int made = (int)sizeof product - start;
    number->point += made - number->count;
    number->count = made < BK_MAX_DIGITS ? made : BK_MAX_DIGITS;
    for (int index = 0; index < made; index++) {
        if (index < BK_MAX_DIGITS) {
            number->digits[index] = product[start + index];
        } else if (product[start + index] != 0) {
            number->truncated = true;
        }
    }
    trim(number);
}

void bk_digits_shift(BkDigits *number, int count)
{
    for (; count > MAX_SHIFT; count -= MAX_SHIFT) {
        shift_left(number, MAX_SHIFT);
    }
    for (; count < -MAX_SHIFT; count += MAX_SHIFT) {
        shift_right(number, MAX_SHIFT);
    }
    if (count > 0) {
        shift_left(number, (unsigned)count);
    } else if (count < 0) {
        shift_right(number, (unsigned)-count);
    }
}

/* Whether the digits from `place` on are at least half of the unit before them; exactly half rounds to even. */
static bool rounds_up(const BkDigits *number, int place)
{
    if (place < 0 || place >= number->count) {
        return false;
    }
    if (number->digits[place] == 5 && place + 1 == number->count && !number->truncated) {
        return place > 0 && number->digits[place - 1] % 2 != 0;
    }
    return number->digits[place] >= 5;
}

uint64_t bk_digits_round(const BkDigits *number)
{
    uint64_t value = 0;
    for (int index = 0; index < number->point; index++) {
        value = value * 10 + (index < number->count ? number->digits[index] : 0);
    }
    return value + rounds_up(number, number->point);
}

void bk_digits_keep(BkDigits *number, int count)
{
    if (count >= number->count) {
        return;
    }
    if (count < 0) {
        number->count = 0;
        number->point = 0;
        return;
    }
    bool up = rounds_up(number, count);
    number->count = count;
    if (!up) {
        trim(number);
        return;
    }
    while (number->count > 0 && number->digits[number->count - 1] == 9) {
        number->count--;
    }
    if (number->count == 0) {
        number->digits[0] = 1;
        number->count = 1;
        number->point++;
    } else {
        number->digits[number->count - 1]++;
    }
}
