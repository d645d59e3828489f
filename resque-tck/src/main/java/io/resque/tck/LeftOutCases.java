package io.resque.tck;

import java.util.List;

/** The recorded cases that no test checks. The file {@code left-out.txt} lists them with the reasons. */
final class LeftOutCases {
    private static final List<String> LINES = RecordedCases.text("left-out.txt")
            .lines()
            .filter(line -> !line.startsWith("#"))
            .toList();

    private LeftOutCases() {}

    static boolean has(String file, String name) {
        return LINES.stream()
                .map(line -> line.split(" \\| "))
                .anyMatch(line -> line[0].equals(file)
                        && (line[1].endsWith("*")
                                ? name.startsWith(line[1].substring(0, line[1].length() - 1))
                                : name.equals(line[1])));
    }
}
