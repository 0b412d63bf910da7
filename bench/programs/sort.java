// The library's sort over integers in random order.
import java.util.Arrays;

class Main {
    public static void main(String[] arguments) {
        int size = Integer.parseInt(arguments[0]);
        long[] values = new long[size];
        long state = 42;
        for (int i = 0; i < size; i++) {
            state = (state * 1103515245 + 12345) % 2147483648L;
            values[i] = state;
        }
        Arrays.sort(values);
        long checksum = 0;
        for (long value : values) checksum = (checksum * 31 + value) % 1000000007;
        System.out.println(values[0] + " " + values[size - 1] + " " + checksum);
    }
}
