package io.resque.api;

import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of a job: positional, as Ruby and Node write them, or one map, as PHP writes them. Immutable, and so is
 * every list and map inside.
 *
 * <p>Values are those of JSON: {@link String}, {@link Boolean}, {@link Long} ({@link java.math.BigInteger} where a long
 * is too small), {@link Double} ({@link java.math.BigDecimal} where a double would lose digits), {@link List},
 * {@link Map} in the order of the payload, and null. The methods that take a type convert through the serializer.
 *
 * <p>Each method throws {@link JobArgumentException}, naming position or key and what stands there, if the argument is
 * absent or does not fit. That fails the job with this message.
 */
public interface JobArguments {
    /**
     * Number of positional arguments; PHP's map counts as one.
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
     * @return its JSON value, null for JSON's null
     */
    @Nullable
    Object get(int index);

    /**
     * The argument at a position as a type.
     *
     * @param <T> the type
     * @param index from 0
     * @param type a class or record that the serializer can make from the JSON value
     * @return the converted value; never null, since JSON's null is refused
     */
    <T> T get(int index, Class<T> type);

    /**
     * The one map that php-resque sends as its arguments.
     *
     * @return an unmodifiable map; the empty map if PHP sent an empty array, null or nothing
     */
    Map<String, @Nullable Object> asMap();

    /**
     * An entry of {@link #asMap}.
     *
     * @param key the key
     * @return its JSON value, null for JSON's null
     */
    @Nullable
    Object get(String key);

    /**
     * An entry of {@link #asMap} as a type.
     *
     * @param <T> the type
     * @param key the key
     * @param type a class or record that the serializer can make from the JSON value
     * @return the converted value; never null
     */
    <T> T get(String key, Class<T> type);

    /**
     * All arguments as one value: a single map becomes a record or class, anything else is converted as a list.
     *
     * @param <T> the type
     * @param type a record, class, array or collection class
     * @return the converted value; never null
     */
    <T> T as(Class<T> type);

    /**
     * As {@link #as(Class)} for a generic type such as {@code List<Integer>}.
     *
     * @param <T> the type that the caller asks for; not checked
     * @param type the type
     * @return the converted value; never null
     */
    <T> T as(Type type);
}
