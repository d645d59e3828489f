package io.resque.tck;

import static io.resque.tck.Checking.ruleIfNamed;
import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.spi.FailureEdit;
import io.resque.api.spi.FailureEntry;
import io.resque.api.spi.FailureList;
import io.resque.api.spi.Payload;
import io.resque.api.spi.Push;
import io.resque.api.spi.QueueBackend;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Replays the recorded commands of a client through the ports, and compares each answer with the answer to the command. */
final class PortReplay {
    private static final String QUEUE = "queue:";

    private static final Set<String> COMMANDS = Set.of(
            "sadd", "rpush", "lset", "del", "incrby", "get", "llen", "lindex", "lrange", "smembers", "lpop", "lrem");

    private final QueueBackend backend;
    private final RespClient redis;
    private final String namespace;

    PortReplay(QueueBackend backend, RespClient redis, String namespace) {
        this.backend = backend;
        this.redis = redis;
        this.namespace = namespace;
    }

    /** Sends a command to Redis directly, under the namespace. */
    private List<@Nullable String> raw(String command, String name, Object... rest) {
        List<Object> words = new ArrayList<>(List.of(command, namespace + ":" + name));
        words.addAll(List.of(rest));
        Object reply = redis.call(words.toArray());
        List<@Nullable String> texts = new ArrayList<>();
        if (reply instanceof List<?> list) {
            list.forEach(element -> texts.add(RespValues.asText(element)));
        } else if (reply != null) {
            texts.add(RespValues.asText(reply));
        }
        return texts;
    }

    /** The number that Redis answers to a command; 0 if the key is absent. */
    private long number(String command, String name) {
        List<@Nullable String> texts = raw(command, name);
        return texts.isEmpty() ? 0 : Long.parseLong(String.valueOf(texts.get(0)));
    }

    /** Whether there is at least one command, and a port for each command. */
    static boolean knows(RecordedCommands transcript) {
        return !transcript.commands().isEmpty()
                && transcript.commands().stream()
                        .allMatch(command ->
                                COMMANDS.contains(command.get(0)) && !command.contains("\0") && isKnown(command));
    }

    private static boolean isKnown(List<String> command) {
        String name = command.size() > 1 ? command.get(1) : "";
        boolean queue = name.startsWith(QUEUE);
        boolean failures = name.equals("failed") || name.endsWith("_failed");
        return switch (command.get(0)) {
            case "sadd", "smembers" -> name.equals("queues") || name.equals("failed_queues") || name.equals("workers");
            case "rpush" -> queue || failures;
            case "lset" -> failures;
            case "del" -> failures || name.startsWith("stat:");
            case "incrby", "get" -> name.startsWith("stat:");
            case "lpop" -> queue;
            case "lrem" -> queue || failures;
            default -> queue || failures;
        };
    }

    void play(RecordedCommands transcript) {
        for (int i = 0; i < transcript.commands().size(); ) {
            i += step(transcript, i);
        }
    }

