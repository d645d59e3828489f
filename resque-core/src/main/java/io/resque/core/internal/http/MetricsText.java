package io.resque.core.internal.http;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.stream.Collectors;

/** Writes Prometheus's text format, version 0.0.4. For one thread. */
final class MetricsText {
    static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

    /** Names of queues may have any length. */
    static final int LONGEST_LABEL = 200;

    private final StringBuilder text = new StringBuilder();

    /** One without labels. */
    void gauge(String name, String help, double value) {
        family(name, "gauge", help);
        sample(name, "", value);
    }

    void counter(String name, String help, double value) {
        family(name, "counter", help);
        sample(name, "", value);
    }

    void gauges(
            String name, String help, String label, Map<String, ? extends Number> values, BinaryOperator<Double> both) {
        family(name, "gauge", help);
        samples(name, label, values, both);
    }

    void counters(String name, String help, String label, Map<String, ? extends Number> values) {
        family(name, "counter", help);
        samples(name, label, values, Double::sum);
    }

    /** Two names may become one by being cut, and one must not stand there twice. */
    private void samples(String name, String label, Map<String, ? extends Number> values, BinaryOperator<Double> both) {
        SortedMap<String, Double> cut = new TreeMap<>();
        values.forEach((value, number) -> cut.merge(shortened(value), number.doubleValue(), both));
        cut.forEach((value, number) -> sample(name, label(label, value), number));
    }

    /**
     * One series of a histogram.
     *
     * @param labels names and values
     * @param counts how many values each bucket has; the last bucket has no upper bound
     * @param sum of all values
     */
    record Histogram(SortedMap<String, String> labels, List<Long> counts, double sum) {}

    /** Histograms with the same labels and the same upper bounds of their buckets. */
    void histograms(String name, String help, List<Double> bounds, List<Histogram> histograms) {
        family(name, "histogram", help);
        for (Histogram each : histograms) {
            String labels = each.labels.entrySet().stream()
                    .map(label -> label(label.getKey(), label.getValue()))
                    .collect(Collectors.joining(","));
            long count = 0;
            for (int i = 0; i <= bounds.size(); i++) {
                count += each.counts.get(i);
                String bound = i < bounds.size() ? shown(bounds.get(i)) : "+Inf";
                sample(name + "_bucket", labels + "," + label("le", bound), count);
            }
            sample(name + "_sum", labels, each.sum);
            sample(name + "_count", labels, count);
        }
    }

    private void family(String name, String type, String help) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    private void sample(String name, String labels, double number) {
        text.append(name);
        if (!labels.isEmpty()) {
            text.append('{').append(labels).append('}');
        }
        text.append(' ').append(shown(number)).append('\n');
    }

    private static String label(String name, String value) {
        return name + "=\"" + escaped(value) + '"';
    }

    private static String shown(double number) {
        return number == Math.rint(number) && Math.abs(number) < 1e15
                ? Long.toString((long) number)
                : Double.toString(number);
    }

    static String shortened(String value) {
        if (value.length() <= LONGEST_LABEL) {
            return value;
        }
        int end = Character.isHighSurrogate(value.charAt(LONGEST_LABEL - 1)) ? LONGEST_LABEL - 1 : LONGEST_LABEL;
        return value.substring(0, end) + "…";
    }

    private static String escaped(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    byte[] bytes() {
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}
