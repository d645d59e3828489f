package io.resque.activejob.codec;

import java.util.regex.Pattern;

/** How Ruby spells names. */
final class RubyNames {
    private static final Pattern CONSTANT = Pattern.compile("(::)?\\p{Lu}[\\p{L}\\p{N}_]*(::\\p{Lu}[\\p{L}\\p{N}_]*)*");

    /** What GlobalID takes for the name of an application. */
    private static final Pattern APP = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?");

    private static final int MOST_CHARACTERS = 1_000;

    private RubyNames() {}

    /** Whether a text can be the name of a class or module, such as {@code Shop::Order}. */
    static boolean isConstant(String name) {
        return name.length() <= MOST_CHARACTERS && CONSTANT.matcher(name).matches();
    }

    static boolean isApp(String name) {
        return name.length() <= MOST_CHARACTERS && APP.matcher(name).matches();
    }
}
