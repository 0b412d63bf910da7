/* Characters of ASCII, and the first bit of a word. */
int isdigit(int letter);
int isalpha(int letter);
int isalnum(int letter);
int isspace(int letter);
int isupper(int letter);
int islower(int letter);
int isprint(int letter);
int ispunct(int letter);
int iscntrl(int letter);
int isxdigit(int letter);
int toupper(int letter);
int tolower(int letter);
int ffs(int word);

static int is_between(int letter, char first, char last)
{
    return (unsigned)letter - (unsigned)first <= (unsigned)(last - first);
}

int isdigit(int letter)
{
    return is_between(letter, '0', '9');
}

int isupper(int letter)
{
    return is_between(letter, 'A', 'Z');
}

int islower(int letter)
{
    return is_between(letter, 'a', 'z');
}

int isalpha(int letter)
{
    return isupper(letter) || islower(letter);
}

int isalnum(int letter)
{
    return isalpha(letter) || isdigit(letter);
}

int isspace(int letter)
{
    return letter == ' ' || is_between(letter, '\t', '\r');
}

int isprint(int letter)
{
    return is_between(letter, ' ', '~');
}

int ispunct(int letter)
{
    return is_between(letter, '!', '~') && !isalnum(letter);
}

int iscntrl(int letter)
{
    return is_between(letter, 0, 0x1F) || letter == 0x7F;
}

int isxdigit(int letter)
{
    return isdigit(letter) || is_between(letter, 'a', 'f') || is_between(letter, 'A', 'F');
}

int toupper(int letter)
{
    return islower(letter) ? letter - 'a' + 'A' : letter;
}

int tolower(int letter)
{
    return isupper(letter) ? letter - 'A' + 'a' : letter;
}

int ffs(int word)
{
    return __builtin_ffs(word);
}
