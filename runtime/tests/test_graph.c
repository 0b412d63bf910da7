/* Runs a heap program given as text and prints what it sees; tests/runtime/test_random_heaps.py writes the programs
 * and knows the answers. One operation a line: a letter and up to four numbers.
 *   n s i k w reference i of slot s = new object with k references and w words
 *   o s k w   slot s = new object with k references and w words, the first of which is its number
 *   a s n     slot s = new array of n pairs of a word and a reference, the first word is its number
 *   t s n     slot s = new text of n characters that tell its number
 *   l s t b n slot s = n characters of the text in slot t from b on
 *   w s i t   reference i of slot s = slot t          r s t i   slot s = reference i of slot t
 *   c s t     slot s = slot t                         z s       slot s = null
 *   p s       pin slot s                              u h       release pin h
 *   g         collect and print the number of cells   d         print all that the slots reach */
#include "generated.h"

#define SLOTS 16
#define REFERENCES_MOST 8
#define WORDS_MOST 80
#define PINS_MOST 4096
#define SEEN_MOST 65536

static const BeskidSite sites[] = {{"Test.Graph", "test.bd", 1, 1}};
static const BeskidProgram program = {
    BESKID_RUNTIME_ABI_VERSION, BESKID_RUNTIME_ABI_LEVEL, BESKID_DRAFT_HASH, sites, 1, NULL, "test_graph",
};

/* An object: descriptor, number, references, further words. */
typedef struct Thing {
    const BeskidTypeDescriptor *descriptor;
    uint64_t number;
    void *references[];
} Thing;

typedef struct Pair {
    uint64_t number;
    void *reference;
} Pair;

static uint64_t offsets[REFERENCES_MOST];
static BeskidTypeDescriptor descriptors[REFERENCES_MOST + 1][WORDS_MOST + 1];
static const uint64_t pair_offset[] = {8};
static const BeskidTypeDescriptor pair_element = {sizeof(Pair), 8, 1, 0, pair_offset, "Pair", 0};

static uint64_t next_number = 1;
static int64_t pins[PINS_MOST];
static unsigned pin_count;

static const void *seen[SEEN_MOST];
static unsigned seen_count;

static void make_descriptors(void)
{
    for (unsigned index = 0; index < REFERENCES_MOST; index++) {
        offsets[index] = sizeof(Thing) + 8 * index;
    }
    for (unsigned references = 0; references <= REFERENCES_MOST; references++) {
        for (unsigned words = 1; words <= WORDS_MOST; words++) {
            descriptors[references][words] =
                (BeskidTypeDescriptor){8 + 8 * (uint64_t)(references + words), 8, references, 0, offsets, "Thing", 0};
        }
    }
}

static bool is_descriptor(uint64_t word)
{
    return word >= (uint64_t)(uintptr_t)descriptors && word < (uint64_t)(uintptr_t)descriptors + sizeof descriptors;
}

/* What a reference is can be told from its first word: a descriptor, its own storage 32 bytes on, or text. */
static char form_of(const void *cell)
{
    uint64_t word = *(const uint64_t *)cell;
    if (is_descriptor(word)) {
        return 'o';
    }
    return word == (uint64_t)(uintptr_t)cell + BESKID_ARRAY_STORAGE_OFFSET ? 'a' : 't';
}

static void **reference_of(void *cell, int64_t index)
{
    if (form_of(cell) == 'o') {
        return &((Thing *)cell)->references[index];
    }
    return &((Pair *)(void *)((BeskidArray *)cell)->ptr)[index].reference;
}

static unsigned visit(const void *cell)
{
    for (unsigned index = 0; index < seen_count; index++) {
        if (seen[index] == cell) {
            return index + 1;
        }
    }
    CHECK(seen_count < SEEN_MOST);
    seen[seen_count++] = cell;
    return seen_count;
}

static void print_reference(const void *cell)
{
    printf(" %u", cell == NULL ? 0 : visit(cell));
}

static void print_thing(const Thing *thing)
{
    printf("o %u", (unsigned)thing->number);
    uint32_t references = thing->descriptor->pointer_count;
    for (uint32_t index = 0; index < references; index++) {
        print_reference(thing->references[index]);
    }
    const uint64_t *words = (const uint64_t *)(const void *)(thing->references + references);
    uint64_t count = thing->descriptor->size / 8 - 2 - references;
    for (uint64_t index = 0; index < count; index++) {
        CHECK(words[index] == thing->number * 1000 + index);
    }
}

