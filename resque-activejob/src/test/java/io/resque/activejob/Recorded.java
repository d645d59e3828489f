package io.resque.activejob;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.activejob.codec.Target;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.Payload;
import io.resque.serialization.gson.GsonSerializerProvider;
import io.resque.serialization.jackson.JacksonSerializerProvider;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Recorded cases of ActiveJob on Resque ({@code enqueued/*.json}), and a table of what ours does with them. */
final class Recorded {
    static final JobSerializer GSON = new GsonSerializerProvider().create();
    static final JobSerializer JACKSON = new JacksonSerializerProvider().create();

    /** How a case ended. */
    enum Verdict {
        BYTES("the same bytes"),
        VALUE("an equal value"),
        BOTH_REFUSE("both refuse"),
        ONLY_RAILS("only a Rails process can"),
        BY_RULE("otherwise by a rule"),
        REST("the rest");

        private final String words;

        Verdict(String words) {
            this.words = words;
        }
    }

    private final String file;
    private final Map<Verdict, Map<String, String>> ends = new TreeMap<>();
    private int cases;

    Recorded(String file) {
        this.file = file;
        for (Verdict verdict : Verdict.values()) {
            ends.put(verdict, new LinkedHashMap<>());
        }
    }

    /** The whole of a file. */
    static Map<String, Object> tree(String file) {
        try (InputStream in = Recorded.class.getResourceAsStream("enqueued/" + file + ".json")) {
            byte[] bytes = Objects.requireNonNull(in).readAllBytes();
            return map(GSON.decode(Payload.of(bytes)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<Map<String, Object>> cases(String file) {
        return list(tree(file).get("cases")).stream().map(Recorded::map).toList();
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> map(@Nullable Object tree) {
        return (Map<String, Object>) Objects.requireNonNull(tree);
    }

    @SuppressWarnings("unchecked")
    static List<Object> list(@Nullable Object tree) {
        return (List<Object>) Objects.requireNonNull(tree);
    }

    static @Nullable Object json(String text) {
        return GSON.decode(Payload.ofText(text));
    }

    static String text(@Nullable Object tree) {
        return GSON.encode(tree).text();
    }

    /** The reason whose pattern fits the name of a case, without the versions behind it. */
    static @Nullable String reason(Map<String, String> reasons, String name) {
        return reasons.entrySet().stream()
                .filter(each -> name.matches("(" + each.getKey() + ")( \\[.*)?"))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(null);
    }

    /** The versions of Rails in which a case was recorded, without those of other JSON libraries. */
    static List<Target> targets(Map<String, Object> recorded) {
        List<Target> targets = new ArrayList<>();
        for (Object run : list(recorded.get("rails"))) {
            String version = run.toString();
            Target target = version.startsWith("main")
                    ? Target.RAILS_8_1
                    : Target.valueOf("RAILS_" + version.charAt(0) + "_" + version.charAt(2));
            if (!targets.contains(target)) {
                targets.add(target);
            }
        }
        return targets;
    }

    void ended(String name, Verdict verdict, String why) {
        cases++;
        ends.get(verdict).put(cases + " " + name, why);
    }

    /** Prints the table, and fails if a case differs for no reason. */
    void tell() {
        System.out.printf("%s.json: %d cases", file, cases);
        ends.forEach((verdict, cases) -> System.out.printf(", %s %d", verdict.words, cases.size()));
        System.out.println();
        for (Verdict verdict : List.of(Verdict.ONLY_RAILS, Verdict.BY_RULE, Verdict.REST)) {
            ends.get(verdict)
                    .forEach((name, why) -> System.out.println("  " + verdict.words + ": " + name + ": " + why));
        }
        assertThat(ends.get(Verdict.REST))
                .as("cases of %s that differ without a reason", file)
                .isEmpty();
        assertThat(cases).isEqualTo(cases(file).size());
    }
}
