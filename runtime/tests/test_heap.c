/* Heap and collector under code that plays the part of generated code; run plain, sanitized and in stress mode.
 * Each test is an entry of its own; the program prints `ok` and the number of tests. */
#include "generated.h"

static const BeskidSite sites[] = {
    {"Test.Outer", "test.bd", 3, 5},
    {"Test.Inner", "test.bd", 7, 9},
};
static const BeskidProgram program = {
    BESKID_RUNTIME_ABI_VERSION, BESKID_RUNTIME_ABI_LEVEL, BESKID_DRAFT_HASH, sites, 2, NULL, "test_heap",
};

typedef struct Node {
    const BeskidTypeDescriptor *descriptor;
    struct Node *left;
    struct Node *right;
    int64_t value;
} Node;

static const uint64_t node_offsets[] = {8, 16};
static const BeskidTypeDescriptor node_descriptor = {sizeof(Node), 8, 2, 0, node_offsets, "Node", 0};
static const uint64_t first_offset[] = {0};
static const BeskidTypeDescriptor reference_element = {8, 8, 1, 0, first_offset, NULL, 0};
static const BeskidTypeDescriptor number_element = {8, 8, 0, 0, NULL, NULL, 0};
/* Elements of 24 bytes whose middle word is a reference. */
static const uint64_t middle_offset[] = {8};
static const BeskidTypeDescriptor mixed_element = {24, 8, 1, 0, middle_offset, NULL, 0};

static bool is_stress(void)
{
    const char *setting = getenv("BESKID_GC_STRESS");
    return setting != NULL && strcmp(setting, "1") == 0;
}

static Node *build(void **sp, int64_t depth)
{
    at_site(sp, &sites[1], 0);
    Node *node = alloc(sizeof(Node), &node_descriptor);
    CHECK(node->left == NULL && node->right == NULL && node->value == 0);
    node->value = depth;
    if (depth == 0) {
        return node;
    }
    sp[1] = node;
    Node *child = build(sp + 2, depth - 1);
    gc_write_barrier(node, child);
    node->left = child;
    child = build(sp + 2, depth - 1);
    gc_write_barrier(node, child);
    node->right = child;
    return node;
}

static int64_t count(const Node *node)
{
    return node == NULL ? 0 : 1 + count(node->left) + count(node->right);
}

static int64_t test_trees(void **sp, void *argument)
{
    (void)argument;
    int64_t depth = is_stress() ? 6 : 14;
    Node *kept = build(sp + 1, depth);
    sp[0] = (void *)(uintptr_t)&sites[0];
    sp[1] = kept;
    for (int round = 0; round < (is_stress() ? 2 : 20); round++) {
        Node *other = build(sp + 2, depth - 1);
        CHECK(count(other) == (INT64_C(1) << depth) - 1);
    }
    CHECK(count(kept) == (INT64_C(2) << depth) - 1);
    at_site(sp, &sites[0], 1);
    gc_collect();
    CHECK(gc_object_count() == (INT64_C(2) << depth) - 1);
    CHECK(gc_bytes_allocated() == gc_object_count() * 32);
    at_site(sp, &sites[0], 0);
    CHECK(gc_collect() == 0);
    CHECK(gc_object_count() == 0);
    return 0;
}

static int64_t test_long_list(void **sp, void *argument)
{
    (void)argument;
    int64_t length = is_stress() ? 300 : 1000000;
    sp[1] = NULL;
    for (int64_t index = 0; index < length; index++) {
        at_site(sp, &sites[0], 1);
        Node *node = alloc(sizeof(Node), &node_descriptor);
        node->value = index;
        node->left = sp[1];
        sp[1] = node;
    }
    at_site(sp, &sites[0], 1);
    gc_collect();
    CHECK(gc_object_count() == length);
    int64_t expected = length;
    for (const Node *node = sp[1]; node != NULL; node = node->left) {
        CHECK(node->value == --expected);
    }
    CHECK(expected == 0);
    return 0;
}

