package io.resque.web.internal.pages;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.text.MessageFormat;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;

/** The sentences of one language, from {@code messages_<language>.properties}. Thread-safe. */
final class Texts {
    /** Each has a file. The first is taken for a browser that asks for none of them. */
    static final List<String> LANGUAGES = List.of("en", "de", "es", "fr", "ja", "pt");

    private static final Set<String> RIGHT_TO_LEFT = Set.of("ar", "fa", "he", "iw", "ur");

    private static final int LONGEST_HEADER = 200;

    private static final Map<String, Texts> ALL = all();

    /** For logs and programs of the application, whoever asks. */
    static final Texts ENGLISH = ALL.get(LANGUAGES.get(0));

    private final Locale locale;
    private final Properties sentences;

    private Texts(Locale locale, Properties sentences) {
        this.locale = locale;
        this.sentences = sentences;
    }

    private static Map<String, Texts> all() {
        Map<String, Texts> all = new LinkedHashMap<>();
        for (String language : LANGUAGES) {
            Texts first = all.get(LANGUAGES.get(0));
            Properties sentences = new Properties(first == null ? null : first.sentences);
            try (InputStream file = Texts.class.getResourceAsStream("messages_" + language + ".properties")) {
                sentences.load(new InputStreamReader(file, StandardCharsets.UTF_8));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            all.put(language, new Texts(Locale.forLanguageTag(language), sentences));
        }
        return all;
    }

    /** By the header {@code Accept-Language}. */
    static Texts of(String accepted) {
        if (accepted.isBlank() || accepted.length() > LONGEST_HEADER) {
            return ENGLISH;
        }
        try {
            String tag = Locale.lookupTag(Locale.LanguageRange.parse(accepted), LANGUAGES);
            return tag == null ? ENGLISH : ALL.get(tag);
        } catch (IllegalArgumentException e) {
            return ENGLISH; // such a header is none
        }
    }

    String language() {
        return locale.toLanguageTag();
    }

    /** For the attribute {@code dir}. */
    String direction() {
        return direction(locale);
    }

    static String direction(Locale locale) {
        return RIGHT_TO_LEFT.contains(locale.getLanguage()) ? "rtl" : "ltr";
    }

    String text(String key, Object... values) {
        String sentence = sentences.getProperty(key);
        if (sentence == null) {
            throw new IllegalArgumentException("There is no text " + key);
        }
        return new MessageFormat(sentence, locale).format(values);
    }

    /** A time of which people need to know how long it is, such as {@code 3 min}. */
    String duration(Duration time) {
        long seconds = Math.abs(time.toSeconds());
        if (seconds < 60) {
            return text("time.seconds", seconds);
        }
        if (seconds < 3_600) {
            return text("time.minutes", seconds / 60);
        }
        return seconds < 172_800 ? text("time.hours", seconds / 3_600) : text("time.days", seconds / 86_400);
    }

    String ago(Instant then, Instant now) {
        return text("time.ago", duration(Duration.between(then, now)));
    }
}
