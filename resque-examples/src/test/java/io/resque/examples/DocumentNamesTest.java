package io.resque.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Names in the documents are names in the code: threads, classes, scripts, wire rules, keys, tests, and the targets of
 * links. The test finds a source by its simple name, so that a class can move.
 */
class DocumentNamesTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern FENCE = Pattern.compile("(?ms)^\\s*```.*?^\\s*```$");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    private static final Pattern THREAD = Pattern.compile("\"(resque-[a-z-]*)\"");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| (`[^|]*`) \\|");
    private static final Pattern NAME_OF_THREAD = Pattern.compile("`(resque-[a-z-]*)[^`]*`");

    /** A folder and a title of a process. */
    private static final Set<String> NO_THREADS = Set.of("resque-java", "resque-pool-manager");

    /** Modules whose threads are none of a worker's, and which look at the keys of others. */
    private static final Set<String> APART = Set.of("resque-tck", "resque-benchmarks", "resque-examples");

    private static final Pattern CLASS =
            Pattern.compile("(?<![\\w.<\"/:-])([A-Z]\\w*[a-z]\\w*)(?:\\.(\\w+))?(?![\\w-])");
    private static final List<String> OF_JAVA = List.of("java.lang.", "java.util.");
    private static final Pattern TEST = Pattern.compile("(?<!@)\\b([A-Z]\\w+(?:Test|Tck))\\b(?:\\.(\\w+))?");
    private static final Pattern SCRIPT = Pattern.compile("\\b(\\w+\\.lua)\\b");

    private static final Pattern RULE = Pattern.compile("\\bW-\\d{3}\\b");
    private static final Pattern RULE_LINE = Pattern.compile("(?m)^\\| (W-\\d{3}) \\|");

    private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final Pattern KEY = Pattern.compile("[a-z_]+(?::[\\w<>-]+)+");

    /** Keys that other programs make, or that none makes. */
    private static final Set<String> NOT_OURS = Set.of("worker:<id>:job", "workers:<id>");

    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");

    private static List<Path> files(Path folder, String pattern) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().replace('\\', '/').matches(pattern))
                    .toList();
        }
    }

    private static List<Path> modules() throws IOException {
        try (Stream<Path> folders = Files.list(ROOT)) {
            return folders.filter(folder -> Files.isDirectory(folder.resolve("src")))
                    .toList();
        }
    }

    private static List<Path> pages() throws IOException {
        try (Stream<Path> files =
                Stream.of(ROOT, ROOT.resolve("docs"), ROOT.resolve("spec")).flatMap(DocumentNamesTest::list)) {
            return files.filter(file -> file.toString().endsWith(".md")).toList();
        }
    }

    private static Stream<Path> list(Path folder) {
        try {
            return Files.list(folder);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String withoutFences(Path page) throws IOException {
        return FENCE.matcher(Files.readString(page)).replaceAll("");
    }

    private static List<String> code(Path page) throws IOException {
        return CODE.matcher(withoutFences(page))
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    /** By simple name; two classes of one name are one text. */
    private static Map<String, String> sources() throws IOException {
        Map<String, String> sources = new TreeMap<>();
        for (Path module : modules()) {
            for (Path file : files(module.resolve("src"), ".*\\.java")) {
                String name = file.getFileName().toString().replace(".java", "");
                sources.merge(name, Files.readString(file), String::concat);
            }
        }
        return sources;
    }

    private static boolean isComment(String line) {
        return line.strip().matches("(\\*|//|/\\*).*");
    }

    private static TreeSet<String> literals(Path file, Pattern literal) throws IOException {
        return Files.readAllLines(file).stream()
                .filter(line -> !isComment(line))
                .flatMap(line -> literal.matcher(line).results())
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void eachThreadHasARowInTheTableOfThreads() throws IOException {
        TreeSet<String> made = new TreeSet<>();
        for (Path module : modules()) {
            Path main = module.resolve("src/main/java");
            if (!APART.contains(module.getFileName().toString()) && Files.isDirectory(main)) {
                for (Path file : files(main, ".*\\.java")) {
                    made.addAll(literals(file, THREAD));
                }
            }
        }
        assertThat(made).as("literals of other names").containsAll(NO_THREADS);
        made.removeAll(NO_THREADS);

        String page = Files.readString(ROOT.resolve("ARCHITECTURE.md"));
        int table = page.indexOf("\n## Threads\n");
        assertThat(table).isPositive();
        String section = page.substring(table, page.indexOf("\n## ", table + 1));
        TreeSet<String> told = ROW.matcher(section)
                .results()
                .flatMap(row -> NAME_OF_THREAD.matcher(row.group(1)).results())
                .map(name -> name.group(1)) // up to what varies
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(told).hasSizeGreaterThan(20);
        assertThat(without(made, told))
                .as("threads without a row in ARCHITECTURE.md")
                .isEmpty();
        assertThat(without(told, made)).as("rows of threads that no code makes").isEmpty();
    }

    private static Set<String> without(Set<String> names, Set<String> others) {
        Set<String> rest = new TreeSet<>(names);
        rest.removeAll(others);
        return rest;
    }

    @Test
    void eachClassThatIsNamedIsThere() throws IOException {
        Map<String, String> sources = sources();
        TreeSet<String> missing = new TreeSet<>();
        int found = 0;
        for (String page : List.of(
                "ARCHITECTURE.md",
                "CONTRIBUTING.md",
                "docs/guarantees.md",
                "docs/chaos.md",
                "docs/events.md",
                "docs/write-an-adapter.md")) {
            for (String code : code(ROOT.resolve(page))) {
                for (MatchResult named : CLASS.matcher(code).results().toList()) {
                    found++;
                    String source = sources.get(named.group(1));
                    if (source == null ? !isOfJava(named.group(1)) : !has(source, named.group(2))) {
                        missing.add(page + ": " + named.group());
                    }
                }
            }
        }
        assertThat(missing).isEmpty();
        assertThat(found).isGreaterThan(50);
    }

    private static boolean has(String source, String member) {
        return member == null
                || Pattern.compile("\\b" + member + "\\b").matcher(source).find();
    }

    private static boolean isOfJava(String name) {
        return OF_JAVA.stream().anyMatch(packageName -> {
            try {
                Class.forName(packageName + name);
                return true;
            } catch (ClassNotFoundException e) {
                return false;
            }
        });
    }

    @Test
    void eachTestThatIsNamedIsThere() throws IOException {
        Map<String, String> sources = sources();
        TreeSet<String> missing = new TreeSet<>();
        int found = 0;
        for (Path page : pages()) {
            for (String code : code(page)) {
                for (MatchResult named : TEST.matcher(code).results().toList()) {
                    found++;
                    String source = sources.getOrDefault(named.group(1), "");
                    if (named.group(2) == null ? source.isEmpty() : !source.contains(" " + named.group(2) + "(")) {
                        missing.add(page.getFileName() + ": " + named.group());
                    }
                }
            }
        }
        assertThat(missing).isEmpty();
        assertThat(found).isGreaterThan(100);
    }

    /** A test that {@code -Dtest} leaves out under an old name would run. */
    @Test
    void eachTestThatCiNamesIsThere() throws IOException {
        List<String> named = Pattern.compile("\\b([A-Z]\\w+Test)\\b")
                .matcher(Files.readString(ROOT.resolve(".ci/run")))
                .results()
                .map(found -> found.group(1))
                .toList();
        assertThat(sources().keySet()).containsAll(named);
        assertThat(named).hasSizeGreaterThan(5);
    }

    @Test
    void eachScriptThatIsNamedIsThere() throws IOException {
        TreeSet<String> scripts = new TreeSet<>();
        for (Path module : modules()) {
            for (Path file : files(module.resolve("src"), ".*/src/main/.*\\.lua")) {
                scripts.add(file.getFileName().toString());
            }
        }
        TreeSet<String> named = new TreeSet<>();
        for (Path page : pages()) {
            SCRIPT.matcher(withoutFences(page)).results().forEach(script -> named.add(script.group(1)));
        }
        assertThat(scripts).containsAll(named);
        assertThat(named).isNotEmpty();
    }

    @Test
    void eachRuleThatIsNamedIsThere() throws IOException {
        String spec = Files.readString(ROOT.resolve("spec/wire-format.md"));
        Set<String> rules =
                RULE_LINE.matcher(spec).results().map(line -> line.group(1)).collect(Collectors.toSet());
        TreeSet<String> named = new TreeSet<>();
        for (Path page : pages()) {
            RULE.matcher(withoutFences(page)).results().forEach(rule -> named.add(rule.group()));
        }
        assertThat(rules).hasSizeGreaterThan(100).containsAll(named);
    }

    private static Path keys() throws IOException {
        List<Path> found = new ArrayList<>();
        for (Path module : modules()) {
            found.addAll(files(module.resolve("src"), ".*/src/main/java/.*/Keys\\.java"));
        }
        assertThat(found).hasSize(1);
        return found.get(0);
    }

    /** Names of keys and their parts, as far as they are no words that stand elsewhere, too. */
    private static Set<String> namesOfKeys() throws IOException {
        return literals(keys(), LITERAL).stream()
                .filter(name -> name.matches(":?[a-z]+[:_-][a-z:_-]*|:[a-z]+"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void eachKeyThatIsNamedIsMadeInKeys() throws IOException {
        Set<String> names = namesOfKeys();
        assertThat(names).contains("queue:", "worker:", ":started", "java:sessions", "workers:heartbeat");
        Set<String> families = names.stream()
                .filter(name -> name.indexOf(':') > 0)
                .map(name -> name.substring(0, name.indexOf(':') + 1))
                .collect(Collectors.toSet());
        TreeSet<String> missing = new TreeSet<>();
        int found = 0;
        for (Path page : pages()) {
            for (String key : code(page)) {
                if (KEY.matcher(key).matches() && families.stream().anyMatch(key::startsWith)) {
                    found++;
                    if (!names.contains(key) && !NOT_OURS.contains(key) && !isMadeOf(names, key)) {
                        missing.add(page.getFileName() + ": " + key);
                    }
                }
            }
        }
        assertThat(missing).isEmpty();
        assertThat(found).isGreaterThan(30);
    }

    /** Whether a key begins and ends as Keys makes it, such as {@code worker:<id>:started}. */
    private static boolean isMadeOf(Set<String> names, String key) {
        String end = key.substring(key.lastIndexOf(':'));
        boolean ends = end.contains("<") || key.indexOf(':') == key.lastIndexOf(':') || names.contains(end);
        boolean counts = key.startsWith("stat:"); // the names of counters come from the callers
        boolean begins = names.stream().anyMatch(name -> name.endsWith(":") && key.startsWith(name));
        return begins && (ends || counts);
    }

    @Test
    void keysAreMadeInKeysAlone() throws IOException {
        Set<String> names = namesOfKeys();
        Path keys = keys();
        TreeSet<String> elsewhere = new TreeSet<>();
        for (Path module : modules()) {
            Path main = module.resolve("src/main/java");
            if (!APART.contains(module.getFileName().toString()) && Files.isDirectory(main)) {
                for (Path file : files(main, ".*\\.java")) {
                    TreeSet<String> literals = literals(file, LITERAL);
                    literals.retainAll(names);
                    if (!file.equals(keys) && !literals.isEmpty()) {
                        elsewhere.add(file.getFileName() + ": " + literals);
                    }
                }
            }
        }
        assertThat(elsewhere).isEmpty();
    }

    @Test
    void eachLinkLeadsToAPageAndItsHeading() throws IOException {
        TreeSet<String> broken = new TreeSet<>();
        int found = 0;
        for (Path page : pages()) {
            for (MatchResult link : LINK.matcher(withoutFences(page)).results().toList()) {
                String[] parts = link.group(1).split("#", 2);
                if (!link.group(1).matches("https?:.*")) {
                    found++;
                    Path target = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]);
                    if (!Files.exists(target)
                            || parts.length > 1 && !anchors(target).contains(parts[1])) {
                        broken.add(page.getFileName() + ": " + link.group(1));
                    }
                }
            }
        }
        assertThat(broken).isEmpty();
        assertThat(found).isGreaterThan(60);
    }

    /** As GitHub makes them. */
    private static Set<String> anchors(Path page) throws IOException {
        return HEADING.matcher(withoutFences(page))
                .results()
                .map(heading -> heading.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\w\\- ]", "")
                        .replace(' ', '-'))
                .collect(Collectors.toSet());
    }
}
