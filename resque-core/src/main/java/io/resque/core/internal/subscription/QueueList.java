package io.resque.core.internal.subscription;

import io.resque.api.ConfigurationException;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.JsonRules;
import io.resque.api.spi.Payload;
import io.resque.api.spi.Subscription;
import io.resque.core.internal.support.Log;
import io.resque.core.internal.wire.QueueNames;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;

/**
 * The queues of a worker, in order: names, patterns such as {@code mail_*}, and exclusions such as {@code !low}. As soon
 * as one of them is a pattern or an exclusion, all stand only for queues that exist, as in Ruby.
 */
public final class QueueList {
    private static final Logger LOG = Log.WORKER;

    private static final Pattern BRACES = Pattern.compile("\\{[^}]*,.*}");

    private final List<String> wanted;
    private final List<Glob> patterns;
    private final List<Glob> exclusions;

    private QueueList(List<String> wanted, List<String> unwanted) {
        this.wanted = List.copyOf(wanted);
        this.patterns = wanted.stream().map(Glob::new).toList();
        this.exclusions = unwanted.stream().map(Glob::new).toList();
    }

    /** Blanks around a name are cut off, as Ruby does; and an entry may be a list, as in {@code QUEUE=critical,low}. */
    public static QueueList of(String... queues) {
        List<String> wanted = new ArrayList<>();
        List<String> unwanted = new ArrayList<>();
        for (String entry : entries(queues)) {
            boolean excluded = entry.startsWith("!");
            String name = excluded ? entry.substring(1).strip() : entry;
            String problem = QueueNames.entryProblem(name);
            if (problem != null) {
                throw new ConfigurationException(
                        "The queue name \"" + JsonRules.forLog(entry) + "\" of a worker " + problem);
            }
            (excluded ? unwanted : wanted).add(name);
        }
        if (wanted.isEmpty()) {
            throw new ConfigurationException("A worker needs a queue: name one, such as default, or * for all"
                    + (unwanted.isEmpty() ? "" : "; exclusions alone name none"));
        }
        return new QueueList(wanted, unwanted);
    }

    /** The names for which an entry stands that is a pattern; empty if it is a name. */
    public static Optional<Predicate<String>> pattern(String entry) {
        Glob glob = new Glob(entry);
        return glob.isPattern() ? Optional.of(glob::matches) : Optional.empty();
    }

    private static List<String> entries(String... queues) {
        List<String> entries = new ArrayList<>();
        for (String queue : queues) {
            if (BRACES.matcher(Objects.requireNonNull(queue, "queue")).find()) {
                LOG.warn(
                        "Braces are no alternatives in the queues of a worker, as in Ruby: {} stands for names with a brace"
                                + " in them; name each queue",
                        JsonRules.forLog(queue));
            }
            if (queue.indexOf(',') < 0) {
                entries.add(queue.strip());
            } else {
                Stream.of(queue.split(","))
                        .map(String::strip)
                        .filter(entry -> !entry.isEmpty())
                        .forEach(entries::add);
            }
        }
        return entries;
    }

    /** Whether the queues depend on which there are. */
    boolean isDynamic() {
        return !exclusions.isEmpty() || patterns.stream().anyMatch(Glob::isPattern);
    }

    /** The queues that a dynamic list stands for, in the order in which they are looked at. */
    Set<String> among(Collection<String> known) {
        List<String> sorted = new ArrayList<>(known);
        sorted.sort((a, b) ->
                Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8)));
        Set<String> names = new LinkedHashSet<>();
        for (Glob pattern : patterns) {
            sorted.stream().filter(pattern::matches).forEach(names::add);
        }
        names.removeIf(name -> exclusions.stream().anyMatch(exclusion -> exclusion.matches(name)));
        return names;
    }

    /** The entries but for exclusions, in the given order, duplicates kept. */
    public List<String> entries() {
        return wanted;
    }

    /** The list as it stands in a worker id; as in Ruby, without the exclusions. */
    @Override
    public String toString() {
        return String.join(",", wanted);
    }

    /** For a list that is not dynamic. */
    Subscription subscription(JobSerializer serializer, long maxPayload) {
        return subscription(serializer, new LinkedHashSet<>(wanted), maxPayload);
    }

    /** With the text around a job in the record of a worker: {@code {"queue":"high","run_at":"…","payload":…}}. */
    static Subscription subscription(JobSerializer serializer, Set<String> names, long maxPayload) {
        List<Subscription.Source> sources = new ArrayList<>();
        for (String name : names) {
            Payload json = serializer.encode(name);
            sources.add(new Subscription.Source(name, "{\"queue\":" + json.text() + ",\"run_at\":\""));
        }
        return new Subscription(sources, "\",\"payload\":", "}", maxPayload);
    }
}
