// Linked lists, a ring of which stays alive while the oldest is replaced: malloc and free.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct Link {
    int64_t value;
    struct Link *next;
} Link;

static Link *build(int64_t length, int64_t seed) {
    Link *list = NULL;
    for (int64_t i = 0; i < length; i++) {
        Link *link = malloc(sizeof *link);
        link->value = i ^ seed;
        link->next = list;
        list = link;
    }
    return list;
}

static int64_t sum(const Link *list) {
    int64_t total = 0;
    for (; list != NULL; list = list->next) total += list->value;
    return total;
}

static void drop(Link *list) {
    while (list != NULL) {
        Link *next = list->next;
        free(list);
        list = next;
    }
}

int main(int argc, char **argv) {
    (void)argc;
    int64_t rounds = atoll(argv[1]);
    Link *ring[64] = {0};
    int64_t total = 0;
    for (int64_t round = 0; round < rounds; round++) {
        drop(ring[round % 64]);
        ring[round % 64] = build(10000, round);
        total += sum(ring[(round * 7) % 64]);
    }
    printf("%ld\n", (long)total);
    return 0;
}
