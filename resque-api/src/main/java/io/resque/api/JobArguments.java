package io.resque.api;

import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of a job: a list of positional arguments, as Ruby and Node write them, or one map, as PHP writes them.
 * Immutable; so are all lists and maps inside.
 *
 * <p>Values are JSON values: {@link String}, {@link Boolean}, {@link Long} ({@link java.math.BigInteger} if a long is
 * too small), {@link Double} ({@link java.math.BigDecimal} if a double would lose digits), {@link List}, {@link Map} in
 * the order of the payload, and null.
 *
 * <p>Methods with a type parameter convert the value, and lose nothing of it: an integer must be in the range of its type,
 * and a double must hold all digits. A string is only made of a string; a number is also made of a string that holds one.
 * An enum is read by the names of its constants, a record by the names of its components. Each component must have a value,
 * unless it is an {@link java.util.Optional}, or an {@link Object}, which may be null; further members are ignored.
 * Classes with a converter to read them ({@code Resque.builder().argument}) are made by that, and all other classes
 * by the JSON library.
 *
 * <p>Each method throws {@link JobArgumentException} if the argument is absent or does not fit; the message names the
 * position or key, and the component. Unless the job catches the exception, it fails the job.
 */
public interface JobArguments {
    /**
     * The number of positional arguments; PHP's map counts as one.
     *
     * @return 0 or more
     */
    int size();

    /**
     * All positional arguments.
     *
     * @return an unmodifiable list
     */
    List<@Nullable Object> asList();

    /**
     * The argument at a position.
     *
     * @param index from 0
     * @return its JSON value; null for JSON's null
     */
    @Nullable
    Object get(int index);

    /**
     * The argument at a position, converted to a type.
     *
     * @param <T> the type
     * @param index from 0
     * @param type the class to convert to
     * @return the converted value; never null, since JSON's null is refused
     */
    <T> T get(int index, Class<T> type);

    /**
     * Does the same as {@link #get(int, Class)} for a generic type such as {@code List<Welcome>}. Of
     * {@code Optional<Welcome>} it returns an empty one for JSON's null, but not for an absent argument.
     *
     * @param <T> the type as the caller assigns it; it is not checked against {@code type}
     * @param index from 0
     * @param type the type to convert to
     * @return the converted value; never null
     */
    <T> T get(int index, Type type);

    /**
     * The map that php-resque sends as its only argument.
     *
     * @return an unmodifiable map; empty if there is no argument, or the only one is null or an empty list
     */
    Map<String, @Nullable Object> asMap();

    /**
     * The value of a key in {@link #asMap}.
     *
     * @param key the key
     * @return its JSON value; null for JSON's null
     */
    @Nullable
    Object get(String key);

    /**
     * The value of a key in {@link #asMap}, converted to a type.
     *
     * @param <T> the type
     * @param key the key
     * @param type the class to convert to
     * @return the converted value; never null, since JSON's null is refused
     */
    <T> T get(String key, Class<T> type);

    /**
     * All arguments, converted to one value. A record gets its components by name from a single map, or else by their
     * positions: there must be no more arguments than components, and only trailing {@link java.util.Optional}s can be
     * left out. To another class a single map is converted as a map, anything else as a list.
     *
     * @param <T> the type
     * @param type a record, another class, an array or a collection
     * @return the converted value; never null
     */
    <T> T as(Class<T> type);

    /**
     * Does the same as {@link #as(Class)} for a generic type such as {@code List<Integer>}.
     *
     * @param <T> the type as the caller assigns it; it is not checked against {@code type}
     * @param type the type to convert to
     * @return the converted value; never null
     */
    <T> T as(Type type);

    /**
     * All arguments, as the type of a job reads them.
     *
     * @param <T> the type of the arguments
     * @param type the type, as its producers have it
     * @return the value; never null
     */
    <T> T as(JobType<T> type);
}
