package io.resque.api.spi;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Ends the run of a job of Rails' ActiveJob that asks for another run. The worker knows it by its class name and its message, since the job
 * can have run in another process.
 */
public final class RetryLaterException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final Pattern TEXT =
            Pattern.compile("The job asks for another run after (\\S+)(?: on the queue (.+))?", Pattern.DOTALL);

    /**
     * Asks for another run.
     *
     * @param wish when and where
     */
    public RetryLaterException(Wish wish) {
        super("The job asks for another run after " + wish.delay
                + wish.queue.map(name -> " on the queue " + name).orElse(""));
    }

    /**
     * When and where a job wants to run again.
     *
     * @param delay after how long
     * @param queue the queue; empty for that of the job
     */
    public record Wish(Duration delay, Optional<String> queue) {
        /**
         * Refuses values that make no sense.
         *
         * @param delay after how long
         * @param queue the queue
         * @throws IllegalArgumentException if the delay is negative or longer than 36,500 days, or the name of the queue is empty
         */
        public Wish {
            if (delay.isNegative() || delay.compareTo(Duration.ofDays(36_500)) > 0) {
                throw new IllegalArgumentException("The delay must be from zero to 36,500 days, was " + delay);
            }
            if (queue.filter(String::isBlank).isPresent()) {
                throw new IllegalArgumentException("The queue of the next run is empty; give it a name");
            }
        }
    }

    /**
     * What a failed run asks for.
     *
     * @param failure how the run failed
     * @return empty if it asks for no other run
     */
    public static Optional<Wish> wish(JobOutcome.Failed failure) {
        Matcher text = TEXT.matcher(failure.message());
        if (!failure.exception().equals(RetryLaterException.class.getName()) || !text.matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Wish(Duration.parse(text.group(1)), Optional.ofNullable(text.group(2))));
        } catch (DateTimeParseException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
