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
     * <p>The message of a refusal has the position of the fault as a number: an index or line and column, of characters or of bytes,
     * at the fault or just behind it. Only bytes that are not UTF-8 need none. {@link JsonRules#parseNumber} does not know the
     * position, so add it to the message of its exception.
     *
     * @param payload the bytes
     * @return the tree, which belongs to the caller; its lists and maps are mutable and keep their order
     * @throws MalformedPayloadException if the bytes are not exactly one JSON value in UTF-8 within the limits of
     *     {@link JsonRules}; the message does not quote the text
     */
    @Nullable
    Object decode(Payload payload);

    /**
     * Converts a tree to a type: a record, another class, a number of another type, a collection. Jobs get text, numbers,
     * enums, records, lists and maps without it; they need it for all other classes.
     *
     * <p>The result loses nothing of the tree. The table says for each type of value to which types of the table it is converted,
     * and how; every other type of the table is refused. The same holds for values inside of lists, arrays, maps, records and
     * other classes, where null is allowed unless the type is primitive.
     *
     * <table>
     * <caption>Conversions</caption>
     * <tr><th>From</th><th>To</th><th>Result</th></tr>
     * <tr><td>null</td><td>each type</td><td>null</td></tr>
     * <tr><td>any other value</td><td>{@link Object}</td><td>the same value, of the same class</td></tr>
     * <tr><td>text</td><td>{@link String}</td><td>the same</td></tr>
     * <tr><td></td><td>enum</td><td>the constant of this name</td></tr>
     * <tr><td></td><td>a number, as below</td><td>the JSON number that the text consists of, converted as below</td></tr>
     * <tr><td>boolean</td><td>{@code boolean}, {@link Boolean}</td><td>the same</td></tr>
     * <tr><td>integer</td><td>{@code byte}, {@code short}, {@code int}, {@code long}, their classes</td>
     *     <td>the same number, if it is in the range of the type</td></tr>
     * <tr><td></td><td>{@link java.math.BigInteger}</td><td>the same number</td></tr>
     * <tr><td>any number</td><td>{@code float}, {@code double}, their classes</td>
     *     <td>the same number, if the type holds all its digits, as {@link JsonRules#numberOf} says</td></tr>
     * <tr><td></td><td>{@link java.math.BigDecimal}</td><td>the same number</td></tr>
     * <tr><td>list</td><td>list, set, other collection, array</td><td>its elements in order, each converted</td></tr>
     * <tr><td>map</td><td>map</td><td>its members in order, keys and values converted</td></tr>
     * <tr><td></td><td>record, other class</td><td>made of its members by their names; unknown members are
     *     ignored</td></tr>
     * </table>
     *
     * <p>So a number with a fraction or an exponent, even 1.0, is never converted to an integer, only text to text, and
     * nothing but a boolean to a boolean. A set takes equal elements once. Two keys of a map that become equal, such as 1 and 1.0 as a
     * {@link Double}, are refused.
     *
     * <p>An other class has a constructor without parameters. Its public fields that are not final, inherited ones too, get the members
     * of their names; a field without a member keeps the value that the constructor gave it. The table leaves open, so that each
     * library can have its way: private and final fields, methods that set a field, and other constructors; a component of a record
     * without a member, which is null, 0 or false, or is refused; and types that are not in the table, such as {@link Number},
     * {@code char}, {@link java.util.Optional} and the classes of {@code java.time}. What the library refuses is refused as below. Jobs
     * do not see the difference for records and Optionals, which are made without this method.
     *
     * <p>The message of a refusal names the type that was wanted, the kind of value that was found and, in a record, the component, as
     * {@link JsonRules#doesNotFit} does with the right reason. It quotes no value of the tree. The message of an exception that the
     * constructor of the class throws belongs into the reason as it is: its author chose it. If a member that is present does
     * not fit and another one is missing, the message names the one that is present.
     *
     * @param tree the tree
     * @param type the type to convert to
     * @return the object; null only for a null tree
     * @throws io.resque.api.JobArgumentException if the tree does not fit the type
     */
    @Nullable
    Object convert(@Nullable Object tree, Type type);
}