    /** Replays one call of a port, and returns the number of commands that it replaces. */
    private int step(RecordedCommands transcript, int i) {
        List<String> command = transcript.at(i);
        List<String> next = transcript.at(i + 1);
        String name = command.size() > 1 ? command.get(1) : "";
        boolean queue = name.startsWith(QUEUE);
        ruleIfNamed(ruleOf(command.get(0), name));
        switch (command.get(0)) {
            case "sadd" -> {
                if (name.equals("queues") && next.get(0).equals("rpush")) {
                    backend.queues().push(push(next));
                    return 2;
                }
                if (name.equals("failed_queues") && next.get(0).equals("rpush")) {
                    add(next);
                    return 2;
                }
                assertThat(raw("SISMEMBER", name, command.get(2)))
                        .as("announced before")
                        .containsExactly("1");
            }
            case "rpush" -> add(command);
            case "lset" -> {
                return edit(transcript, i);
            }
            case "del" -> delete(name);
            case "incrby" ->
                assertThat(backend.statistics()
                                .increment(name.replaceFirst("stat:", ""), Long.parseLong(command.get(2))))
                        .isEqualTo(number("GET", name));
            case "get" ->
                assertThat(backend.statistics().get(name.replaceFirst("stat:", "")))
                        .isEqualTo(number("GET", name));
            case "llen" ->
                assertThat(
                                queue
                                        ? backend.queues().size(queue(name))
                                        : backend.failures().count(list(name)))
                        .isEqualTo(number("LLEN", name));
            case "lindex" -> {
                long index = index(name, command.get(2));
                assertThat(range(name, index, 1)).isEqualTo(raw("LINDEX", name, command.get(2)));
            }
            case "lrange" -> {
                long start = index(name, command.get(2));
                long end = index(name, command.get(3));
                assertThat(range(name, start, end - start + 1))
                        .isEqualTo(raw("LRANGE", name, command.get(2), command.get(3)));
            }
            case "smembers" -> assertThat(members(name)).containsExactlyInAnyOrderElementsOf(raw("SMEMBERS", name));
            case "lpop" -> {
                List<@Nullable String> head = raw("LINDEX", name, 0);
                assertThat(texts(backend.queues().take(queue(name), 1))).isEqualTo(head);
            }
            case "lrem" -> {
                Payload payload = Payload.ofText(command.get(3));
                long count = raw("LRANGE", name, 0, -1).stream()
                        .filter(payload.text()::equals)
                        .count();
                assertThat(backend.queues().removeAll(queue(name), List.of(payload)))
                        .containsExactly(count);
            }
            default -> throw new AssertionError("There is no port for " + command);
        }
        return 1;
    }

    /** The rule that says what a command does with a key. */
    private static String ruleOf(String command, String name) {
        if (name.equals("queues") || name.startsWith(QUEUE)) {
            return switch (command) {
                case "llen", "smembers" -> "W-107";
                case "lindex", "lrange" -> "W-108";
                case "lpop" -> "W-109";
                case "lrem" -> "W-111";
                default -> "W-101";
            };
        }
        if (name.startsWith("stat:")) {
            return command.equals("del") ? "W-602" : "W-601";
        }
        return switch (command) {
            case "llen", "lindex", "lrange" -> "W-303";
            case "lset", "lrem" -> "W-304";
            case "del" -> "W-308";
            default -> name.equals("failed") ? "W-301" : "W-302";
        };
    }

    private static Push push(List<String> rpush) {
        return new Push(queue(rpush.get(1)), List.of(Payload.ofText(rpush.get(2))), List.of());
    }

    private void add(List<String> rpush) {
        backend.failures().add(List.of(new FailureEntry(list(rpush.get(1)), Payload.ofText(rpush.get(2)))));
    }

    /**
     * Replays the edit of a failure record: a replacement, perhaps with a push, or a removal, before which Ruby empties
     * the record.
     */
    private int edit(RecordedCommands transcript, int i) {
        List<String> lset = transcript.at(i);
        String name = lset.get(1);
        long index = index(name, lset.get(2));
        List<@Nullable String> standing = raw("LINDEX", name, lset.get(2));
        Payload expected = Payload.ofText(standing.isEmpty() ? "none" : String.valueOf(standing.get(0)));
        boolean removal = lset.get(3).isEmpty();
        boolean pushes = !removal && transcript.at(i + 1).get(0).equals("sadd");
        ruleIfNamed(pushes ? "W-305" : "W-304");
        assertThat(backend.failures()
                        .edit(
                                list(name),
                                List.of(new FailureEdit(
                                        index,
                                        expected,
                                        removal ? null : Payload.ofText(lset.get(3)),
                                        pushes ? push(transcript.at(i + 2)) : null))))
                .containsExactly(!standing.isEmpty());
        return pushes ? 3 : transcript.at(i + 1).get(0).equals("lrem") ? 2 : 1;
    }