static void print_array(const BeskidArray *array)
{
    const Pair *pairs = (const Pair *)(const void *)array->ptr;
    printf("a %u", (unsigned)pairs[0].number);
    for (uint64_t index = 0; index < array->len; index++) {
        CHECK(pairs[index].number == pairs[0].number + index);
        print_reference(pairs[index].reference);
    }
}

static void print_all(void **sp)
{
    seen_count = 0;
    printf("d");
    for (unsigned slot = 0; slot < SLOTS; slot++) {
        print_reference(sp[1 + slot]);
    }
    for (unsigned index = 0; index < seen_count; index++) {
        const void *cell = seen[index];
        printf(" ; ");
        switch (form_of(cell)) {
        case 'o':
            print_thing(cell);
            break;
        case 'a':
            print_array(cell);
            break;
        default: {
            const BeskidStr *text = cell;
            printf("t %.*s", (int)text->len, (const char *)text->ptr);
        }
        }
    }
    printf("\n");
}

static void *make_thing(int64_t references, int64_t words)
{
    const BeskidTypeDescriptor *descriptor = &descriptors[references][words];
    Thing *thing = alloc(descriptor->size, descriptor);
    thing->number = next_number++;
    uint64_t *rest = (uint64_t *)(void *)(thing->references + references);
    for (int64_t index = 0; index < references; index++) {
        CHECK(thing->references[index] == NULL);
    }
    for (int64_t index = 0; index < words - 1; index++) {
        CHECK(rest[index] == 0);
        rest[index] = thing->number * 1000 + (uint64_t)index;
    }
    return thing;
}

static void *make_array(int64_t length)
{
    BeskidArray *array = array_new_typed(&pair_element, length);
    Pair *pairs = (Pair *)(void *)array->ptr;
    for (int64_t index = 0; index < length; index++) {
        CHECK(pairs[index].number == 0 && pairs[index].reference == NULL);
        pairs[index].number = next_number + (uint64_t)index;
    }
    next_number++;
    return array;
}

static void *make_text(int64_t length)
{
    const BeskidStr piece = literal("abcdefghijklmnopqrstuvwxyz");
    BeskidStr letter = {piece.ptr + next_number++ % 26, 1};
    return (void *)(uintptr_t)str_repeat(&letter, length);
}

/* Hosts call the barrier, generated code notes the place. */
static void write_reference(void **sp, void *cell, int64_t index, void *value)
{
    void **reference = reference_of(cell, index);
    if (index % 2 == 0) {
        gc_write_barrier(cell, value);
        *reference = value;
    } else {
        put(sp, reference, value);
    }
}

static int64_t run(void **sp, void *argument)
{
    (void)argument;
    memset(sp + 1, 0, SLOTS * sizeof *sp);
    at_site(sp, &sites[0], SLOTS);
    char operation;
    int64_t a, b, c, d;
    char line[128];
    while (fgets(line, sizeof line, stdin) != NULL) {
        a = b = c = d = 0;
        CHECK(sscanf(line, "%c %ld %ld %ld %ld", &operation, &a, &b, &c, &d) >= 1);
        void **slot = &sp[1 + a];
        switch (operation) {
        case 'o':
            *slot = make_thing(b, c);
            break;
        case 'a':
            *slot = make_array(b);
            break;
        case 't':
            *slot = make_text(b);
            break;
        case 'l':
            *slot = (void *)(uintptr_t)str_slice(sp[1 + b], c, d);
            break;
        case 'w':
            write_reference(sp, *slot, b, sp[1 + c]);
            break;
        case 'n':
            write_reference(sp, *slot, b, make_thing(c, d));
            break;
        case 'r':
            *slot = *reference_of(sp[1 + b], c);
            break;
        case 'c':
            *slot = sp[1 + b];
            break;
        case 'z':
            *slot = NULL;
            break;
        case 'p':
            CHECK(pin_count < PINS_MOST);
            pins[pin_count++] = gc_root_handle(*slot);
            break;
        case 'u':
            gc_unroot_handle(pins[a]);
            break;
        case 'g':
            gc_collect();
            printf("g %ld\n", (long)gc_object_count());
            break;
        default:
            print_all(sp);
            break;
        }
    }
    return 0;
}

int main(void)
{
    make_descriptors();
    int64_t (*function)(void **, void *) = run;
    void *address;
    memcpy(&address, &function, sizeof address);
    beskid_call(&program, address, NULL, 0);
    return beskid_last_status() == 0 ? 0 : 1;
}
