// Building a text piece by piece, each piece made by concatenation.
class Main {
    public static void main(String[] arguments) {
        long count = Long.parseLong(arguments[0]), length = 0;
        StringBuilder builder = new StringBuilder();
        for (long i = 0; i < count; i++) {
            String piece = "item " + i + " of " + count + "; ";
            length += piece.length();
            builder.append(piece);
        }
        String text = builder.toString();
        long semicolons = 0;
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == ';') semicolons++;
        }
        System.out.println(length + " " + text.length() + " " + semicolons);
    }
}
