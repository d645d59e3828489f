package io.resque.activejob;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.activejob.codec.ArgumentCodec;
import io.resque.activejob.codec.ArgumentCodecException;
import io.resque.activejob.codec.Arguments;
import io.resque.activejob.codec.Target;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The arguments of {@code perform_later} as six versions of Rails were recorded to write them ({@code arguments.json}), written by ours for
 * the same version, and read by ours; and single arguments as Rails was recorded to read them ({@code decode.json}), read by ours.
 */
class RecordedArgumentsTest {
    /** Cases that ours ends in another way, and the section of the recorded specification that asks for it. */
    private static final Map<String, String> WRITTEN_OTHERWISE = new LinkedHashMap<>();

    private static final Map<String, String> ONLY_RAILS_WRITES = new LinkedHashMap<>();
    private static final Map<String, String> READ_OTHERWISE = new LinkedHashMap<>();
    private static final Map<String, String> ONLY_RAILS_READS = new LinkedHashMap<>();

    static {
        WRITTEN_OTHERWISE.put(
                "float_nan|float_infinity", "16: NaN and Infinity are refused; Rails' own JSON writes null for them");
        WRITTEN_OTHERWISE.put(
                "big_decimal_special",
                "16: NaN and Infinity are refused, also those of BigDecimal, which Java does not have");
        WRITTEN_OTHERWISE.put(
                "hash_same_key_string_and_symbol", "4: one of the two is lost without a word, so both are refused");
        WRITTEN_OTHERWISE.put(
                "string_binary", "3: raw UTF-8, as Ruby writes it; JRuby refuses bytes that have no encoding");
        WRITTEN_OTHERWISE.put("floats", "3 and 16: JSON as plain Resque writes it; Oj writes 0.0 for -0.0");
        WRITTEN_OTHERWISE.put(
                "big_decimal",
                "4 and 16: for 7.1 by the serializer that it reads, though it writes texts by old defaults; the text is that of an"
                        + " application, 1.1, and not 0.11e1; Java has no -0.0");
        WRITTEN_OTHERWISE.put("anonymous_class", "4: refused since 7.0; 6.1 writes null, which no worker reads");
        WRITTEN_OTHERWISE.put(
                "deep_98",
                "3: a worker with the json gem reads 100 levels, so ours writes no more, as the json gem does");
        WRITTEN_OTHERWISE.put(
                "keywords|keywords_only|keywords_string_key_splat|hash_literal_then_keywords|action_mailer",
                "4 and 16: Rails on JRuby marks keywords as a hash of symbols, which perform(flag:) refuses");
        ONLY_RAILS_WRITES.put(
                "string_invalid_utf8|string_latin1", "a Java String is Unicode; Ruby's has an encoding of its own");
        ONLY_RAILS_WRITES.put(
                "action_controller_parameters_like",
                "parameters of Action Controller, an object that lives in a Rails process");
        ONLY_RAILS_WRITES.put(
                "action_mailer_parameterized",
                "the recording has no typed inputs; RecordedJobsTest writes it as mail_parameterized");

        ONLY_RAILS_READS.put(
                "global_id_not_found|global_id_unknown_class|global_id_composite|global_id_class_without_identification|global_id_kernel",
                "looks the record up; ours reads the GlobalID, which 16 asks for");
        ONLY_RAILS_READS.put("module_unknown", "looks the constant up; ours reads its name, which 16 asks for");
        ONLY_RAILS_READS.put("module_constant_that_is_no_module", "looks the constant up; ours reads its name");
        ONLY_RAILS_READS.put(
                "serializer_is_job_class|serializer_is_job_base|serializer_is_arguments|serializer_not_registered_but_defined"
                        + "|serializer_is_some_class|serializer_is_json_module",
                "takes any constant for a serializer; by 17 ours takes registered ones only");
        READ_OTHERWISE.put(
                "serializer_unknown|serializer_null|serializer_empty|serializer_number",
                "16: an unknown serializer gives a value that says so, and no error until it is asked");
        READ_OTHERWISE.put(
                "global_id_not_a_gid|global_id_number",
                "16: nothing is lost; Rails gives nil and runs the job, ours gives a value that says so");
        READ_OTHERWISE.put(
                "global_id_base64", "5: where Ruby's Base64 is loaded, as in any application, it is read, too");
        READ_OTHERWISE.put(
                "duration_parts_missing", "16: a duration is read from its value alone; Rails does since 8.1");
        READ_OTHERWISE.put(
                "range.*|big_decimal.*", "16: ours reads what later versions write; this one does not know the type");
        READ_OTHERWISE.put(
                "time_no_offset", "4: the local time of the worker, so ours gives a LocalDateTime and guesses no zone");
        READ_OTHERWISE.put("time_with_zone.*", "16: the zone if it is known, else the offset; the instant is the same");
    }

    private static final ArgumentCodec READER =
            ArgumentCodec.builder().serializer(TypedValues.MONEY).build();

    private final Map<Target, Map<String, Integer>> byTarget = new EnumMap<>(Target.class);

