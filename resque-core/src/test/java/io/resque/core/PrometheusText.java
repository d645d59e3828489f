package io.resque.core;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads Prometheus's text format 0.0.4 as strictly as its page has it, and refuses what its parser would refuse or keep only by
 * good will: there is no library for Java that reads it.
 */
final class PrometheusText {
    private static final String NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
    private static final Pattern HELP = Pattern.compile("# HELP (" + NAME + ") ((?:[^\\\\]|\\\\[\\\\n])*)");
    private static final Pattern TYPE =
            Pattern.compile("# TYPE (" + NAME + ") (counter|gauge|histogram|summary|untyped)");
    private static final Pattern LABEL =
            Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\\\\\"\n]|\\\\[\\\\\"n])*)\"");
    private static final Pattern SAMPLE =
            Pattern.compile("(" + NAME + ")(?:\\{((?:" + LABEL.pattern() + ",?)*)})? (\\S+)", Pattern.DOTALL);

    /** Name to type. */
    final Map<String, String> types = new LinkedHashMap<>();

    /** Name to label value, empty without a label, to number. */
    final Map<String, Map<String, Double>> samples = new LinkedHashMap<>();

    private final Set<String> helped = new HashSet<>();
    private final Set<String> over = new HashSet<>();
    private String current = "";

    /** The bucket before, in a histogram. */
    private double bound = Double.NEGATIVE_INFINITY;

    private double bucket;

    static PrometheusText read(String text) {
        if (!text.endsWith("\n")) {
            throw new AssertionError("The last line does not end");
        }
        PrometheusText read = new PrometheusText();
        for (String line : text.substring(0, text.length() - 1).split("\n", -1)) {
            read.line(line);
        }
        return read;
    }

    private void line(String line) {
        Matcher help = HELP.matcher(line);
        Matcher type = TYPE.matcher(line);
        Matcher sample = SAMPLE.matcher(line);
        if (help.matches()) {
            of(help.group(1));
            require(helped.add(help.group(1)) && !samples.containsKey(help.group(1)), line);
        } else if (type.matches()) {
            of(type.group(1));
            require(!samples.containsKey(type.group(1)), line);
            require(types.put(type.group(1), type.group(2)) == null, line);
        } else {
            require(sample.matches(), line);
            String family = family(sample.group(1));
            of(family);
            require(types.containsKey(family), line);
            double value = number(sample.group(sample.groupCount()));
            require(!types.get(family).equals("counter") || value >= 0, line);
            String key = String.join("|", labels(sample.group(2)));
            if (types.get(family).equals("histogram")) {
                histogram(sample.group(1).substring(family.length()), key, value, line);
            }
            require(
                    samples.computeIfAbsent(sample.group(1), name -> new LinkedHashMap<>())
                                    .put(key, value)
                            == null,
                    line);
        }
    }

    /** The samples of a histogram have its name with an ending. */
    private String family(String name) {
        String base = name.replaceFirst("_(bucket|sum|count)$", "");
        return "histogram".equals(types.get(base)) ? base : name;
    }

    private static double number(String text) {
        return text.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(text);
    }

    /** Bounds and counts of the buckets rise; the last one, without a bound, is the count. */
    private void histogram(String ending, String key, double value, String line) {
        switch (ending) {
            case "_bucket" -> {
                double next = number(key.substring(key.lastIndexOf('|') + 1));
                require(next > bound && value >= bucket, line);
                bound = next;
                bucket = value;
            }
            case "_sum" -> require(bound == Double.POSITIVE_INFINITY && value >= 0, line);
            case "_count" -> {
                require(bound == Double.POSITIVE_INFINITY && value == bucket, line);
                bound = Double.NEGATIVE_INFINITY;
                bucket = 0;
            }
            default -> require(false, line);
        }
    }

    private static List<String> labels(String text) {
        List<String> values = new ArrayList<>();
        Matcher label = LABEL.matcher(text == null ? "" : text);
        while (label.find()) {
            values.add(label.group(2).replaceAll("\\\\n", "\n").replaceAll("\\\\([\\\\\"])", "$1"));
        }
        return values;
    }

    /** All lines of a metric stand together. */
    private void of(String name) {
        if (!name.equals(current)) {
            over.add(current);
            require(!over.contains(name), name);
            current = name;
        }
    }

    private static void require(boolean well, String line) {
        if (!well) {
            throw new AssertionError("Prometheus would refuse: " + line);
        }
    }

    /** One that has no label. */
    double value(String name) {
        return value(name, "");
    }

    double value(String name, String label) {
        Double value = samples.getOrDefault(name, Map.of()).get(label);
        if (value == null) {
            throw new AssertionError("There is no " + name + " of \"" + label + "\" in " + samples);
        }
        return value;
    }
}
