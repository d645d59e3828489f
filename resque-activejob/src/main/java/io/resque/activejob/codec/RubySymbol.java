package io.resque.activejob.codec;

import java.util.Objects;

/**
 * A Ruby symbol, such as {@code :vip}.
 *
 * @param name its name, without the colon
 */
public record RubySymbol(String name) {
    /**
     * Makes a symbol.
     *
     * @param name its name, without the colon
     */
    public RubySymbol {
        Objects.requireNonNull(name, "name");
    }

    /**
     * Makes a symbol.
     *
     * @param name its name, without the colon
     * @return the symbol
     */
    public static RubySymbol of(String name) {
        return new RubySymbol(name);
    }

    /** Returns the name with the colon, as Ruby shows it in most cases. */
    @Override
    public String toString() {
        return ":" + name;
    }
}
