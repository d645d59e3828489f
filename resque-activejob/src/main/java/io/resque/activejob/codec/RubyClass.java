package io.resque.activejob.codec;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A Ruby class or module, as a name. No Java class is ever looked for by it.
 *
 * @param name the full name, such as {@code Shop::Order}
 */
public record RubyClass(String name) {
    private static final Pattern CONSTANT = Pattern.compile("(::)?\\p{Lu}[\\p{L}\\p{N}_]*(::\\p{Lu}[\\p{L}\\p{N}_]*)*");

    private static final int MOST_CHARACTERS = 1_000;

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

    /**
     * Whether Ruby can have a class of this name.
     *
     * @return true for names such as {@code Order} and {@code Shop::Order}; false for {@code com.example.Order}
     */
    public boolean isConstant() {
        return name.length() <= MOST_CHARACTERS && CONSTANT.matcher(name).matches();
    }

    @Override
    public String toString() {
        return name;
    }
}