static int64_t test_sizes(void **sp, void *argument)
{
    (void)argument;
    sp[1] = NULL;
    at_site(sp, &sites[0], 1);
    BeskidArray *kept = array_new_typed(&reference_element, 400);
    sp[1] = kept;
    uint64_t size = 0;
    for (unsigned index = 0; index < 400; index++) {
        uint8_t *cell = alloc(size, NULL);
        CHECK(((uintptr_t)cell & 7) == 0);
        for (uint64_t byte = 0; byte < size; byte++) {
            CHECK(cell[byte] == 0);
        }
        memset(cell, (int)(index % 200), size);
        put(sp, ((void **)(void *)kept->ptr) + index, cell);
        size += 1 + size / 16;
        if (size > 200000) {
            size = 0;
        }
    }
    gc_collect();
    size = 0;
    for (unsigned index = 0; index < 400; index++) {
        const uint8_t *cell = ((void **)(void *)kept->ptr)[index];
        for (uint64_t byte = 0; byte < size; byte++) {
            CHECK(cell[byte] == index % 200);
        }
        size += 1 + size / 16;
        if (size > 200000) {
            size = 0;
        }
    }
    CHECK(gc_object_count() == 401);
    return 0;
}

static int64_t test_small_cells_fit(void **sp, void *argument)
{
    (void)argument;
    for (uint64_t size = 16; size <= 64; size += 8) {
        at_site(sp, &sites[0], 0);
        sp[1] = alloc(size, NULL);
        at_site(sp, &sites[0], 1);
        CHECK(gc_collect() == (int64_t)size);
    }
    return 0;
}

static int64_t test_large_blocks_return(void **sp, void *argument)
{
    (void)argument;
    at_site(sp, &sites[0], 0);
    for (int round = 0; round < (is_stress() ? 20 : 400); round++) {
        BeskidArray *array = array_new_typed(&number_element, 1 << 17);
        uint64_t *words = (uint64_t *)(void *)array->ptr;
        CHECK(words[0] == 0 && words[(1 << 17) - 1] == 0);
        words[0] = words[(1 << 17) - 1] = 7;
        CHECK(gc_bytes_allocated() < INT64_C(64) << 20);
    }
    CHECK(gc_collect() == 0);
    return 0;
}

static int64_t test_slices_keep_parents(void **sp, void *argument)
{
    (void)argument;
    BeskidStr piece = literal("0123456789abcdef");
    at_site(sp, &sites[0], 0);
    sp[1] = (void *)(uintptr_t)str_repeat(&piece, 8);
    at_site(sp, &sites[0], 1);
    sp[1] = (void *)(uintptr_t)str_slice(sp[1], 16, 64);
    gc_collect();
    CHECK(gc_object_count() == 2);
    sp[1] = (void *)(uintptr_t)str_slice(sp[1], 3, 40);
    gc_collect();
    CHECK(gc_object_count() == 2);
    const BeskidStr *text = sp[1];
    CHECK(text->len == 40 && memcmp(text->ptr, "3456789abcdef012", 16) == 0);
    sp[1] = (void *)(uintptr_t)str_slice(text, 0, 4);
    gc_collect();
    CHECK(gc_object_count() == 1);
    CHECK(text_is(sp[1], "3456"));
    return 0;
}

