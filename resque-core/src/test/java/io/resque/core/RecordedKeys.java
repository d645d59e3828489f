package io.resque.core;

import io.resque.api.MalformedPayloadException;
import io.resque.api.spi.Payload;
import io.resque.api.spi.WireTimes;
import io.resque.tck.RespClient;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What stands in Redis after a call of ours, against what was recorded after the same call of another Resque. Payloads
 * and statuses are compared by what they say; ids, times and the tokens in keys only by being there, and workers
 * by their queues.
 */
final class RecordedKeys {
    private static final String TOKEN = "[0-9a-f]{32}";
    private static final String WORKER = "[^:]+:\\d+:";

    private final boolean bytes;

    /** Compares by the bytes, or by what payloads and statuses say. */
    RecordedKeys(boolean bytes) {
        this.bytes = bytes;
    }

    private record Entry(String type, Object value, boolean expires) {}

    /** The differences in words, sorted; the prefixes of keys aside. */
    Set<String> differences(Map<?, ?> recorded, String recordedPrefix, RespClient redis, String prefix) {
        Map<String, Entry> theirs = new TreeMap<>();
        recorded.forEach((key, entry) -> {
            if (key.toString().startsWith(recordedPrefix)) {
                theirs.put(masked(key.toString().substring(recordedPrefix.length())), recordedEntry((Map<?, ?>) entry));
            }
        });
        Map<String, Entry> ours = new TreeMap<>();
        redis.dump(prefix)
                .forEach((key, value) -> ours.put(
                        masked(key.substring(prefix.length())),
                        new Entry(redis.text("TYPE", key), maskedValue(value), redis.number("TTL", key) >= 0)));
        Set<String> differences = new TreeSet<>();
        theirs.forEach((key, entry) -> {
            if (!ours.containsKey(key)) {
                differences.add("no key " + key);
            } else {
                compare(key, entry, ours.get(key), differences);
            }
        });
        // As the first registration writes it: a counter of 0 is as one that is absent.
        ours.entrySet()
                .removeIf(entry -> entry.getKey().matches("stat:(processed|failed)")
                        && !theirs.containsKey(entry.getKey())
                        && "0".equals(entry.getValue().value));
        ours.keySet().stream().filter(key -> !theirs.containsKey(key)).forEach(key -> differences.add(key + " added"));
        return differences;
    }

    private static Entry recordedEntry(Map<?, ?> entry) {
        Object value = entry.get("value");
        return new Entry(
                entry.get("type").toString(),
                maskedValue("set".equals(entry.get("type")) ? new TreeSet<>((List<?>) value) : value),
                ((Number) entry.get("ttl")).longValue() >= 0);
    }

    private static String masked(String key) {
        return key.replaceFirst("^(job:(?:.*_)?)" + TOKEN + ":status$", "$1#:status")
                .replaceFirst("^(worker:|stat:\\w+:)" + WORKER, "$1#:");
    }

    /** The id of a worker without host and process. */
    static String maskedWorker(String id) {
        return id.replaceFirst("^" + WORKER, "#:");
    }

    /** Of sets, which may be those of workers. */
    private static Object maskedValue(Object value) {
        return value instanceof Set<?> members
                ? members.stream()
                        .map(member -> maskedWorker(member.toString()))
                        .collect(Collectors.toSet())
                : value;
    }

    private void compare(String key, Entry theirs, Entry ours, Set<String> differences) {
        if (!theirs.type.equals(ours.type)) {
            differences.add(key + " is a " + ours.type);
        } else if (theirs.type.equals("list")) {
            lists(key, (List<?>) theirs.value, (List<?>) ours.value, differences);
        } else if (key.startsWith("job:")) {
            texts(key, theirs.value.toString(), ours.value.toString(), differences);
        } else if (key.endsWith(":started")) {
            if (!isTime(theirs.value) || !isTime(ours.value)) {
                differences.add("other text in " + key);
            }
        } else if (!theirs.value.equals(ours.value)) {
            differences.add(key + " is " + ours.value + ", not " + theirs.value);
        }
        if (theirs.expires != ours.expires) {
            differences.add(key + (ours.expires ? " expires" : " does not expire"));
        }
    }

    private void lists(String key, List<?> theirs, List<?> ours, Set<String> differences) {
        if (theirs.size() != ours.size()) {
            differences.add(key + " has " + ours.size() + " elements, not " + theirs.size());
            return;
        }
        for (int i = 0; i < theirs.size(); i++) {
            texts(key, theirs.get(i).toString(), ours.get(i).toString(), differences);
        }
    }

    /** Two JSON texts, or two that are none. */
    void texts(String where, String theirs, String ours, Set<String> differences) {
        if (theirs.equals(ours)) {
            return;
        }
        if (!bytes && tree(theirs) instanceof Map<?, ?> a && tree(ours) instanceof Map<?, ?> b) {
            a.forEach((member, value) -> {
                if (!b.containsKey(member)) {
                    differences.add("no " + member);
                } else if (!same(member.toString(), value, b.get(member))) {
                    differences.add("other " + member);
                }
            });
            b.keySet().stream().filter(member -> !a.containsKey(member)).forEach(m -> differences.add(m + " added"));
        } else {
            differences.add("other text in " + where);
        }
    }

    private static boolean same(String member, Object theirs, Object ours) {
        return switch (member) {
            case "id" ->
                theirs.equals(ours)
                        || theirs.toString().matches(TOKEN) && ours.toString().matches(TOKEN);
            case "payload" -> sameMembers(theirs, ours);
            case "failed_at" -> isTime(theirs) && isTime(ours);
            case "worker" -> maskedWorker(theirs.toString()).equals(maskedWorker(ours.toString()));
            case "queue_time", "updated", "started" -> theirs instanceof Number && ours instanceof Number;
            default -> theirs == null ? ours == null : theirs.equals(ours);
        };
    }

    private static boolean sameMembers(Object theirs, Object ours) {
        return theirs instanceof Map<?, ?> a
                && ours instanceof Map<?, ?> b
                && a.keySet().equals(b.keySet())
                && a.keySet().stream().allMatch(member -> same(member.toString(), a.get(member), b.get(member)));
    }

    private static boolean isTime(Object text) {
        return WireTimes.parse(text.toString()).isPresent();
    }

    /** By the serializer that the client under test does not use. */
    private static Object tree(String text) {
        try {
            return CoreRedis.JACKSON.decode(Payload.ofText(text));
        } catch (MalformedPayloadException e) {
            return text;
        }
    }
}
