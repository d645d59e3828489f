package io.resque.activejob;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** How what stands in Redis differs from a recorded case. Times are compared by their distances: each run has its own clock. */
final class RecordedDifferences {
    private static final Set<String> TIMES = Set.of("enqueued_at", "scheduled_at");

    private final RecordedCase recorded;
    private final List<String> found = new ArrayList<>();

    RecordedDifferences(RecordedCase recorded) {
        this.recorded = recorded;
    }

    List<String> of(RailsRedis redis, List<String> ran) {
        compareRuns(ran);
        compareFailures(redis.failures());
        items("delayed", recorded.delayed(), redis.delayed());
        items("queue", recorded.list("resque:queue:default"), redis.list("queue:default"));
        equal("processed", recorded.stat("processed"), redis.stat("processed"));
        equal("failed", recorded.stat("failed"), redis.stat("failed"));
        return found;
    }

    private void equal(String what, Object expected, Object actual) {
        if (!Objects.equals(plain(expected), plain(actual))) {
            found.add(what + ": Ruby " + expected + ", here " + actual);
        }
    }

    /** Numbers by their value, without what only Ruby shows. */
    private static Object plain(Object value) {
        if (value instanceof Number number) {
            return number.doubleValue();
        } else if (value instanceof List<?> list) {
            return list.stream().map(RecordedDifferences::plain).toList();
        } else if (value instanceof Map<?, ?> map) {
            Map<Object, Object> copy = new LinkedHashMap<>();
            map.forEach((key, each) -> copy.put(key, plain(each)));
            copy.remove("iso");
            return copy;
        }
        return value == null ? "nil" : value;
    }

    private boolean sameSize(String what, Collection<?> expected, Collection<?> actual) {
        equal("number of " + what, expected.size(), actual.size());
        return expected.size() == actual.size();
    }

    List<String> found() {
        return found;
    }

    void compareRuns(List<String> ran) {
        compareRuns(recorded.list("test:ran"), ran);
    }

    void compareRuns(List<String> expected, List<String> ran) {
        if (!sameSize("runs", expected, ran)) {
            return;
        }
        for (int i = 0; i < expected.size(); i++) {
            String ruby = expected.get(i);
            if (ruby.startsWith("[\"")) {
                run((List<?>) RailsRedis.read(ruby), (Map<?, ?>) RailsRedis.read(ran.get(i)));
            } else if (ruby.startsWith("rescued ") && ran.get(i).startsWith("rescued ")) {
                continue; // then the names of the classes follow
            } else if (ruby.startsWith("opts={") && !ruby.contains("=>")) {
                equal("run", ruby.replaceAll("(\\w+): ", ":$1=>"), ran.get(i)); // Ruby 3.4
            } else {
                equal("run", ruby, ran.get(i));
            }
        }
    }

    private void run(List<?> ruby, Map<?, ?> here) {
        equal("class", ruby.get(0), here.get("class"));
        equal("args", ruby.get(1), here.get("args"));
        equal("keywords", ruby.get(2), here.get("keywords"));
        equal("executions", ruby.get(3), here.get("executions"));
        equal("exception_executions", ruby.get(4) == null ? Map.of() : ruby.get(4), here.get("exception_executions"));
        if (here.get("locale") != null) { // otherwise Rails shows its default
            equal("locale", ruby.get(5), here.get("locale"));
        }
        equal("timezone", ruby.get(6), here.get("timezone"));
        equal("queue_name", ruby.get(7), here.get("queue_name"));
        time("enqueued_at", (String) ruby.get(10), (String) here.get("enqueued_at"));
        time("scheduled_at", (String) ruby.get(11), (String) here.get("scheduled_at"));
    }

    /** Before 7.1 Rails keeps the member as it is, also if it is no time. */
    private void time(String what, String ruby, String here) {
        String text = ruby.replace("\"", "").replace(" UTC", "Z").replace(' ', 'T');
        boolean isTime = text.matches("\\d{4}-.*Z");
        boolean isKept = !isTime && (ruby.startsWith("\"") || ruby.matches("[0-9.]+"));
        if (!isKept) {
            equal(what, isTime ? Instant.parse(text).toString() : null, here);
        }
    }

    private void compareFailures(List<String> actual) {
        List<String> expected = recorded.list("resque:failed");
        if (!sameSize("failures", expected, actual)) {
            return;
        }
        for (int i = 0; i < expected.size(); i++) {
            Map<?, ?> ruby = (Map<?, ?>) RailsRedis.read(expected.get(i));
            Map<?, ?> here = (Map<?, ?>) RailsRedis.read(actual.get(i));
            equal("payload of the failure", ruby.get("payload"), here.get("payload"));
            equal("queue of the failure", ruby.get("queue"), here.get("queue"));
            equal("retried", ruby.containsKey("retried_at"), here.containsKey("retried_at"));
            String error = (String) ruby.get("exception");
            if (error.matches("AppError|SubError|OtherError")) {
                String name = (String) here.get("exception");
                equal("exception", error, name.substring(name.lastIndexOf('$') + 1));
                if (!error.equals(ruby.get("error"))) { // without a message it is the class
                    equal("error", ruby.get("error"), here.get("error"));
                }
            }
        }
    }

    private void items(String what, List<String> expected, List<String> actual) {
        if (!sameSize(what, expected, actual)) {
            return;
        }
        for (int i = 0; i < expected.size(); i++) {
            Map<?, ?> ruby = (Map<?, ?>) RailsRedis.read(expected.get(i));
            Map<?, ?> here = (Map<?, ?>) RailsRedis.read(actual.get(i));
            equal(what + " queue", ruby.get("queue"), here.get("queue"));
            hash(what, RailsRedis.hashOf(expected.get(i)), RailsRedis.hashOf(actual.get(i)));
        }
    }

    private void hash(String what, Map<String, Object> ruby, Map<String, Object> here) {
        Map<String, Object> expected = new LinkedHashMap<>(ruby);
        Map<String, Object> actual = new LinkedHashMap<>(here);
        if (String.valueOf(ruby.get("job_id")).startsWith("00000002")) { // of a new job
            expected.put("job_id", actual.get("job_id"));
        }
        expected.keySet().removeAll(TIMES);
        actual.keySet().removeAll(TIMES);
        equal(what, expected, actual);
        if (ruby.get("scheduled_at") instanceof String due && here.get("scheduled_at") instanceof String ours) {
            Duration wait = Duration.between(Instant.parse((String) ruby.get("enqueued_at")), Instant.parse(due));
            Duration our = Duration.between(Instant.parse((String) here.get("enqueued_at")), Instant.parse(ours));
            if (!wait.isNegative()
                    && (our.compareTo(wait.minusMillis(1)) < 0 || our.compareTo(wait.plusSeconds(1)) > 0)) {
                found.add("waits " + wait + " in Ruby, " + our + " here");
            }
        } else if (ruby.containsKey("scheduled_at")) {
            equal("scheduled_at", ruby.get("scheduled_at"), here.get("scheduled_at"));
        }
    }
}
