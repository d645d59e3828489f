package io.resque.api.spi;

import io.resque.api.MalformedPayloadException;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/**
 * Converts trees to JSON, written as Ruby's json gem writes it, and JSON to trees. Thread-safe, without state.
 *
 * <p>A tree consists of {@link String}, {@link Boolean}, {@link Long} and smaller integers, {@link java.math.BigInteger},
 * {@link Double}, {@link java.math.BigDecimal}, {@link java.util.List}, {@link java.util.Map} with string keys, and
 * null.
 */
public interface JobSerializer {
    /**
     * Writes a tree as JSON: keys in the order of the map, no blanks, raw UTF-8, only {@code "}, {@code \} and control
     * characters escaped, doubles in the layout of {@link JsonRules#formatDouble}.
     *
     * @param tree the tree
     * @return its bytes
     * @throws io.resque.api.InvalidJobException if {@link JsonRules#requireWritable} refuses the tree: it holds another
     *     type, NaN, an infinity or a lone surrogate, or exceeds a limit of {@link #decode}
     */
    Payload encode(@Nullable Object tree);

    /**
     * Reads one JSON value, with any order of keys, any blanks and any escapes; of equal keys the last one counts. Each
     * number becomes the value that {@link JsonRules#parseNumber} returns for it. Nothing in the text can choose a Java
     * class.
     *
     * @param payload the bytes
     * @return the tree; its lists and maps are mutable and keep their order
     * @throws MalformedPayloadException if the bytes are not exactly one JSON value in UTF-8 within the limits of
     *     {@link JsonRules}; the message does not quote the text
     */
    @Nullable
    Object decode(Payload payload);

    /**
     * Converts a tree to a type: a record, another class, a number of another type, a collection. Jobs get text, numbers,
     * enums, records, lists and maps without it; they need it for all other classes.
     *
     * @param tree the tree
     * @param type the type to convert to
     * @return the object; null only for a null tree
     * @throws io.resque.api.JobArgumentException if the tree does not fit the type
     */
    @Nullable
    Object convert(@Nullable Object tree, Type type);
}
