package io.resque.tck.explorer;

import java.util.List;
import java.util.Optional;

/**
 * What an explorer has seen.
 *
 * @param name of which class, and with which threads
 * @param states how many different states it has met
 * @param ends how many of these have no further step
 * @param invariants what it has checked
 * @param violation what was wrong, if anything was; the explorer has stopped there
 */
public record Exploration(String name, int states, int ends, List<String> invariants, Optional<Violation> violation) {
    /**
     * A way into a state that must not be.
     *
     * @param what is wrong there
     * @param steps the names of the steps that lead there from the start; no other way is shorter
     */
    public record Violation(String what, List<String> steps) {}

    /** The head of the table that has {@link #row} as its rows. */
    static final String HEAD = "| class | states | ends | invariants |\n|---|---|---|---|";

    /** One row of a table, in Markdown. */
    String row() {
        String last = violation
                .map(wrong -> "caught after " + wrong.steps().size() + " steps: " + wrong.what())
                .orElse(String.join("; ", invariants));
        return "| " + name + " | " + states + " | " + ends + " | " + last + " |";
    }

    /**
     * Demands that nothing was wrong.
     *
     * @throws AssertionError if something was, with the steps that lead there, one on each line
     */
    public void mustHold() {
        if (violation.isPresent()) {
            throw new AssertionError(name + ": " + violation.get().what() + "\n  "
                    + String.join("\n  ", violation.get().steps()));
        }
    }
}
