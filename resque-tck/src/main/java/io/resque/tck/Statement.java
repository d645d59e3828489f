package io.resque.tck;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a run of the kit says of an adapter, as a page and as JSON. */
record Statement(
        Judged judged, LocalDate date, int passed, int failed, int skipped, Map<String, Tally.Verdict> verdicts) {
    private static final RuleSentence UNKNOWN = new RuleSentence("", "", Set.of(), "");

    /** Whether no test failed, and each rule that the adapter must keep was judged. */
    boolean isCompatible() {
        return failed == 0 && open() == 0;
    }

    /** The number of rules that must be judged, and were not. */
    private long open() {
        return verdicts.entrySet().stream()
                .filter(rule -> rule.getValue().kind() == Tally.Kind.NOT_JUDGED
                        && !sentence(rule.getKey()).level().equals("SHOULD"))
                .count();
    }

    private static RuleSentence sentence(String rule) {
        return RuleSentence.all().getOrDefault(rule, UNKNOWN);
    }

    private Map<String, Long> counts() {
        return verdicts.values().stream()
                .collect(Collectors.groupingBy(Tally.Verdict::words, LinkedHashMap::new, Collectors.counting()));
    }

    /** Writes both files, and returns the page. */
    Path write(Path folder) throws IOException {
        Files.createDirectories(folder);
        String name = isOfAnotherTest(folder.resolve(judged.file() + ".json"))
                ? judged.file() + "-" + judged.test()
                : judged.file();
        Files.writeString(folder.resolve(name + ".json"), json());
        return Files.writeString(folder.resolve(name + ".md"), page());
    }

    /** A second test class of the adapter must not hide what the first one has found. */
    private boolean isOfAnotherTest(Path file) throws IOException {
        return Files.exists(file) && !Files.readString(file).contains(testMember());
    }

    private String testMember() {
        return "\"test\": " + json(judged.test());
    }

    String page() {
        StringBuilder page = new StringBuilder("# Statement of the compatibility kit: " + judged.adapter() + "\n\n");
        page.append(
                failed > 0
                        ? "**Not compatible**: " + failed + (failed == 1 ? " test" : " tests") + " failed."
                        : open() > 0
                                ? "**Not judged to the end**: no test failed, and rules that an adapter must keep were"
                                        + " not judged: " + open() + "."
                                : "**Compatible**: no test failed, and every rule that an adapter must keep was judged.");
        page.append("\n\n| | |\n|---|---|\n");
        row(page, "Kit", judged.kit());
        row(page, "Test class", judged.test());
        row(page, "Date", date.toString());
        judged.versions().forEach((what, version) -> row(page, "Version: " + what, version));
        row(page, "Tests", passed + " passed, " + failed + " failed, " + skipped + " skipped");
        row(
                page,
                "Rules",
                counts().entrySet().stream()
                        .map(count -> count.getKey() + ": " + count.getValue())
                        .collect(Collectors.joining(", ")));
        page.append("\n| Rule | Level | Verdict | Statement |\n|---|---|---|---|\n");
        verdicts.forEach((rule, verdict) -> row(
                page,
                rule,
                sentence(rule).level(),
                verdict.words() + (verdict.why().isEmpty() ? "" : ": " + cell(verdict.why())),
                sentence(rule).sentence()));
        return page.toString();
    }

    private static void row(StringBuilder page, String... cells) {
        page.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }

    private static String cell(String text) {
        return XmlText.safe(text).replaceAll("\\s+", " ").replace("|", "\\|").replace("<", "&lt;");
    }

    String json() {
        List<String> rules = new ArrayList<>();
        verdicts.forEach((rule, verdict) -> {
            Map<String, @Nullable Object> members = new LinkedHashMap<>();
            members.put("rule", rule);
            members.put("level", sentence(rule).level());
            members.put("verdict", verdict.words());
            members.put("why", verdict.why().isEmpty() ? null : verdict.why());
            members.put("statement", sentence(rule).sentence());
            rules.add("\n    " + json(members));
        });
        Map<String, @Nullable Object> tests = new LinkedHashMap<>();
        tests.put("passed", passed);
        tests.put("failed", failed);
        tests.put("skipped", skipped);
        return "{\n  \"adapter\": " + json(judged.adapter())
                + ",\n  \"kit\": " + json(judged.kit())
                + ",\n  " + testMember()
                + ",\n  \"compatible\": " + isCompatible()
                + ",\n  \"date\": " + json(date.toString())
                + ",\n  \"versions\": " + json(judged.versions())
                + ",\n  \"tests\": " + json(tests)
                + ",\n  \"rules\": [" + String.join(",", rules) + "\n  ]\n}\n";
    }

    private static String json(@Nullable Object value) {
        if (value instanceof Map<?, ?> members) {
            return members.entrySet().stream()
                    .map(member -> json(member.getKey()) + ": " + json(member.getValue()))
                    .collect(Collectors.joining(", ", "{", "}"));
        }
        return value instanceof String text ? quoted(text) : String.valueOf(value);
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.chars().forEach(c -> {
            if (c == '"' || c == '\\') {
                quoted.append('\\').append((char) c);
            } else if (c < ' ' || Character.isSurrogate((char) c) || c >= 0xFFFE) {
                quoted.append(String.format("\\u%04x", c));
            } else {
                quoted.append((char) c);
            }
        });
        return quoted.append('"').toString();
    }
}
