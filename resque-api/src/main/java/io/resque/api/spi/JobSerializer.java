package io.resque.api.spi;

import io.resque.api.MalformedPayloadException;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/**
 * JSON: trees to bytes and back, as Ruby's json gem writes them. Thread-safe, without state.
 *
 * <p>A tree is made of {@link String}, {@link Boolean}, {@link Long} and other integers, {@link java.math.BigInteger},
 * {@link Double}, {@link java.math.BigDecimal}, {@link java.util.List}, {@link java.util.Map} with string keys, and
 * null.
 */
public interface JobSerializer {
    /**
     * Writes a tree: keys in the order of the map, no blanks, raw UTF-8, only {@code "}, {@code \} and control
     * characters escaped, doubles as {@link JsonRules#formatDouble} lays them out.
     *
     * @param tree the tree
     * @return its bytes
     * @throws io.resque.api.InvalidJobException if it is not what {@link JsonRules#requireWritable} lets pass: anything
     *     else, NaN, an infinity, a lone surrogate, or more than {@link #decode} would read
     */
    Payload encode(@Nullable Object tree);

    /**
     * Reads one JSON value, whoever wrote it: any order of keys, blanks and escapes; the last of equal keys wins.
     * Integers become {@link Long} or {@link java.math.BigInteger}, all other numbers what
     * {@link JsonRules#parseNumber} makes of them. Nothing in the text can choose a Java class.
     *
     * @param payload the bytes
     * @return the tree: mutable lists and maps that keep their order
     * @throws MalformedPayloadException if it is not exactly one JSON value in UTF-8 within the limits of
     *     {@link JsonRules}; the message does not hold the text
     */
    @Nullable
    Object decode(Payload payload);

    /**
     * Makes an object of a tree: a record, a class, a number of another type, a collection.
     *
     * @param tree the tree
     * @param type what to make
     * @return the object; null only for a null tree
     * @throws io.resque.api.JobArgumentException if the tree does not fit the type
     */
    @Nullable
    Object convert(@Nullable Object tree, Type type);
}
