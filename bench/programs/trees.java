// Complete binary trees, many short-lived and one that stays: allocation and marking.
class Main {
    static final class Node {
        final Node left, right;

        Node(Node left, Node right) {
            this.left = left;
            this.right = right;
        }
    }

    static Node build(int depth) {
        return depth == 0 ? new Node(null, null) : new Node(build(depth - 1), build(depth - 1));
    }

    static long count(Node tree) {
        return tree == null ? 0 : 1 + count(tree.left) + count(tree.right);
    }

    public static void main(String[] arguments) {
        int deepest = Integer.parseInt(arguments[0]);
        System.out.println(count(build(deepest + 1)));
        Node kept = build(deepest);
        for (int depth = 4; depth <= deepest; depth += 2) {
            int trees = 1 << (deepest - depth + 4);
            long sum = 0;
            for (int i = 0; i < trees; i++) sum += count(build(depth));
            System.out.println(trees + " " + depth + " " + sum);
        }
        System.out.println(count(kept));
    }
}
