package io.resque.web.internal.pages;

import io.resque.api.spi.JsonRules;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a visitor has changed, as the log and the listener of the application are told.
 *
 * @param user who; empty if the server does not know
 * @param from the address from which the request was sent
 * @param instance the name of the instance
 * @param address the path below the instance, with its query
 * @param action what the button says, such as {@code retry-all}
 * @param changed how many things were changed; empty if an error ended the action
 * @param text a sentence in English
 */
public record Written(
        String user, String from, String instance, String address, String action, OptionalLong changed, String text) {
    private static final Logger LOG = LoggerFactory.getLogger("io.resque.web.ResqueWeb");

    static void tell(Visit visit, OptionalLong changed, String text, Consumer<Written> listener) {
        Written written = new Written(
                visit.request.user().orElse(""),
                visit.request.from(),
                visit.instance.name,
                visit.address(),
                visit.action(),
                changed,
                text);
        LOG.info(
                "{} of {} on {}{}: {}",
                JsonRules.forLog(written.user.isEmpty() ? "somebody" : written.user),
                JsonRules.forLog(written.from),
                written.instance,
                JsonRules.forLog(written.address),
                JsonRules.forLog(text));
        try {
            listener.accept(written);
        } catch (RuntimeException e) {
            LOG.error("The listener of writes failed; what it was told has been done", e);
        }
    }
}
