// Starts and ends.
class Main {
    public static void main(String[] arguments) {
        System.out.println("ready");
    }
}
