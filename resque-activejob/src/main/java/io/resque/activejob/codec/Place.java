package io.resque.activejob.codec;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/** Where a walk through arguments stands, for messages; also its limits of depth and size. For one walk. */
final class Place {
    /**
     * The most levels of lists and objects; the list of all arguments is the first of them. Ruby's JSON library writes 100 levels, and the
     * record of a failure has four around that list.
     */
    static final int MOST_WRITTEN_LEVELS = 96;

    /** As many as a serializer of this library reads. */
    static final int MOST_READ_LEVELS = 200;

    /** The most values of one argument list. */
    static final int MOST_VALUES = 1_000_000;

    /** The most characters of a text of the arguments in a message. */
    private static final int MOST_SHOWN = 100;

    private final Deque<Object> steps = new ArrayDeque<>();
    private final int mostLevels;
    private int values;

    Place(int mostLevels) {
        this.mostLevels = mostLevels;
    }

    /** Goes to an element or a member. */
    void enter(Object step) {
        steps.addLast(step);
    }

    void leave() {
        steps.removeLast();
    }

    /** Counts a value, and refuses one too many. Reader and writer call it before they look at the value. */
    void count() {
        if (++values > MOST_VALUES) {
            throw new ArgumentCodecException("The arguments have more than " + MOST_VALUES
                    + " values; send less, such as the id of a record or the name of a file");
        }
    }

    /** Refuses a list or an object that stands too deep. Reader and writer call it before they look at the elements. */
    void checkDepth(int level) {
        if (level > mostLevels) {
            throw new ArgumentCodecException(first() + " nests deeper than " + mostLevels
                    + " levels, counted with the list of all arguments; send it flatter, or as a text of JSON");
        }
    }

    ArgumentCodecException refused(String why) {
        return new ArgumentCodecException(this + " " + why);
    }

    ArgumentCodecException refused(String why, Throwable cause) {
        return new ArgumentCodecException(this + " " + why, cause);
    }

    private String first() {
        return steps.isEmpty()
                ? "The list of arguments"
                : steps.getFirst() instanceof String keyword
                        ? "The keyword " + quoted(keyword)
                        : "Argument " + steps.getFirst();
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(first());
        Iterator<Object> rest = steps.iterator();
        if (rest.hasNext()) {
            rest.next();
        }
        rest.forEachRemaining(step -> text.append('[')
                .append(step instanceof String key ? quoted(key) : step.toString())
                .append(']'));
        return text.toString();
    }

    /** A text in quotation marks, on one line, cut if it is long. */
    static String quoted(String text) {
        StringBuilder shown = new StringBuilder("\"");
        for (int i = 0; i < Math.min(text.length(), MOST_SHOWN); i++) {
            char c = text.charAt(i);
            if (Character.isISOControl(c) || Character.isSurrogate(c) && isLone(text, i)) {
                shown.append(String.format("\\u%04x", (int) c));
            } else {
                shown.append(c);
            }
        }
        return shown.append(text.length() > MOST_SHOWN ? "…\"" : "\"").toString();
    }

    /** The index of a half of a surrogate pair without its other half; -1 if there is none. */
    static int loneSurrogate(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i)) && isLone(text, i)) {
                return i;
            }
        }
        return -1;
    }

    private static boolean isLone(String text, int i) {
        return Character.isHighSurrogate(text.charAt(i))
                ? i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1))
                : i == 0 || !Character.isHighSurrogate(text.charAt(i - 1));
    }
}
