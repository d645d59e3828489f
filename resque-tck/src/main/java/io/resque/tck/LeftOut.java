package io.resque.tck;

import java.util.List;

/** The recorded cases that no test judges; the list holds the reasons. */
final class LeftOut {
    private static final List<String> LINES = RecordedCases.text("left-out.txt")
            .lines()
            .filter(line -> !line.startsWith("#"))
            .toList();

    private LeftOut() {}

    static boolean has(String file, String name) {
        return LINES.stream()
                .map(line -> line.split(" \\| "))
                .anyMatch(line -> line[0].equals(file)
                        && (line[1].endsWith("*")
                                ? name.startsWith(line[1].substring(0, line[1].length() - 1))
                                : name.equals(line[1])));
    }
}
