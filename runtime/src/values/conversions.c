/* Strings made of numbers and characters.
 * beskid.codegen emits calls for interpolation and printed forms. */
#include "panic/panic.h"
#include "text/decimal.h"
#include "text/utf8.h"
#include "values/strings.h"

const BeskidStr *str_from_i64(int64_t value)
{
    char text[32];
    return bk_string_copy(text, bk_format_i64(value, text));
}

const BeskidStr *str_from_u64(int64_t value)
{
    char text[32];
    return bk_string_copy(text, bk_format_u64((uint64_t)value, text));
}

const BeskidStr *str_from_f64(double value)
{
    char text[32];
    return bk_string_copy(text, bk_format_f64(value, text));
}

const BeskidStr *str_from_f32(double value)
{
    char text[32];
    return bk_string_copy(text, bk_format_f32((float)value, text));
}

const BeskidStr *str_from_char(int64_t value)
{
    if (value < 0 || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) {
        panic_char(value);
    }
    uint8_t text[4];
    return bk_string_copy(text, bk_utf8_encode((uint32_t)value, text));
}
