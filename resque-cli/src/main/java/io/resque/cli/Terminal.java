package io.resque.cli;

import io.resque.launcher.Environment;

/**
 * Where a command prints, as {@code bin/resque} has found it: a JVM cannot ask.
 *
 * @param columns the width of tables; of text that no terminal shows, none
 * @param colours whether the help has colours
 * @param progress whether a line that changes can be shown on standard error
 */
record Terminal(int columns, boolean colours, boolean progress) {
    /** No table is wider or narrower, whatever the terminal says. */
    private static final int LEAST = 40;

    private static final int USUAL = 80;

    /** Of output that goes into a file or a program, where a cut would lose text. */
    static final int NONE = Integer.MAX_VALUE;

    static Terminal of(Environment environment) {
        String found = System.getProperty("resque.terminal", "");
        boolean out = found.contains("out");
        boolean dumb = environment.variable("TERM").orElse("dumb").equals("dumb");
        int width = out ? Integer.getInteger("resque.columns", USUAL) : NONE;
        int columns = environment
                .variable("COLUMNS")
                .filter(text -> text.matches("[1-9]\\d{0,4}"))
                .map(Integer::valueOf)
                .orElse(width <= 0 ? USUAL : width);
        boolean colours = out && !dumb && environment.variable("NO_COLOR").isEmpty();
        return new Terminal(Math.max(LEAST, columns), colours, found.contains("err") && !dumb);
    }

    /** Of the help, which reads badly in long lines. */
    int helpColumns() {
        return columns == NONE ? USUAL : Math.max(55, Math.min(columns, 100));
    }
}
