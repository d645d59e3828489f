package io.resque.web.internal.pages;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Properties;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TextsTest {
    private static final Path MAIN = Path.of("src/main");

    private static Properties sentences(String language) throws IOException {
        Properties sentences = new Properties();
        try (InputStreamReader file = new InputStreamReader(
                Texts.class.getResourceAsStream("messages_" + language + ".properties"), StandardCharsets.UTF_8)) {
            sentences.load(file);
        }
        return sentences;
    }

    @Test
    void eachLanguageHasTheSameSentencesWithTheSameValues() throws IOException {
        Properties first = sentences(Texts.LANGUAGES.get(0));
        for (String language : Texts.LANGUAGES) {
            Properties other = sentences(language);
            assertThat(other.stringPropertyNames()).isEqualTo(first.stringPropertyNames());
            for (String key : first.stringPropertyNames()) {
                assertThat(values(other.getProperty(key)))
                        .as(language + " " + key)
                        .isEqualTo(values(first.getProperty(key)));
                assertThat(other.getProperty(key))
                        .as("an apostrophe is a sign of MessageFormat")
                        .doesNotContain("'");
            }
        }
    }

    private static TreeSet<String> values(String sentence) {
        TreeSet<String> values = new TreeSet<>();
        Pattern.compile("\\{(\\d)").matcher(sentence).results().forEach(found -> values.add(found.group(1)));
        return values;
    }

    /** A key that is put together at run time begins with one of these. */
    private static final Pattern COMPOSED =
            Pattern.compile("(nav|history|figure|button|done|confirm|state|severity)\\..*");

    @Test
    void eachSentenceIsUsed() throws IOException {
        StringBuilder sources = new StringBuilder();
        for (Path folder : new Path[] {MAIN.resolve("java"), MAIN.resolve("jte")}) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    sources.append(Files.readString(file));
                }
            }
        }
        assertThat(sentences("en").stringPropertyNames())
                .allSatisfy(
                        key -> assertThat(COMPOSED.matcher(key).matches() || sources.indexOf("\"" + key + "\"") >= 0)
                                .as(key)
                                .isTrue());
    }

    @Test
    void aBrowserThatAsksForNonsenseGetsTheFirstLanguage() {
        for (String accepted : new String[] {"", "tlh", "de;q=x", ";;;", "x".repeat(10_000)}) {
            assertThat(Texts.of(accepted).language()).isEqualTo("en");
        }
    }

    @Test
    void aBrowserGetsTheLanguageThatItPrefers() {
        assertThat(Texts.of("tlh, pt-BR;q=0.9, en;q=0.8").language()).isEqualTo("pt");
        assertThat(Texts.of("de-AT,de;q=0.9").text("nav.overview")).isEqualTo("Übersicht");
        assertThat(Texts.of("fr").text("done.clear", "mail", 0L)).isEqualTo("Aucun job supprimé de mail");
        assertThat(Texts.of("de").text("done.clear", "mail", 1_234L)).isEqualTo("1.234 Jobs von mail entfernt");
    }

    @Test
    void theDirectionIsThatOfTheLanguage() {
        assertThat(Texts.of("de").direction()).isEqualTo("ltr");
        assertThat(Texts.direction(Locale.forLanguageTag("he"))).isEqualTo("rtl");
        assertThat(Texts.direction(Locale.forLanguageTag("ar-EG"))).isEqualTo("rtl");
    }

    @Test
    void timesAreShort() {
        Texts texts = Texts.of("en");
        assertThat(texts.duration(Duration.ofSeconds(59))).isEqualTo("59 s");
        assertThat(texts.duration(Duration.ofSeconds(3_599))).isEqualTo("59 min");
        assertThat(texts.duration(Duration.ofHours(47))).isEqualTo("47 h");
        assertThat(texts.duration(Duration.ofDays(2_000))).isEqualTo("2,000 d");
    }

    @Test
    void noTemplateWritesWithoutEscapes() throws IOException {
        try (Stream<Path> files = Files.walk(MAIN.resolve("jte"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(file))
                        .as(file.toString())
                        .doesNotContain("$unsafe", "style=", "onclick", "javascript:")
                        .doesNotContainPattern("<script(?! src=\"\\$\\{frame.asset\\(AssetFile\\.\\w+\\)}\")");
            }
        }
    }
}