static int64_t test_arrays(void **sp, void *argument)
{
    (void)argument;
    sp[1] = sp[2] = NULL;
    at_site(sp, &sites[0], 2);
    BeskidArray *array = array_new_typed(&mixed_element, 50);
    sp[1] = array;
    CHECK(array->len == 50 && array->cap == 50 && array_len(array) == 50);
    CHECK(((uintptr_t)array->ptr & 7) == 0);
    for (int64_t index = 0; index < 50; index++) {
        uint64_t *words = (uint64_t *)(void *)(array->ptr + index * 24);
        words[0] = ~UINT64_C(0);
        put(sp, &words[1], str_from_i64(index * 1000));
        words[2] = (uint64_t)(uintptr_t)array;
    }
    sp[2] = array_slice(array, 10, 30);
    array_copy(sp[2], 1, sp[2], 0, 29);
    array_copy(sp[2], 0, array, 0, 1);
    sp[1] = NULL;
    gc_collect();
    /* The slice, the strings 0 and 10000 to 38000. */
    CHECK(gc_object_count() == 31);
    array = sp[2];
    for (int64_t index = 0; index < 30; index++) {
        const uint64_t *words = (const uint64_t *)(const void *)(array->ptr + index * 24);
        char expected[32];
        snprintf(expected, sizeof expected, "%d", index == 0 ? 0 : (int)(index + 9) * 1000);
        CHECK(text_is((const BeskidStr *)(uintptr_t)words[1], expected));
    }
    BeskidArray *plain = array_new(3, 7);
    sp[1] = plain;
    memset(plain->ptr, 5, 21);
    sp[2] = array_slice(plain, 2, 4);
    CHECK(((BeskidArray *)sp[2])->len == 4 && ((BeskidArray *)sp[2])->ptr[11] == 5);
    CHECK(array_slice(plain, 7, 0)->len == 0);
    CHECK(array_new(8, 0)->len == 0);
    /* An address in untyped storage keeps nothing alive. */
    sp[1] = array_new(8, 1);
    gc_collect();
    int64_t before = gc_object_count();
    const BeskidStr *hidden = str_from_i64(777777);
    memcpy(((BeskidArray *)sp[1])->ptr, &hidden, sizeof hidden);
    gc_collect();
    CHECK(gc_object_count() == before);
    return 0;
}

static int64_t test_handles_and_slots(void **sp, void *argument)
{
    (void)argument;
    at_site(sp, &sites[0], 0);
    gc_collect();
    int64_t before = gc_external_root_count();
    int64_t first = gc_root_handle((void *)(uintptr_t)str_from_i64(123456));
    static void *slot;
    slot = (void *)(uintptr_t)str_from_i64(654321);
    gc_register_root(&slot);
    gc_register_root(&slot);
    gc_register_root(NULL);
    CHECK(first > 0);
    CHECK(gc_external_root_count() == before + 3);
    gc_collect();
    CHECK(gc_object_count() == 2);
    CHECK(text_is(slot, "654321"));
    gc_unregister_root(&slot);
    gc_unregister_root(NULL);
    gc_unroot_handle(first);
    gc_unroot_handle(first);
    gc_unroot_handle(0);
    gc_unroot_handle(-1);
    gc_unroot_handle(1000);
    CHECK(gc_external_root_count() == before);
    gc_collect();
    CHECK(gc_object_count() == 0);
    CHECK(gc_root_handle(&slot) == first);
    gc_unroot_handle(first);
    CHECK(gc_phase() == 0);
    gc_write_barrier(NULL, NULL);
    return 0;
}

typedef struct Owner {
    const BeskidTypeDescriptor *descriptor;
    void *event;
} Owner;

typedef struct Closure {
    const BeskidTypeDescriptor *descriptor;
    void *code;
    void *receiver;
} Closure;

static const uint64_t owner_offsets[] = {8};
static const BeskidTypeDescriptor owner_descriptor = {sizeof(Owner), 8, 1, 0, owner_offsets, NULL, 0};
static const uint64_t closure_offsets[] = {16};
static const BeskidTypeDescriptor method_descriptor = {
    sizeof(Closure), 8, 1, 0, closure_offsets, NULL, BESKID_DESCRIPTOR_FLAG_BOUND_METHOD,
};
static const BeskidTypeDescriptor lambda_descriptor = {sizeof(Closure), 8, 1, 0, closure_offsets, NULL, 0};

static void *closure(const BeskidTypeDescriptor *descriptor, void *code, void *receiver)
{
    Closure *value = alloc(sizeof *value, descriptor);
    value->code = code;
    value->receiver = receiver;
    return value;
}

static int64_t test_closures(void **sp, void *argument)
{
    (void)argument;
    void *code = sp;
    void *other_code = sp + 1;
    sp[1] = sp[2] = sp[3] = NULL;
    at_site(sp, &sites[0], 3);
    sp[1] = closure(&method_descriptor, code, NULL);
    sp[2] = closure(&method_descriptor, code, sp[1]);
    sp[3] = closure(&lambda_descriptor, code, sp[1]);
    CHECK(closure_eq(sp[2], sp[2]) == 1 && closure_eq(sp[3], sp[3]) == 1);
    CHECK(closure_eq(sp[1], sp[2]) == 0 && closure_eq(sp[2], sp[3]) == 0);
    CHECK(closure_eq(sp[2], closure(&method_descriptor, code, sp[1])) == 1);
    CHECK(closure_eq(sp[2], closure(&method_descriptor, other_code, sp[1])) == 0);
    CHECK(closure_eq(sp[3], closure(&lambda_descriptor, code, sp[1])) == 0);
    CHECK(closure_eq(NULL, NULL) == 1 && closure_eq(sp[1], NULL) == 0 && closure_eq(NULL, sp[1]) == 0);
    return 0;
}

