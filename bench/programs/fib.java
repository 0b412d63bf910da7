// The naive Fibonacci recursion: the cost of a call.
class Main {
    static long fib(long n) {
        return n < 2 ? n : fib(n - 1) + fib(n - 2);
    }

    public static void main(String[] arguments) {
        System.out.println(fib(Long.parseLong(arguments[0])));
    }
}
