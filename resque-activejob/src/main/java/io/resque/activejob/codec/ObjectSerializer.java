package io.resque.activejob.codec;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The Java side of a serializer that a Rails application has registered for objects of its own. It must be thread-safe.
 *
 * @param <T> the Java class of the objects
 */
public interface ObjectSerializer<T> {
    /**
     * The name of the Ruby class, as in {@code _aj_serialized}.
     *
     * @return for example {@code MoneySerializer}
     */
    String name();

    /**
     * The class of the objects. A subclass is not written by this serializer.
     *
     * @return the class
     */
    Class<T> type();

    /**
     * The members that the Ruby class would write, without the marker.
     *
     * @param value the object
     * @return its members as JSON values, in the order of Ruby's
     */
    Map<String, @Nullable Object> write(T value);

    /**
     * Makes an object of the members that the Ruby class wrote.
     *
     * @param members the members as JSON values, without the marker; unmodifiable
     * @return the object
     */
    T read(Map<String, @Nullable Object> members);
}
