package io.resque.activejob.codec;

import java.util.Objects;

/**
 * A Ruby class or module, as a name. No Java class is ever looked for by it.
 *
 * @param name the full name, such as {@code Shop::Order}
 */
public record RubyClass(String name) {
    /**
     * Makes the name of a class.
     *
     * @param name the full name, such as {@code Shop::Order}
     */
    public RubyClass {
        Objects.requireNonNull(name, "name");
    }

    /**
     * Makes the name of a class.
     *
     * @param name the full name, such as {@code Shop::Order}
     * @return the class
     */
    public static RubyClass of(String name) {
        return new RubyClass(name);
    }

    @Override
    public String toString() {
        return name;
    }
}
