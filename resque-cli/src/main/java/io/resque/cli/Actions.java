package io.resque.cli;

import java.util.List;
import java.util.stream.Collectors;

/** The word behind a command that says what to do. */
final class Actions {
    private Actions() {}

    /** The sentence for a word that is no action of the command. */
    static String unknown(String command, String given, List<String> actions) {
        String meant = actions.stream()
                .filter(each -> !given.isEmpty() && each.startsWith(given.substring(0, 1)))
                .collect(Collectors.joining(" or "));
        int last = actions.size() - 1;
        return command + " knows no action " + Numbers.shown(given)
                + (meant.isEmpty() ? ". " : "; did you mean " + meant + "? ")
                + "The actions are " + String.join(", ", actions.subList(0, last)) + " and " + actions.get(last);
    }
}