static int64_t test_events(void **sp, void *argument)
{
    (void)argument;
    sp[1] = sp[2] = NULL;
    at_site(sp, &sites[0], 2);
    Owner *owner = alloc(sizeof *owner, &owner_descriptor);
    sp[1] = owner;
    CHECK(event_len(owner->event) == 0 && event_get_handler(owner->event, 0) == NULL);
    CHECK(event_unsubscribe_first(&owner->event, owner) == 0);
    for (int64_t index = 1; index <= 3; index++) {
        sp[2] = closure(&method_descriptor, &owner, index == 2 ? owner : NULL);
        CHECK(event_subscribe(&owner->event, sp[2], 4) == index);
    }
    sp[2] = closure(&lambda_descriptor, &owner, NULL);
    CHECK(event_subscribe(&owner->event, sp[2], 4) == 4);
    gc_collect();
    CHECK(event_len(owner->event) == 4);
    CHECK(((Closure *)event_get_handler(owner->event, 1))->receiver == owner);
    CHECK(event_unsubscribe_first(&owner->event, closure(&lambda_descriptor, &owner, NULL)) == 0);
    CHECK(event_unsubscribe_first(&owner->event, closure(&method_descriptor, &owner, owner)) == 1);
    CHECK(event_unsubscribe_first(&owner->event, closure(&method_descriptor, &owner, owner)) == 0);
    CHECK(event_unsubscribe_first(&owner->event, sp[2]) == 1);
    CHECK(event_len(owner->event) == 2 && event_get_handler(owner->event, 2) == NULL);
    return 0;
}

static int64_t test_join(void **sp, void *argument)
{
    (void)argument;
    at_site(sp, &sites[0], 0);
    BeskidStr comma = literal(", ");
    for (unsigned index = 0; index < 3; index++) {
        sp[1 + index] = (void *)(uintptr_t)str_from_i64((int64_t)index * 11);
        at_site(sp, &sites[0], index + 1);
    }
    sp[1] = (void *)(uintptr_t)str_concat_n(sp + 1, 3);
    CHECK(text_is(sp[1], "01122"));
    at_site(sp, &sites[0], 1);
    BeskidArray *parts = array_new_typed(&reference_element, 2);
    ((void **)(void *)parts->ptr)[0] = sp[1];
    ((void **)(void *)parts->ptr)[1] = sp[1];
    sp[2] = parts;
    at_site(sp, &sites[0], 2);
    CHECK(text_is(str_join(parts, &comma), "01122, 01122"));
    return 0;
}

/* Something else is allocated, and with it collected under stress. */
static void age(void)
{
    alloc(sizeof(Node), &node_descriptor);
    alloc(16, NULL);
}

static Node *numbered(int64_t value)
{
    Node *node = alloc(sizeof(Node), &node_descriptor);
    node->value = value;
    return node;
}

/* A young cell that only an old array refers to, since the runtime put it there. */
static int64_t test_copies_are_noted(void **sp, void *argument)
{
    (void)argument;
    sp[1] = sp[2] = NULL;
    at_site(sp, &sites[0], 2);
    sp[1] = array_new_typed(&reference_element, 200);
    sp[2] = array_new_typed(&reference_element, 1);
    Node **target = (Node **)(void *)((BeskidArray *)sp[1])->ptr;
    Node **source = (Node **)(void *)((BeskidArray *)sp[2])->ptr;
    for (int64_t index = 0; index < 400; index++) {
        age();
        Node *node = numbered(index);
        put(sp, source, node);
        array_copy(sp[1], index % 200, sp[2], 0, 1);
        source[0] = NULL;
        age();
        CHECK(target[index % 200]->value == index);
    }
    return 0;
}

