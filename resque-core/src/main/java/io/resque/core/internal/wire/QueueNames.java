package io.resque.core.internal.wire;

import io.resque.api.InvalidJobException;
import io.resque.api.spi.JsonRules;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which names a queue can have. A producer refuses a name that no worker can ask for; other programs can have written jobs under
 * any name, which can be looked at and removed.
 */
public final class QueueNames {
    /** The ids of workers hold the names of their queues. */
    static final int MAX_LENGTH = 1_000;

    private static final String WILDCARDS = "*?[]";

    private QueueNames() {}

    /** Refuses a name under which no job may be enqueued. */
    public static void check(@Nullable String queue) {
        String problem = problem(queue);
        if (problem != null) {
            throw new InvalidJobException("The queue name " + shown(queue) + problem);
        }
    }

    /** Why no worker can ask for a queue of this name; null if one can. */
    static @Nullable String problem(@Nullable String queue) {
        String problem = entryProblem(queue);
        if (problem != null || queue == null) {
            return problem;
        }
        if (queue.startsWith("!")) {
            return "begins with !, by which a worker leaves a queue out; use another character";
        }
        for (int i = 0; i < queue.length(); i++) {
            if (WILDCARDS.indexOf(queue.charAt(i)) >= 0) {
                return "holds " + queue.charAt(i) + ", which makes it a pattern for a worker; use another character";
            }
        }
        return null;
    }

    /** Why an entry in the list of a worker, without its exclamation mark, is neither a name nor a pattern; null if it is. */
    public static @Nullable String entryProblem(@Nullable String entry) {
        if (entry == null || entry.isEmpty()) {
            return "is " + (entry == null ? "null" : "empty") + "; give a name such as \"default\"";
        }
        if (entry.length() > MAX_LENGTH) {
            return "has " + entry.length() + " characters, more than " + MAX_LENGTH + "; give a shorter one";
        }
        for (int i = 0; i < entry.length(); i++) { // no stream: each enqueue comes here
            if (Character.isISOControl(entry.charAt(i))) {
                return "holds a control character, such as a line break; leave it out";
            }
        }
        if (entry.indexOf(',') >= 0) {
            return "holds a comma, which separates queues in worker ids and in QUEUE; use another character";
        }
        if (!entry.equals(entry.strip())) {
            return "begins or ends with a blank, which Ruby's workers cut off; leave it out";
        }
        return surrogateProblem(entry);
    }

    /** Returns a name that a queue of another program can have: any but one with half of a surrogate pair, which has no bytes. */
    public static String known(String queue) {
        String problem = surrogateProblem(Objects.requireNonNull(queue, "queue"));
        if (problem != null) {
            throw new InvalidJobException("The queue name " + shown(queue) + problem);
        }
        return queue;
    }

    private static @Nullable String surrogateProblem(String name) {
        return JsonRules.loneSurrogate(name) >= 0 ? "holds half of a surrogate pair, which has no UTF-8" : null;
    }

    private static String shown(@Nullable String name) {
        return name == null ? "" : "\"" + JsonRules.forLog(name) + "\" ";
    }
}
