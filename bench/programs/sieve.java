// The sieve of Eratosthenes over bytes: bounds checks and strided stores.
class Main {
    static long countPrimes(int limit) {
        byte[] composite = new byte[limit + 1];
        for (int i = 2; i * i <= limit; i++) {
            if (composite[i] == 0) {
                for (int j = i * i; j <= limit; j += i) composite[j] = 1;
            }
        }
        long count = 0;
        for (int n = 2; n <= limit; n++) {
            if (composite[n] == 0) count++;
        }
        return count;
    }

    public static void main(String[] arguments) {
        int limit = Integer.parseInt(arguments[0]);
        long count = 0;
        for (int round = 0; round < 5; round++) count = countPrimes(limit);
        System.out.println(count);
    }
}