/* Of many elements that are copied at once, the young one is the last. */
static int64_t test_long_copies_are_noted(void **sp, void *argument)
{
    (void)argument;
    enum { LENGTH = 300 };
    sp[1] = sp[2] = NULL;
    at_site(sp, &sites[0], 2);
    sp[1] = array_new_typed(&reference_element, 2 * LENGTH);
    sp[2] = array_new_typed(&reference_element, LENGTH);
    Node **target = (Node **)(void *)((BeskidArray *)sp[1])->ptr;
    Node **source = (Node **)(void *)((BeskidArray *)sp[2])->ptr;
    for (int64_t index = 0; index < 100; index++) {
        age();
        put(sp, source + LENGTH - 1, numbered(index));
        array_copy(sp[1], index, sp[2], 0, LENGTH);
        source[LENGTH - 1] = NULL;
        age();
        CHECK(target[index + LENGTH - 1]->value == index);
    }
    return 0;
}

/* An array of several blocks: references stored into a new one, and into each block of an old one. */
static int64_t test_large_arrays_are_noted(void **sp, void *argument)
{
    (void)argument;
    enum { LENGTH = 30000, PARTS = 6 };
    for (int64_t round = 0; round < 8; round++) {
        at_site(sp, &sites[0], 0);
        for (unsigned part = 0; part < PARTS; part++) {
            sp[2 + part] = numbered(round + part);
            sp[1] = sp[2 + part];
            at_site(sp, &sites[0], 2 + part);
        }
        BeskidArray *array = array_new_typed(&reference_element, LENGTH);
        Node **items = (Node **)(void *)array->ptr;
        for (unsigned part = 0; part < PARTS; part++) {
            items[part * (LENGTH / PARTS) + 7] = sp[2 + part];
        }
        sp[1] = array;
        at_site(sp, &sites[0], 1);
        for (unsigned count = 0; count < 8; count++) {
            age();
        }
        for (int64_t index = 0; index < LENGTH; index += LENGTH / PARTS) {
            CHECK(items[index + 7]->value == round + index / (LENGTH / PARTS));
            put(sp, items + index + 3, numbered(index));
            age();
            age();
            CHECK(items[index + 3]->value == index);
        }
    }
    return 0;
}

/* Of a text of several blocks, only a part far from its start is referred to. */
static int64_t test_slices_of_large_texts(void **sp, void *argument)
{
    (void)argument;
    BeskidStr piece = literal("0123456789abcdef");
    at_site(sp, &sites[0], 0);
    for (int64_t round = 0; round < 8; round++) {
        sp[1] = (void *)(uintptr_t)str_repeat(&piece, 20000);
        at_site(sp, &sites[0], 1);
        sp[1] = (void *)(uintptr_t)str_slice(sp[1], 200000, 64);
        for (unsigned count = 0; count < 4; count++) {
            age();
        }
        gc_collect();
        CHECK(memcmp(((const BeskidStr *)sp[1])->ptr, "0123456789abcdef", 16) == 0);
        CHECK(gc_object_count() == 2);
        at_site(sp, &sites[0], 0);
    }
    return 0;
}

/* Elements of 24 bytes lie across the ends of cards. */
static int64_t test_elements_are_noted(void **sp, void *argument)
{
    (void)argument;
    at_site(sp, &sites[0], 0);
    sp[1] = array_new_typed(&mixed_element, 300);
    at_site(sp, &sites[0], 1);
    for (int64_t index = 0; index < 600; index++) {
        age();
        uint64_t *words = (uint64_t *)(void *)(((BeskidArray *)sp[1])->ptr + index % 300 * 24);
        put(sp, &words[1], numbered(index));
        age();
        CHECK(((const Node *)(uintptr_t)words[1])->value == index);
    }
    return 0;
}

