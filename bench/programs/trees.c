// Complete binary trees, many short-lived and one that stays: malloc and free.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct Node {
    struct Node *left, *right;
} Node;

static Node *build(int64_t depth) {
    Node *node = malloc(sizeof *node);
    node->left = depth == 0 ? NULL : build(depth - 1);
    node->right = depth == 0 ? NULL : build(depth - 1);
    return node;
}

static int64_t count(const Node *tree) {
    return tree == NULL ? 0 : 1 + count(tree->left) + count(tree->right);
}

static void drop(Node *tree) {
    if (tree == NULL) return;
    drop(tree->left);
    drop(tree->right);
    free(tree);
}

static int64_t count_and_drop(Node *tree) {
    int64_t number = count(tree);
    drop(tree);
    return number;
}

int main(int argc, char **argv) {
    (void)argc;
    int64_t deepest = atoll(argv[1]);
    printf("%ld\n", (long)count_and_drop(build(deepest + 1)));
    Node *kept = build(deepest);
    for (int64_t depth = 4; depth <= deepest; depth += 2) {
        int64_t trees = (int64_t)1 << (deepest - depth + 4);
        int64_t sum = 0;
        for (int64_t i = 0; i < trees; i++) sum += count_and_drop(build(depth));
        printf("%ld %ld %ld\n", (long)trees, (long)depth, (long)sum);
    }
    printf("%ld\n", (long)count(kept));
    return 0;
}