    @Test
    void whatRailsWritesIsWrittenAndRead() {
        Recorded table = new Recorded("arguments");
        for (Map<String, Object> recorded : Recorded.cases("arguments")) {
            write(recorded, table);
        }
        byTarget.forEach((target, ends) -> System.out.println("  " + target + ": " + ends));
        table.tell();
    }

    private void write(Map<String, Object> recorded, Recorded table) {
        String name = recorded.get("name").toString();
        Object typed = Recorded.map(recorded.get("inputs")).get("typed");
        String onlyRails = Recorded.reason(ONLY_RAILS_WRITES, name);
        if (onlyRails != null) {
            table.ended(name, Recorded.Verdict.ONLY_RAILS, onlyRails);
            return;
        }
        String rule = Recorded.reason(WRITTEN_OTHERWISE, name);
        Recorded.Verdict verdict = null;
        String detail = "";
        for (Target target : Recorded.targets(recorded)) {
            Object[] end = written(Recorded.list(typed), target, Recorded.map(recorded.get("expected")));
            Recorded.Verdict one = (Recorded.Verdict) end[0];
            if (one == Recorded.Verdict.REST && rule != null) {
                one = Recorded.Verdict.BY_RULE;
            }
            byTarget.computeIfAbsent(target, none -> new TreeMap<>()).merge(one.toString(), 1, Integer::sum);
            verdict = verdict == null || one.compareTo(verdict) > 0 ? one : verdict;
            detail = one == Recorded.Verdict.REST ? target + ": " + end[1] : detail;
        }
        table.ended(name, verdict, verdict == Recorded.Verdict.BY_RULE ? rule : detail);
    }

    /** The verdict, and what was written. */
    private static Object[] written(List<Object> typed, Target target, Map<String, Object> expected) {
        Arguments given = TypedValues.arguments(typed);
        ArgumentCodec codec = ArgumentCodec.builder()
                .target(target)
                .serializer(TypedValues.MONEY)
                .build();
        List<@Nullable Object> tree;
        try {
            tree = codec.write(given);
        } catch (ArgumentCodecException e) {
            boolean both = expected.get("error") != null;
            return new Object[] {
                both ? Recorded.Verdict.BOTH_REFUSE : Recorded.Verdict.REST, "ours refuses: " + e.getMessage()
            };
        }
        String ours = Recorded.text(tree);
        if (!(expected.get("payload") instanceof String payload)) {
            return new Object[] {Recorded.Verdict.REST, "only Rails refuses " + ours};
        }
        Object theirs = arguments(payload);
        Arguments read = READER.read(theirs);
        boolean isLossy = target.compareTo(Target.RAILS_7_1) < 0;
        if (!isLossy && !TypedValues.same(read, given)) {
            return new Object[] {Recorded.Verdict.REST, "read as " + read + ", and not as " + given};
        }
        if (payload.contains("\"arguments\":" + ours + ",\"executions\"")) {
            return new Object[] {Recorded.Verdict.BYTES, ""};
        }
        boolean same = TypedValues.same(READER.read(tree), read);
        return new Object[] {same ? Recorded.Verdict.VALUE : Recorded.Verdict.REST, ours + " in place of " + theirs};
    }

    private static @Nullable Object arguments(String payload) {
        Object job =
                Recorded.list(Recorded.map(Recorded.json(payload)).get("args")).get(0);
        return Recorded.map(job).get("arguments");
    }

    @Test
    void whatRailsReadsIsRead() {
        Recorded table = new Recorded("decode");
        for (Map<String, Object> recorded : Recorded.cases("decode")) {
            read(recorded, table);
        }
        table.tell();
    }

    private static void read(Map<String, Object> recorded, Recorded table) {
        String name = recorded.get("name").toString();
        Map<String, Object> expected = Recorded.map(recorded.get("expected"));
        String raw = Recorded.map(recorded.get("inputs")).get("raw").toString();
        String detail;
        try {
            Arguments read = READER.read(Recorded.json("[" + raw + "]"));
            if (expected.get("error") == null) {
                Arguments wanted = TypedValues.arguments(List.of(expected.get("decoded")));
                if (TypedValues.same(read, wanted)) {
                    table.ended(name, Recorded.Verdict.VALUE, "");
                    return;
                }
                detail = "read as " + read + ", and not as " + wanted;
            } else {
                detail = "only Rails refuses; ours reads " + read;
            }
        } catch (ArgumentCodecException e) {
            assertThat(e.getMessage()).startsWith("Argument 0");
            if (expected.get("error") != null) {
                table.ended(name, Recorded.Verdict.BOTH_REFUSE, "");
                return;
            }
            detail = "ours refuses: " + e.getMessage();
        }
        String onlyRails = Recorded.reason(ONLY_RAILS_READS, name);
        String rule = Recorded.reason(READ_OTHERWISE, name);
        table.ended(
                name,
                onlyRails != null
                        ? Recorded.Verdict.ONLY_RAILS
                        : rule != null ? Recorded.Verdict.BY_RULE : Recorded.Verdict.REST,
                onlyRails != null ? onlyRails : rule != null ? rule : detail);
    }
}
