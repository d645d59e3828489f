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
 * the order of the payload, and null. Methods with a type parameter convert the value by the serializer.
 *
 * <p>Each method throws {@link JobArgumentException} if the argument is absent or does not fit; the message names the
 * position or key. Unless the job catches the exception, it fails the job.
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
     * @param type a class or record that the serializer can make from the JSON value
     * @return the converted value; never null, since JSON's null is refused
     */
    <T> T get(int index, Class<T> type);

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
     * @param type a class or record that the serializer can make from the JSON value
     * @return the converted value; never null, since JSON's null is refused
     */
    <T> T get(String key, Class<T> type);

    /**
     * All arguments, converted to one value: a single map is converted to a record or class, anything else as a list.
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
}
