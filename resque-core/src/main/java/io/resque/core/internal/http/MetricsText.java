package io.resque.core.internal.http;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BinaryOperator;

/** Writes Prometheus's text format, version 0.0.4. For one thread. */
final class MetricsText {
    static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

    /** Names of queues may have any length. */
    static final int LONGEST_LABEL = 200;

    private final StringBuilder text = new StringBuilder();

    /** One without labels. */
    void gauge(String name, String help, double value) {
        family(name, "gauge", help);
        sample(name, "", "", value);
    }

    void counter(String name, String help, double value) {
        family(name, "counter", help);
        sample(name, "", "", value);
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
        cut.forEach((value, number) -> sample(name, label, value, number));
    }

    private void family(String name, String type, String help) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    private void sample(String name, String label, String value, double number) {
        text.append(name);
        if (!label.isEmpty()) {
            text.append('{').append(label).append("=\"").append(escaped(value)).append("\"}");
        }
        text.append(' ').append(shown(number)).append('\n');
    }

    private static String shown(double number) {
        return number == Math.rint(number) && Math.abs(number) < 1e15
                ? Long.toString((long) number)
                : Double.toString(number);
    }

    private static String shortened(String value) {
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
