package io.resque.activejob;

import io.resque.activejob.codec.Arguments;
import io.resque.activejob.codec.GlobalId;
import io.resque.api.JobArgumentException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of a job of Rails' ActiveJob. Immutable and thread-safe. A value is given as the codec read it ({@link
 * io.resque.activejob.codec}), or as the class that the caller asks for:
 *
 * <ul>
 *   <li>a number as each class of a number that holds its value exactly, {@code double} and {@code float} as the nearest one
 *   <li>a symbol, and the name of a class, as {@link String}
 *   <li>a duration as {@link java.time.Duration}
 *   <li>a time as {@link java.time.Instant}, {@link java.time.OffsetDateTime}, {@link java.time.ZonedDateTime} or {@link java.time.LocalDate}, the latter of
 *       a date only
 *   <li>a GlobalID as what the function of {@link ActiveJobHandlers#resolve} gives
 * </ul>
 */
public final class ActiveJobArguments {
    private final String jobClass;
    private final Arguments values;
    private final Map<String, Function<? super GlobalId, ?>> resolvers;

    ActiveJobArguments(String jobClass, Arguments values, Map<String, Function<? super GlobalId, ?>> resolvers) {
        this.jobClass = jobClass;
        this.values = values;
        this.resolvers = resolvers;
    }

    static String key(String app, String model) {
        return app + " " + model;
    }

    /**
     * How many positional arguments there are.
     *
     * @return 0 or more
     */
    public int size() {
        return values.positional().size();
    }

    /**
     * The positional arguments.
     *
     * @return as the codec read them; unmodifiable
     */
    public List<@Nullable Object> positional() {
        return values.positional();
    }

    /**
     * The keyword arguments.
     *
     * @return as the codec read them; unmodifiable
     */
    public Map<String, @Nullable Object> keywords() {
        return values.keywords();
    }

    /**
     * A positional argument.
     *
     * @param index from 0 on
     * @return as the codec read it
     * @throws JobArgumentException if there are fewer
     */
    public @Nullable Object get(int index) {
        if (index < 0 || index >= size()) {
            throw new JobArgumentException(jobClass + " has no argument " + index + "; it was given " + size());
        }
        return positional().get(index);
    }

    /**
     * A positional argument as a value of a class.
     *
     * @param <T> the class
     * @param index from 0 on
     * @param type the class
     * @return the value
     * @throws JobArgumentException if there are fewer, or it is nil, or no such value
     */
    public <T> T get(int index, Class<T> type) {
        return value("Argument " + index, get(index), type);
    }

    /**
     * A keyword argument.
     *
     * @param keyword its name
     * @return as the codec read it
     * @throws JobArgumentException if it was not given
     */
    public @Nullable Object get(String keyword) {
        if (!keywords().containsKey(keyword)) {
            throw new JobArgumentException(jobClass + " has no keyword \"" + keyword + "\"; it was given "
                    + keywords().keySet());
        }
        return keywords().get(keyword);
    }

    /**
     * A keyword argument as a value of a class.
     *
     * @param <T> the class
     * @param keyword its name
     * @param type the class
     * @return the value
     * @throws JobArgumentException if it was not given, or is nil, or no such value
     */
    public <T> T get(String keyword, Class<T> type) {
        return value("The keyword \"" + keyword + "\"", get(keyword), type);
    }

    /**
     * A keyword argument that need not be given.
     *
     * @param <T> the class
     * @param keyword its name
     * @param type the class
     * @return empty if it was not given, or is nil
     * @throws JobArgumentException if it is no such value
     */
    public <T> Optional<T> find(String keyword, Class<T> type) {
        return keywords().get(keyword) == null ? Optional.empty() : Optional.of(get(keyword, type));
    }

    private <T> T value(String what, @Nullable Object value, Class<T> type) {
        if (value == null) {
            throw new JobArgumentException(what + " of " + jobClass + " is nil, not " + type.getSimpleName());
        }
        Object found = RubyValues.as(value, type);
        if (found == null && value instanceof GlobalId gid) {
            return resolved(what, gid, type);
        }
        if (found == null) {
            throw new JobArgumentException(what + " of " + jobClass + " is of the class "
                    + value.getClass().getSimpleName() + ", which cannot be read as " + type.getSimpleName());
        }
        return RubyValues.boxed(type).cast(found);
    }

    private <T> T resolved(String what, GlobalId gid, Class<T> type) {
        Function<? super GlobalId, ?> resolver = resolvers.get(key(gid.app(), gid.model()));
        if (resolver == null) {
            throw new JobArgumentException(
                    what + " of " + jobClass + " is " + gid + ", and no function resolves " + gid.model() + " of "
                            + gid.app() + "; ask for a GlobalId, or give one to ActiveJobHandlers.resolve");
        }
        Object found = resolver.apply(gid);
        if (!type.isInstance(found)) {
            throw new JobArgumentException(what + " of " + jobClass + " is " + gid + ", of which the function made "
                    + (found == null ? "null" : found.getClass().getSimpleName()) + ", not " + type.getSimpleName());
        }
        return type.cast(found);
    }
}