    private void delete(String name) {
        if (name.startsWith("stat:")) {
            backend.statistics().clear(name.replaceFirst("stat:", ""));
        } else {
            long count = number("LLEN", name);
            assertThat(backend.failures().clear(list(name))).isEqualTo(count);
        }
    }

    private long index(String name, String word) {
        long index = Long.parseLong(word);
        return index < 0 ? number("LLEN", name) + index : index;
    }

    private List<String> range(String name, long start, long count) {
        return texts(
                name.startsWith(QUEUE)
                        ? backend.queues().range(queue(name), start, count)
                        : backend.failures().range(list(name), start, count));
    }

    private List<String> members(String name) {
        return switch (name) {
            case "queues" -> List.copyOf(backend.queues().names());
            case "workers" -> List.copyOf(backend.workers().ids());
            case "failed_queues" ->
                backend.failures().lists().stream()
                        .filter(list -> list.queue() != null)
                        .map(list -> list.queue() + "_failed")
                        .toList();
            default -> throw new AssertionError("There is no port for the members of " + name);
        };
    }

    static String queue(String name) {
        return name.substring(QUEUE.length());
    }

    static FailureList list(String name) {
        return name.equals("failed") ? FailureList.COMMON : new FailureList(name.replaceFirst("_failed$", ""));
    }

    private static List<String> texts(List<Payload> payloads) {
        return payloads.stream().map(Payload::text).toList();
    }

    /** Checks that the ports read all keys as they are. */
    void readEverything() {
        Map<String, Object> dump = new TreeMap<>();
        redis.dump(namespace + ":").forEach((key, value) -> dump.put(key.substring(namespace.length() + 1), value));
        dump.forEach((name, value) -> {
            if (name.startsWith(QUEUE) || name.equals("failed") || name.endsWith("_failed")) {
                ruleIfNamed("W-107");
                ruleIfNamed(name.startsWith(QUEUE) ? "W-108" : "W-303");
                assertThat(range(name, 0, 1_000)).as(name).isEqualTo(elements(name, value));
            } else if (name.startsWith("stat:")) {
                ruleIfNamed("W-601");
                assertThat(backend.statistics().get(name.substring("stat:".length())))
                        .as(name)
                        .isEqualTo(Long.parseLong(value.toString()));
            } else if (name.equals("queues") || name.equals("failed_queues")) {
                ruleIfNamed(name.equals("queues") ? "W-107" : "W-302");
                assertThat(members(name)).as(name).containsExactlyInAnyOrderElementsOf(strings(value));
            }
        });
        ruleIfNamed("W-508");
        assertThat(backend.workers().ids()).containsAll(strings(dump.getOrDefault("workers", List.of())));
        ruleIfNamed("W-509");
        Map<?, ?> heartbeats = (Map<?, ?>) dump.getOrDefault("workers:heartbeat", Map.of());
        backend.workers().inspect(backend.workers().ids()).forEach(worker -> {
            assertThat(worker.started()).isEqualTo(dump.get("worker:" + worker.id() + ":started"));
            assertThat(worker.heartbeat()).isEqualTo(heartbeats.get(worker.id()));
            Payload record = worker.record();
            assertThat(record == null ? null : record.text()).isEqualTo(dump.get("worker:" + worker.id()));
            assertThat(worker.registered())
                    .isEqualTo(strings(dump.getOrDefault("workers", List.of())).contains(worker.id()));
        });
    }

    /** The elements of a list, or of a sorted set, in which Jesque keeps delayed jobs; a key of another type has none. */
    private List<?> elements(String name, Object value) {
        String type = String.valueOf(raw("TYPE", name).get(0));
        return type.equals("zset") ? raw("ZRANGE", name, 0, -1) : value instanceof List<?> list ? list : List.of();
    }

    private static List<String> strings(Object members) {
        List<String> strings = new ArrayList<>();
        ((Iterable<?>) members).forEach(member -> strings.add(String.valueOf(member)));
        return strings;
    }
}
