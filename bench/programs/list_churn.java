// Linked lists, a ring of which stays alive while the oldest is replaced: objects that die in the order of their birth.
class Main {
    static final class Link {
        final long value;
        final Link next;

        Link(long value, Link next) {
            this.value = value;
            this.next = next;
        }
    }

    static Link build(int length, long seed) {
        Link list = null;
        for (int i = 0; i < length; i++) list = new Link(i ^ seed, list);
        return list;
    }

    static long sum(Link list) {
        long total = 0;
        for (; list != null; list = list.next) total += list.value;
        return total;
    }

    public static void main(String[] arguments) {
        int rounds = Integer.parseInt(arguments[0]);
        Link[] ring = new Link[64];
        long total = 0;
        for (int round = 0; round < rounds; round++) {
            ring[round % 64] = build(10000, round);
            total += sum(ring[(round * 7) % 64]);
        }
        System.out.println(total);
    }
}
