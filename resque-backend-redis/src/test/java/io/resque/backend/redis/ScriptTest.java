package io.resque.backend.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Of which files a script consists. The kit tests what the scripts do. */
class ScriptTest {
    private static final Path FOLDER = Path.of("src/main/resources/io/resque/backend/redis");
    private static final Pattern FUNCTION = Pattern.compile("(?m)^local function (\\w+)\\(");

    /** The functions of each file that is no script. */
    private static Map<String, List<String>> parts() throws IOException {
        List<String> scripts = Arrays.stream(Script.values())
                .map(script -> script.name().toLowerCase(Locale.ROOT) + ".lua")
                .toList();
        Map<String, List<String>> parts = new TreeMap<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(FOLDER, "*.lua")) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                if (!scripts.contains(name)) {
                    parts.put(
                            name,
                            FUNCTION.matcher(Files.readString(file))
                                    .results()
                                    .map(function -> function.group(1))
                                    .toList());
                }
            }
        }
        return parts;
    }

    private static String own(Script script) {
        try {
            return Files.readString(FOLDER.resolve(script.name().toLowerCase(Locale.ROOT) + ".lua"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String code(String text) {
        return text.lines().map(line -> line.replaceFirst("--.*", "")).collect(Collectors.joining("\n"));
    }

    @Test
    void aScriptHasTheFunctionsThatItUses() throws IOException {
        Map<String, List<String>> parts = parts();
        assertThat(parts).containsKeys("types.lua", "effects.lua");
        List<String> missing = new ArrayList<>();
        for (Script script : Script.values()) {
            String code = code(script.text());
            parts.forEach((part, functions) -> {
                for (String function : functions) {
                    int used = firstUse(code, function);
                    int defined = code.indexOf("local function " + function + "(");
                    if (used >= 0 && (defined < 0 || defined > used)) {
                        missing.add(script + " uses " + function + " without \"-- with " + part + "\" before");
                    }
                }
            });
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void aScriptHasNoFileThatItDoesNotUse() throws IOException {
        Map<String, List<String>> parts = parts();
        List<String> unused = new ArrayList<>();
        for (Script script : Script.values()) {
            String code = code(script.text());
            parts.forEach((part, functions) -> {
                if (Pattern.compile("(?m)^ *-- with .*\\b" + Pattern.quote(part))
                                .matcher(own(script))
                                .find()
                        && functions.stream().allMatch(function -> firstUse(code, function) < 0)) {
                    unused.add(script + " uses nothing of " + part);
                }
            });
        }
        assertThat(unused).isEmpty();
    }

    private static int firstUse(String code, String function) {
        return Pattern.compile("(?<!local function |[\\w.'])" + function + "\\b(?! =)")
                .matcher(code)
                .results()
                .mapToInt(use -> use.start())
                .findFirst()
                .orElse(-1);
    }
}
