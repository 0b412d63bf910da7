// Points of the Mandelbrot set on a grid: floating-point arithmetic with unpredictable loop ends.
class Main {
    static long iterations(double re, double im) {
        double x = 0, y = 0;
        long n = 0;
        while (n < 50 && x * x + y * y <= 4.0) {
            double next = x * x - y * y + re;
            y = 2.0 * x * y + im;
            x = next;
            n++;
        }
        return n;
    }

    public static void main(String[] arguments) {
        long size = Long.parseLong(arguments[0]), inside = 0, sum = 0;
        for (long row = 0; row < size; row++) {
            double im = 2.0 * row / size - 1.0;
            for (long column = 0; column < size; column++) {
                long n = iterations(2.0 * column / size - 1.5, im);
                sum += n;
                if (n == 50) inside++;
            }
        }
        System.out.println(inside + " " + sum);
    }
}
