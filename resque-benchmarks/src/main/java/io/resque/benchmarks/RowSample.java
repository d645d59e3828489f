package io.resque.benchmarks;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The results of one subject for one row.
 *
 * @param values the result of each repetition, in order
 */
record RowSample(List<Double> values) {
    RowSample {
        values = List.copyOf(values);
    }

    /** The samples of subjects by name. */
    static Map<String, RowSample> of(Map<String, List<Double>> results) {
        Map<String, RowSample> samples = new LinkedHashMap<>();
        results.forEach((subject, values) -> samples.put(subject, new RowSample(values)));
        return samples;
    }

    double median() {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    double least() {
        return values.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    }

    double most() {
        return values.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
    }

    /** The ratios, repetition by repetition: a disturbance in a repetition affects both subjects. */
    RowSample dividedBy(RowSample other) {
        return new RowSample(IntStream.range(0, values.size())
                .mapToObj(i -> values.get(i) / other.values.get(i))
                .toList());
    }

    /** The median as text, with the least and the most. */
    String text(String format) {
        return String.format(Locale.ROOT, format + " (" + format + "–" + format + ")", median(), least(), most());
    }
}
