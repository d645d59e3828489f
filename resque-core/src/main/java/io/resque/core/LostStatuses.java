package io.resque.core;

import io.resque.core.internal.status.LostStatusSearch;
import java.util.List;
import java.util.Objects;

/**
 * Statuses that say that their job waits or runs, though it is in no queue and no worker has it: nobody will ever end them.
 *
 * @param tokens the tokens of these statuses; at most 10,000
 * @param unended how many statuses were examined, lost ones included: all that say that their job waits or runs, and are older than the
 *     age that was given
 * @param stopped empty if all statuses were looked at. Otherwise the reason why not: there may be more lost statuses; if no status
 *     could be judged, there are no tokens
 */
public record LostStatuses(List<String> tokens, long unended, String stopped) {
    /**
     * Copies the list.
     *
     * @param tokens the tokens
     * @param unended how many statuses were examined
     * @param stopped why not all was looked at
     */
    public LostStatuses {
        tokens = List.copyOf(tokens);
        Objects.requireNonNull(stopped, "stopped");
    }

    static LostStatuses of(LostStatusSearch.Found found) {
        return new LostStatuses(found.tokens(), found.unended(), found.stopped());
    }
}
