package io.resque.core.internal.schedule;

import io.resque.api.JobSpec;
import io.resque.api.MalformedPayloadException;
import io.resque.api.Misfire;
import io.resque.api.Unique;
import io.resque.api.spi.JsonRules;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The entry of a recurring job as a tree.
 *
 * <pre>
 * Ruby  {"cron":"30 6 * * 1 Europe/Stockholm","class":"My_Job","queue":"high","args":[1,"x"],"description":"…"}
 *       {"every":["1h",{"first_in":300}],"class":"My_Job","args":"x","rails_env":"production, staging"}
 * ours  {"every":"1h30m","class":"My_Job","queue":"high","args":[1,"x"],"misfire":"skip","rails_env":"java",
 *        "created_at":"2026-11-29 02:13:39 +0000"}
 * </pre>
 *
 * <p>Ruby's scheduler ends at an entry with a {@code cron} or {@code every} that its parser refuses, so {@link #tree} writes none. It
 * shows an entry of another {@code rails_env}, and does not fire it.
 */
final class EntryShape {
    /** The {@code rails_env} of entries that only this library fires. */
    static final String OURS = "java";

    private static final String CRON = "cron";
    private static final String EVERY = "every";
    private static final String CLASS = "class";
    private static final String CUSTOM_CLASS = "custom_job_class";
    private static final String QUEUE = "queue";
    private static final String ARGS = "args";
    private static final String DESCRIPTION = "description";
    private static final String METADATA = "metadata";
    private static final String FIRST_AT = "first_at";
    private static final String MISFIRE = "misfire";
    private static final String SKIP = "skip";
    private static final String UNIQUE = "unique";
    private static final String RAILS_ENV = "rails_env";
    private static final String ENV = "env";
    private static final String CREATED_AT = "created_at";

    private static final Set<String> KNOWN = Set.of(
            CRON,
            EVERY,
            CLASS,
            CUSTOM_CLASS,
            QUEUE,
            ARGS,
            DESCRIPTION,
            METADATA,
            FIRST_AT,
            MISFIRE,
            UNIQUE,
            RAILS_ENV,
            ENV,
            CREATED_AT);

    /** Options of Ruby's scheduler after which an entry fires no longer. It counts anew whenever it starts, so nobody else can. */
    private static final List<String> ENDS = List.of("times", "last", "last_at", "last_in", "last_time");

    private EntryShape() {}

    // Writing

