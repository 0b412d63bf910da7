// A hash map of integers: growth, insertion, lookups that hit and miss.
import java.util.HashMap;

class Main {
    public static void main(String[] arguments) {
        long size = Long.parseLong(arguments[0]);
        HashMap<Long, Long> table = new HashMap<>();
        for (long i = 0; i < size; i++) table.put(i * 7919 % 1000003 + i * 1000003, i);
        long sum = 0, hits = 0;
        for (long i = 0; i < size * 2; i++) {
            Long found = table.get(i * 7919 % 1000003 + i * 1000003);
            if (found != null) {
                hits++;
                sum += found;
            }
        }
        System.out.println(table.size() + " " + hits + " " + sum);
    }
}
