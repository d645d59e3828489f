package io.resque.core.internal.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.ConfigurationException;
import io.resque.api.spi.BackendConfig;
import io.resque.backend.redis.RedisSettings;
import io.resque.core.Resque;
import io.resque.core.ResqueBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The variables that say where Redis is, and their rows in {@code docs/environment.md}. */
class EnvironmentTest {
    private static final Path PAGE = Path.of("..", "docs", "environment.md");
    private static final Pattern GIVEN = Pattern.compile("`([A-Z_]+)=([^`]*)`");

    private static Map<String, String> of(String line) {
        Map<String, String> variables = new HashMap<>();
        for (String each : line.split(" ")) {
            int at = each.indexOf('=');
            variables.put(each.substring(0, at), each.substring(at + 1));
        }
        return variables;
    }

    private static String url(Map<String, String> variables) {
        return new RedisVariables(new Texts(variables)).url().orElse(ResqueBuilder.DEFAULT_URL);
    }

    @ParameterizedTest
    @CsvSource({
        "PREFIX=x, redis://localhost:6379/0",
        "REDIS_URL=redis://h:1/2, redis://h:1/2",
        "REDIS_URL=redis://h:1/2 REDIS_BACKEND=other, redis://other:6379",
        "REDIS_BACKEND=h:7000 REDIS_BACKEND_DB=3, redis://h:7000/3",
        "REDIS_BACKEND=redis://u:p@h:7000/5 REDIS_BACKEND_DB=5, redis://:p@h:7000/5",
        "REDIS_BACKEND=redis://u:p@h:7000/5 REDIS_BACKEND_DB=05, redis://:p@h:7000/5",
        "REDIS_BACKEND_DB=5, redis://localhost:6379/5",
        "REDIS_URL=redis://h:7000 REDIS_BACKEND_DB=5, redis://h:7000/5",
        "REDIS_URL=127.0.0.1:7831 REDIS_BACKEND_DB=5, redis://127.0.0.1:7831/5",
        "REDIS_URL=h REDIS_BACKEND_DB=5, redis://h/5",
        "REDIS_URL=[::1]:7000 REDIS_BACKEND_DB=5, redis://[::1]:7000/5",
        "REDIS_URL=h:7000:5 REDIS_BACKEND_DB=5, h:7000:5",
        "REDIS_URL=h:7000:5/a/b REDIS_BACKEND_DB=5, h:7000:5/a/b",
        "REDIS_URL=h:6379/shop REDIS_BACKEND_DB=5, redis://h:6379/5?namespace=shop",
        "REDIS_URL=h:6379/a+ö& REDIS_BACKEND_DB=5, redis://h:6379/5?namespace=a%2B%C3%B6%26",
        "REDIS_BACKEND=h:6379/5, redis://h:6379/5",
        "REDIS_BACKEND=redis://:p/a%3Fs#s@w@127.0.0.1:7833 REDIS_BACKEND_DB=5, redis://:p/a%3Fs#s@w@127.0.0.1:7833/5",
        "REDIS_BACKEND=redis://:p@h:7000/?timeout=1s REDIS_BACKEND_DB=5, redis://:p@h:7000/5?timeout=1s",
        "REDIS_BACKEND=redis-sentinel://h1:26379;h2#m REDIS_BACKEND_DB=5, redis-sentinel://h1:26379;h2/5#m",
        "REDIS_URL=rediss-sentinel://u:p@h1;h2/?timeout=3s#m REDIS_BACKEND_DB=5, rediss-sentinel://u:p@h1;h2/5?timeout=3s#m",
        "REDIS_URL=rediss://:a#b@h REDIS_BACKEND_DB=5, rediss://:a#b@h/5",
        "REDIS_BACKEND=redis://h REDIS_BACKEND_DB=3, redis://h/3",
        "REDIS_BACKEND=redis://h/?timeout=1s REDIS_BACKEND_DB=3, redis://h/3?timeout=1s",
        "REDIS_BACKEND= REDIS_URL=h:1, h:1",
        "REDIS_BACKEND=redis://u:a:b@x@h/5, redis://:a:b@x@h/5",
        "REDIS_BACKEND=u:p/a@h:7000/5, redis://:p/a@h:7000/5",
        "REDIS_BACKEND=redis://u:@h, redis://:@h",
        "REDIS_BACKEND=redis://secret@h, redis://:secret@h",
        "REDIS_BACKEND=redis://u:p@h?persistent=&timeout=2&namespace=n, redis://:p@h?timeout=2&namespace=n",
        "REDIS_BACKEND=redis://u:cC9hPyNz@h/2?persistent=x&password-encoding=b, redis://:p%2Fa%3F%23s@h/2",
        "REDIS_BACKEND=redis-sentinel://u:p#w@h1;h2?timeout=1s#m, redis-sentinel://:p#w@h1;h2?timeout=1s#m",
        "REDIS_BACKEND=unix:///run/a@b/r.sock, unix:///run/a@b/r.sock",
        "REDIS_BACKEND=unix:///run/a@b/r.sock?persistent=x REDIS_BACKEND_DB=3, unix:///run/a@b/r.sock?db=3",
        "REDIS_BACKEND=unix://u:p/a@/run/r.sock REDIS_BACKEND_DB=3, unix://:p/a@/run/r.sock?db=3",
        "REDIS_URL=unix://u:p@/run/r.sock?namespace=n REDIS_BACKEND_DB=3, unix://u:p@/run/r.sock?namespace=n&db=3",
        "REDIS_URL=unix:///run/r.sock?db=03 REDIS_BACKEND_DB=3, unix:///run/r.sock?db=03",
    })
    void whereRedisIs(String variables, String url) {
        Map<String, String> given = of(variables.replace(';', ','));
        assertThat(url(given)).isEqualTo(url.replace(';', ','));
        Resque.builder()
                .configureFromEnvironment(given)
                .backend("jedis")
                .serializer("gson")
                .build()
                .close();
    }

    static Stream<Arguments> rows() throws IOException {
        return Files.readAllLines(PAGE).stream()
                .map(line -> line.split("\\|"))
                .filter(cells -> cells.length == 5)
                .filter(cells -> cells[1].strip().startsWith("`REDIS_")
                        || cells[1].strip().startsWith("`PREFIX="))
                .map(cells -> Arguments.of(cells[1].strip(), cells[4].strip()));
    }

    @Test
    void thePageHasManyRows() throws IOException {
        assertThat(rows()).hasSizeGreaterThan(30);
    }

    @ParameterizedTest
    @MethodSource("rows")
    void aSpellingMeansWhatThePageSays(String given, String here) {
        Map<String, String> variables = new LinkedHashMap<>();
        GIVEN.matcher(given).results().forEach(each -> variables.put(each.group(1), each.group(2)));
        assertThat(variables).isNotEmpty();
        assertThat(meaning(variables)).isEqualTo(here);
    }

    private static String meaning(Map<String, String> variables) {
        String name = variables.keySet().iterator().next();
        try {
            Resque.builder()
                    .configureFromEnvironment(variables)
                    .backend("jedis")
                    .serializer("gson")
                    .build()
                    .close(); // the backend can read the URL
            if (!name.equals("PREFIX")) {
                return "`" + url(variables) + "`";
            }
            String prefix = new RedisVariables(new Texts(variables)).prefix().orElse(null);
            return "keys begin with `"
                    + RedisSettings.parse(new BackendConfig(url(variables), prefix))
                            .namespace() + ":`";
        } catch (ConfigurationException e) {
            assertThat(e.getMessage()).as("names the variable or the URL").containsAnyOf(name, "Redis URL");
            return "refused";
        }
    }
}