static int64_t test_handlers_are_noted(void **sp, void *argument)
{
    (void)argument;
    enum { ROUNDS = 10, HANDLERS = 140 };
    for (int64_t round = 0; round < ROUNDS; round++) {
        sp[1] = NULL;
        at_site(sp, &sites[0], 1);
        Owner *owner = alloc(sizeof *owner, &owner_descriptor);
        sp[1] = owner;
        age();
        for (int64_t length = 1; length < HANDLERS; length++) {
            CHECK(event_subscribe(&owner->event, numbered(length), HANDLERS + 1) == length);
            age();
            CHECK(event_subscribe(&owner->event, numbered(-length), HANDLERS + 1) == length + 1);
            CHECK(event_unsubscribe_first(&owner->event, event_get_handler(owner->event, 0)) == 1);
            age();
            CHECK(((Node *)event_get_handler(owner->event, (uint64_t)length - 1))->value == -length);
        }
    }
    return 0;
}

/* A slot in a cell without references, which a host registers: a store into it dirties a card over such a cell. */
static int64_t test_raw_cells_hold_slots(void **sp, void *argument)
{
    (void)argument;
    enum { SLOTS = 40, LARGE = 200000 };
    static const uint64_t sizes[] = {16, 64, 4096, LARGE};
    for (unsigned number = 0; number < sizeof sizes / sizeof sizes[0]; number++) {
        sp[1] = NULL;
        at_site(sp, &sites[0], 1);
        void **cell = alloc(sizes[number], NULL);
        memset(cell, 0x5a, sizes[number]);
        cell[1] = NULL;
        sp[1] = cell;
        gc_register_root(&cell[1]);
        age();
        gc_collect();
        for (int64_t length = 1; length <= SLOTS; length++) {
            CHECK(event_subscribe(&cell[1], numbered(length), SLOTS) == length);
            age();
            gc_collect_if_needed();
        }
        gc_collect();
        CHECK(event_len(cell[1]) == SLOTS);
        CHECK(((Node *)event_get_handler(cell[1], SLOTS - 1))->value == SLOTS);
        gc_unregister_root(&cell[1]);
    }
    return 0;
}

static int64_t test_names_are_noted(void **sp, void *argument)
{
    (void)argument;
    at_site(sp, &sites[0], 0);
    BeskidStr root = literal("/");
    sp[1] = fs_list(&root);
    at_site(sp, &sites[0], 1);
    age();
    const BeskidArray *names = sp[1];
    for (uint64_t index = 1; index < names->len; index++) {
        const BeskidStr *const *items = (const BeskidStr *const *)(const void *)names->ptr;
        CHECK(str_compare(items[index - 1], items[index]) < 0);
    }
    return 0;
}

#define HELD 24

/* An object, an array, a string, and a cell of many blocks, among cells that die. */
static void *make_one(void **sp, unsigned number)
{
    for (unsigned index = 0; index < 8; index++) {
        alloc(sizeof(Node), &node_descriptor);
        array_new(1, 7 * index);
    }
    BeskidStr text = literal("text");
    switch (number % 4) {
    case 0:
        return array_new_typed(&reference_element, number);
    case 1:
        return (void *)(uintptr_t)str_repeat(&text, number);
    case 2:
        return array_new(8, UINT64_C(1) << 16);
    default: {
        Node *node = alloc(sizeof(Node), &node_descriptor);
        node->left = sp[1];
        return node;
    }
    }
}

/* Each is held by a slot, some also by handles, registered addresses, fields and elements. */
static int64_t test_objects_stay(void **sp, void *argument)
{
    (void)argument;
    memset(sp + 1, 0, (HELD + 1) * sizeof *sp);
    at_site(sp, &sites[0], HELD + 1);
    static void *registered;
    sp[1] = array_new_typed(&reference_element, HELD);
    uintptr_t addresses[HELD];
    int64_t handle = 0;
    for (unsigned index = 0; index < HELD; index++) {
        void *made = make_one(sp, index);
        sp[2 + index] = made;
        addresses[index] = (uintptr_t)made;
        put(sp, ((void **)(void *)((BeskidArray *)sp[1])->ptr) + index, made);
        if (index == 3) {
            handle = gc_root_handle(made);
            registered = made;
            gc_register_root(&registered);
        }
    }
    uintptr_t table = (uintptr_t)sp[1];
    for (unsigned round = 0; round < (is_stress() ? 2 : 4); round++) {
        gc_collect();
        for (unsigned index = 0; index < (is_stress() ? 10 : 5000); index++) {
            make_one(sp, index % 2 == 0 ? 1 : 3);
        }
        gc_collect_if_needed();
        CHECK((uintptr_t)sp[1] == table);
        for (unsigned index = 0; index < HELD; index++) {
            CHECK((uintptr_t)sp[2 + index] == addresses[index]);
            CHECK((uintptr_t)((void **)(void *)((BeskidArray *)sp[1])->ptr)[index] == addresses[index]);
        }
        CHECK((uintptr_t)registered == addresses[3]);
    }
    gc_unregister_root(&registered);
    gc_unroot_handle(handle);
    return 0;
}

