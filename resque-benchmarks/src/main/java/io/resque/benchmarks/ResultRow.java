package io.resque.benchmarks;

/**
 * A result: what was measured, of which subject.
 *
 * @param what the load, the same for all subjects that it compares
 * @param subject the name of a subject; two with {@code ÷} between them for a ratio, whose unit is {@link #TIMES}
 * @param unit of the figures
 * @param repetitions how many there were
 * @param run when and where it was measured
 */
record ResultRow(
        String what,
        String subject,
        String unit,
        double median,
        double least,
        double most,
        int repetitions,
        String run) {
    static final String TIMES = "times";

    static String ratioOf(String subject, String peer) {
        return subject + " ÷ " + peer;
    }

    String key() {
        return key(what, subject);
    }

    static String key(String what, String subject) {
        return what + " | " + subject;
    }

    /** The median, with the least and the most. */
    String text() {
        return repetitions == 1
                ? FigureText.of(median)
                : FigureText.of(median) + " (" + FigureText.of(least) + "–" + FigureText.of(most) + ")";
    }

    /** The median as a sentence says it: a ratio with two digits, any other figure with three. */
    String said() {
        return FigureText.of(median, unit.equals(TIMES) ? 2 : 3);
    }
}
