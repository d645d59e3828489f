package io.resque.activejob.codec;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A GlobalID, the name of a record in a Rails application: {@code gid://shop/Person/7}. It is a value: nothing is looked up.
 *
 * @param app the name of the application: letters, digits and {@code -}. A Rails worker does not compare it with its own: it looks up the
 *     record in its own database
 * @param model the name of the class, such as {@code Shop::Person}
 * @param ids the id of the record, or the parts of a composite one
 * @param params the parameters behind {@code ?}
 */
public record GlobalId(String app, String model, List<String> ids, Map<String, String> params) {
    /**
     * Makes a GlobalID.
     *
     * @param app the name of the application
     * @param model the name of the class
     * @param ids the id of the record, or the parts of a composite one
     * @param params the parameters
     */
    public GlobalId {
        ids = List.copyOf(ids);
        params = Collections.unmodifiableMap(new LinkedHashMap<>(params));
    }

    /**
     * A GlobalID without parameters.
     *
     * @param app the name of the application
     * @param model the name of the class
     * @param ids the id of the record, or the parts of a composite one; each as its text
     * @return the GlobalID
     */
    public static GlobalId of(String app, String model, Object... ids) {
        throw new UnsupportedOperationException();
    }

    /**
     * Reads a GlobalID.
     *
     * @param text for example {@code gid://shop/Person/7}
     * @return the GlobalID
     * @throws ArgumentCodecException if the text is none
     */
    public static GlobalId parse(String text) {
        throw new UnsupportedOperationException();
    }

    /** Returns the text, such as {@code gid://shop/Person/7}. */
    @Override
    public String toString() {
        throw new UnsupportedOperationException();
    }
}