/* An array over memory of the host: its token comes back once it is dead, and not before. */
static int64_t test_lent_memory_is_returned(void **sp, void *argument)
{
    (void)argument;
    static int64_t memory[8];
    at_site(sp, &sites[0], 0);
    gc_collect();
    while (beskid_foreign_released() != 0) {
    }
    for (int64_t token = 1; token <= 40; token++) {
        sp[1] = array_foreign(memory, 8, 8, token);
        at_site(sp, &sites[0], 1);
        age();
        gc_collect_if_needed();
        if (token % 3 == 0) {
            gc_collect();
        }
        CHECK(beskid_foreign_released() == 0);
        CHECK(((BeskidArray *)sp[1])->len == 8);
        at_site(sp, &sites[0], 0);
        gc_collect();
        CHECK(beskid_foreign_released() == token);
        CHECK(beskid_foreign_released() == 0);
    }
    return 0;
}

static void make_garbage(int64_t cells)
{
    for (int64_t index = 0; index < cells; index++) {
        CHECK(numbered(index)->left == NULL);
    }
}

/* A host gives an old parent a tree that is young: the barrier marks its root, the next minor collection the rest. */
static int64_t test_barriers_of_hosts(void **sp, void *argument)
{
    (void)argument;
    int64_t cells = is_stress() ? 50 : 100000;
    at_site(sp, &sites[0], 0);
    Node *parent = numbered(0);
    sp[1] = parent;
    at_site(sp, &sites[0], 1);
    make_garbage(cells);
    for (int64_t round = 0; round < 4; round++) {
        Node *child = build(sp + 2, 5);
        gc_write_barrier(parent, child);
        parent->left = child;
        at_site(sp, &sites[0], 1);
        make_garbage(cells);
        CHECK(count(parent) == 64);
    }
    return 0;
}

typedef struct Shape {
    const char *name;
    int64_t (*function)(void **sp, void *argument);
} Shape;

int main(void)
{
    static const Shape tests[] = {
        {"trees", test_trees},
        {"long list", test_long_list},
        {"sizes", test_sizes},
        {"small cells fit", test_small_cells_fit},
        {"large blocks return", test_large_blocks_return},
        {"slices keep parents", test_slices_keep_parents},
        {"arrays", test_arrays},
        {"handles and slots", test_handles_and_slots},
        {"closures", test_closures},
        {"events", test_events},
        {"join", test_join},
        {"copies are noted", test_copies_are_noted},
        {"long copies are noted", test_long_copies_are_noted},
        {"large arrays are noted", test_large_arrays_are_noted},
        {"slices of large texts", test_slices_of_large_texts},
        {"elements are noted", test_elements_are_noted},
        {"handlers are noted", test_handlers_are_noted},
        {"raw cells hold slots", test_raw_cells_hold_slots},
        {"names are noted", test_names_are_noted},
        {"objects stay", test_objects_stay},
        {"lent memory is returned", test_lent_memory_is_returned},
        {"barriers of hosts", test_barriers_of_hosts},
    };
    for (unsigned index = 0; index < sizeof tests / sizeof tests[0]; index++) {
        void *function;
        memcpy(&function, &tests[index].function, sizeof function);
        int64_t result = beskid_call(&program, function, NULL, 0);
        if (result != 0 || beskid_last_status() != 0) {
            fprintf(stderr, "%s failed\n", tests[index].name);
            return 1;
        }
    }
    printf("ok %u\n", (unsigned)(sizeof tests / sizeof tests[0]));
    return 0;
}