    /**
     * The entry as a tree.
     *
     * @param old the entry that it replaces, whose unknown members are kept, and its creation if the timing is the same: otherwise ticks
     *     of the new timing would count from before it was there. Null if there is none
     * @param now when it is written
     * @throws IllegalArgumentException if a timing cannot be written; the message names it and the way out
     */
    static Map<String, @Nullable Object> tree(NewEntry entry, @Nullable Map<?, ?> old, Instant now) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        Instant first = null;
        if (entry.timing() instanceof NewEntry.Cron cron) {
            tree.put(CRON, cron.text());
        } else if (entry.timing() instanceof NewEntry.Every every) {
            tree.put(EVERY, every.text());
            first = every.first();
        }
        tree.put(CLASS, entry.job().jobClass());
        tree.put(QUEUE, entry.queue());
        tree.put(ARGS, entry.job().args());
        if (entry.description() != null) {
            tree.put(DESCRIPTION, entry.description());
        }
        if (!entry.job().metadata().isEmpty()) {
            tree.put(METADATA, entry.job().metadata());
        }
        if (first != null) {
            tree.put(FIRST_AT, LastRun.text(first));
        }
        if (entry.misfire() == Misfire.SKIP) {
            tree.put(MISFIRE, SKIP);
        }
        if (entry.job().unique().isPresent()) {
            tree.put(UNIQUE, entry.job().unique().get().toTree());
        }
        if (!entry.shared()) {
            tree.put(RAILS_ENV, OURS);
        }
        Instant created = old == null || !hasTiming(tree, old) ? null : time(old, CREATED_AT);
        tree.put(CREATED_AT, LastRun.text(created == null ? now : created));
        if (old != null) {
            old.forEach((name, value) -> {
                if (name instanceof String member && !KNOWN.contains(member)) {
                    tree.put(member, value);
                }
            });
        }
        return tree;
    }

    private static boolean hasTiming(Map<String, @Nullable Object> tree, Map<?, ?> old) {
        return Stream.of(CRON, EVERY, FIRST_AT).allMatch(member -> Objects.equals(tree.get(member), old.get(member)));
    }

    /** The expression with its zone, since without one it would go by the zone of whoever reads it. */
    static String withZone(NewEntry.Cron cron) {
        String text = withoutTabs(cron);
        if (Cron.parse(text, ZoneOffset.UTC).hasOwnZone()) {
            return text;
        }
        ZoneId zone = cron.zone().normalized();
        String whole = text + " " + (zone.equals(ZoneOffset.UTC) ? "UTC" : zone.getId());
        if (!Cron.parse(whole, ZoneOffset.UTC).hasOwnZone()) {
            throw new IllegalArgumentException("The time zone " + cron.zone()
                    + " is not known to Ruby's scheduler; give a region such as Europe/Paris, or UTC");
        }
        return whole;
    }

    /** The zone that the expression itself names; null if it names none. */
    static @Nullable ZoneId ownZone(NewEntry.Cron cron) {
        Cron read = Cron.parse(withoutTabs(cron), cron.zone());
        return read.hasOwnZone() ? read.zone() : null;
    }

    /** Ruby's scheduler refuses a tab before a time zone. */
    private static String withoutTabs(NewEntry.Cron cron) {
        return cron.expression().strip().replace('\t', ' ');
    }

    /** Whether only this library fires an entry. */
    static boolean isOnlyOurs(@Nullable Object tree) {
        return tree instanceof Map<?, ?> entry && OURS.equals(entry.get(RAILS_ENV)) && !entry.containsKey(ENV);
    }

    // Reading

    /**
     * Reads the entry of any library.
     *
     * @param zone the zone of a cron expression that names none
     * @throws MalformedPayloadException if it cannot be fired; the message says why, as the rest of a sentence about the entry
     */
    static ReadEntry read(@Nullable Object tree, ZoneId zone) {
        if (!(tree instanceof Map<?, ?> entry)) {
            throw new MalformedPayloadException("it is " + JsonRules.kind(tree) + ", not an object");
        }
        String queue = queue(entry);
        if (queue.isEmpty()) {
            throw new MalformedPayloadException(missing(entry, QUEUE));
        }
        JobSpec job = job(entry);
        if (job.jobClass().isEmpty()) {
            throw new MalformedPayloadException(missing(entry, CLASS));
        }
        if (environment(entry) != null && !(environment(entry) instanceof String)) {
            throw new MalformedPayloadException(
                    "its rails_env is " + JsonRules.kind(environment(entry)) + ", not a string");
        }
        return new ReadEntry(
                recurrence(entry, zone), queue, job, environments(entry), time(entry, CREATED_AT), misfire(entry));
    }

    private static String missing(Map<?, ?> entry, String member) {
        Object value = entry.get(member);
        return value == null || value instanceof String
                ? "it names no " + member
                : "its " + member + " is " + JsonRules.kind(value) + ", not a string";
    }

    /** Empty if an entry names none. */
    static String queue(Map<?, ?> entry) {
        String queue = text(entry, QUEUE);
        return queue == null ? "" : queue;
    }

    /** The class of the job is empty if an entry names none. */
    static JobSpec job(Map<?, ?> entry) {
        String own = text(entry, CUSTOM_CLASS);
        String jobClass = own == null ? text(entry, CLASS) : own;
        JobSpec job = new JobSpec(jobClass == null ? "" : jobClass, args(entry.get(ARGS)));
        if (time(entry, CREATED_AT) != null && entry.get(METADATA) instanceof Map<?, ?> metadata) {
            for (Map.Entry<?, ?> member : metadata.entrySet()) {
                job = job.withMetadata(String.valueOf(member.getKey()), member.getValue());
            }
        }
        if (time(entry, CREATED_AT) != null && entry.get(UNIQUE) != null) {
            try {
                job = job.withUnique(Unique.ofTree(entry.get(UNIQUE)));
            } catch (IllegalArgumentException e) { // another program wrote it
                return job;
            }
        }
        return job;
    }

    static Misfire misfire(Map<?, ?> entry) {
        return SKIP.equals(entry.get(MISFIRE)) ? Misfire.SKIP : Misfire.FIRE_ONCE;
    }

    /** What an entry says of itself, for people; null if it says nothing. */
    static @Nullable String description(Map<?, ?> entry) {
        return text(entry, DESCRIPTION);
    }

    /** The expression of an entry, or its period as a text, whether it can be read or not; null if there is none. */
    static @Nullable String cron(Map<?, ?> entry) {
        Object cron = entry.get(CRON) instanceof List<?> list && !list.isEmpty() ? list.get(0) : entry.get(CRON);
        return cron instanceof String text && !text.isEmpty() ? text : null;
    }

    private static Recurrence recurrence(Map<?, ?> entry, ZoneId zone) {
        Instant first = time(entry, FIRST_AT);
        try {
            String cron = timing(entry, CRON);
            if (cron != null) {
                return new Recurrence.ByCalendar(Cron.parse(cron, zone), first(entry.get(CRON), first));
            }
            String every = timing(entry, EVERY);
            if (every != null) {
                return new Recurrence.ByPeriod(wholeSeconds(EveryText.parse(every)), first(entry.get(EVERY), first));
            }
        } catch (IllegalArgumentException e) {
            throw new MalformedPayloadException(String.valueOf(e.getMessage()), e);
        }
        throw new MalformedPayloadException("it has neither cron nor every");
    }

    /** A text, or the first element of an array; null if there is none. As in Ruby, what is empty is none. */
    private static @Nullable String timing(Map<?, ?> entry, String member) {
        Object value = entry.get(member);
        if (value instanceof List<?> list) {
            if (list.isEmpty()) {
                return null;
            }
            if (list.size() > 1 && list.get(1) instanceof Map<?, ?> options) {
                for (String end : ENDS) {
                    if (options.containsKey(end)) {
                        throw new MalformedPayloadException("its " + member + " has the option " + end
                                + ", by which Ruby's scheduler counts from its own start; leave it out");
                    }
                }
            }
            value = list.get(0);
        }
        if (value == null || "".equals(value)) {
            return null;
        }
        if (!(value instanceof String text)) {
            throw new MalformedPayloadException("its " + member + " is " + JsonRules.kind(value) + ", not a string");
        }
        return text;
    }

    /** The option {@code first_at} of Ruby's scheduler; otherwise the member of ours. */
    private static @Nullable Instant first(@Nullable Object timing, @Nullable Instant ours) {
        return timing instanceof List<?> list && list.size() > 1 && list.get(1) instanceof Map<?, ?> options
                ? time(options, FIRST_AT)
                : ours;
    }

    private static Duration wholeSeconds(Duration period) {
        return period.getNano() == 0 ? period : Duration.ofSeconds(period.getSeconds() + 1);
    }

    private static @Nullable Instant time(Map<?, ?> entry, String member) {
        return entry.get(member) instanceof String text ? LastRun.read(text) : null;
    }

    private static @Nullable String text(Map<?, ?> entry, String member) {
        return entry.get(member) instanceof String text && !text.isEmpty() ? text : null;
    }

    /** As in Ruby, anything but an array is one argument. */
    private static List<@Nullable Object> args(@Nullable Object args) {
        List<@Nullable Object> list = new ArrayList<>();
        if (args instanceof List<?> many) {
            list.addAll(many);
        } else if (args != null) {
            list.add(args);
        }
        return list;
    }

    /**
     * The values of {@code RAILS_ENV} for which an entry was written. Empty if it names none, or they cannot be read; one empty text if it
     * has the member and names none: then no Ruby fires it.
     */
    static List<String> environments(Map<?, ?> entry) {
        if (!(environment(entry) instanceof String text)) {
            return List.of();
        }
        List<String> named = Arrays.stream(text.split("[\\s,]+"))
                .filter(each -> !each.isEmpty())
                .toList();
        return named.isEmpty() ? List.of("") : named;
    }

    private static @Nullable Object environment(Map<?, ?> entry) {
        return entry.get(RAILS_ENV) == null ? entry.get(ENV) : entry.get(RAILS_ENV);
    }
}
