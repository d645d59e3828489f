package io.resque.activejob;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How far a job of {@code ActiveJob::Continuable} (Rails 8.1) has come: the steps that are done, and the one that was begun, with its cursor. Immutable;
 * {@link ActiveJobContext#checkpoint} keeps it, so that the next run goes on from there, in Ruby or in Java. Ruby raises an error if the names of the steps and
 * their order are not those of its class.
 *
 * @param completed the steps that are done, in their order; unmodifiable
 * @param current the step that was begun and is not done
 * @param cursor how far it has come, a JSON value; null if there is none
 */
public record Continuation(
        List<String> completed,
        Optional<String> current,
        @Nullable Object cursor) {
    /**
     * Copies the list.
     *
     * @param completed the steps that are done
     * @param current the step that was begun
     * @param cursor how far it has come
     * @throws IllegalArgumentException if there is a cursor and no step
     */
    public Continuation {
        completed = List.copyOf(completed);
        Objects.requireNonNull(current, "current");
        if (cursor != null && current.isEmpty()) {
            throw new IllegalArgumentException("A cursor belongs to a step; name the step: at(step, cursor)");
        }
    }

    /**
     * The beginning of a job.
     *
     * @return no step is done
     */
    public static Continuation start() {
        return new Continuation(List.of(), Optional.empty(), null);
    }

    /**
     * Whether a step is done.
     *
     * @param step its name
     * @return true if it need not be done again
     */
    public boolean isDone(String step) {
        return completed.contains(step);
    }

    /**
     * The cursor of a step.
     *
     * @param step its name
     * @return empty if the step was not begun, or has no cursor
     */
    public Optional<Object> cursorOf(String step) {
        return current.filter(step::equals).isPresent() ? Optional.ofNullable(cursor) : Optional.empty();
    }

    /**
     * The same within a step.
     *
     * @param step its name
     * @param cursor how far it has come, a JSON value as {@code enqueue} accepts it; null for its beginning
     * @return a continuation
     */
    public Continuation at(String step, @Nullable Object cursor) {
        return new Continuation(completed, Optional.of(step), cursor);
    }

    /**
     * The same after a step.
     *
     * @param step its name
     * @return a continuation
     */
    public Continuation done(String step) {
        List<String> more = new ArrayList<>(completed);
        if (!more.contains(step)) {
            more.add(step);
        }
        return new Continuation(more, Optional.empty(), null);
    }

    /** As Rails writes it. */
    Map<String, @Nullable Object> toTree() {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("completed", completed);
        if (current.isPresent()) {
            List<@Nullable Object> pair = new ArrayList<>();
            pair.add(current.get());
            pair.add(cursor);
            tree.put("current", Collections.unmodifiableList(pair));
        }
        return tree;
    }

    /** What cannot be read counts as the beginning. */
    static Continuation of(@Nullable Object tree) {
        if (!(tree instanceof Map<?, ?> map)) {
            return start();
        }
        List<String> completed = new ArrayList<>();
        if (map.get("completed") instanceof List<?> names) {
            names.stream().filter(String.class::isInstance).forEach(name -> completed.add((String) name));
        }
        boolean isWithin =
                map.get("current") instanceof List<?> pair && pair.size() == 2 && pair.get(0) instanceof String;
        if (!isWithin) {
            return new Continuation(completed, Optional.empty(), null);
        }
        List<?> pair = (List<?>) map.get("current");
        return new Continuation(completed, Optional.of((String) pair.get(0)), pair.get(1));
    }
}
