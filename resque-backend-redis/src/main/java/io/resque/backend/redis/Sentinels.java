package io.resque.backend.redis;

import io.resque.api.BackendException;
import io.resque.api.BackendUnavailableException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Asks the sentinels of the settings, one after the other, which server is the primary. */
final class Sentinels {
    private final RedisSettings settings;
    private final String name;
    private final ServerLinks links;

    Sentinels(RedisSettings settings, String name, ServerLinks links) {
        this.settings = settings;
        this.name = name;
        this.links = links;
    }

    /**
     * The primary.
     *
     * @throws BackendUnavailableException if no sentinel names one
     */
    ServerLinks.Server primary() {
        List<String> reasons = new ArrayList<>();
        BackendException last = null;
        for (InetSocketAddress sentinel : settings.sentinels()) {
            try {
                Object answer = ask(sentinel);
                if (answer instanceof List<?> address && address.size() == 2) {
                    return links.to(
                            settings.at(Replies.text(address.get(0)), Integer.parseInt(Replies.text(address.get(1)))));
                }
                reasons.add(sentinel.getHostString() + ":" + sentinel.getPort() + " does not know it");
            } catch (RedisReplyException | BackendUnavailableException e) {
                last = e;
                reasons.add(reason(sentinel, e));
            }
        }
        String message = "No sentinel names the primary \"" + name + "\" (" + String.join("; ", reasons)
                + "); check the name after # in the URL, and that the sentinels run";
        throw new BackendUnavailableException(message, last == null ? new IllegalStateException(message) : last, false);
    }

    private static String reason(InetSocketAddress sentinel, BackendException e) {
        return e instanceof RedisReplyException reply && reply.isUnknownCommand()
                ? sentinel.getHostString() + ":" + sentinel.getPort()
                        + " is no sentinel, but a Redis, to which the URL redis://host:port/db leads"
                : String.valueOf(e.getMessage());
    }

    private @Nullable Object ask(InetSocketAddress sentinel) {
        byte[][] question = {Keys.bytes("SENTINEL"), Keys.bytes("get-master-addr-by-name"), Keys.bytes(name)};
        try {
            return links.to(settings.sentinel(sentinel, false)).link().call(question);
        } catch (RedisReplyException e) {
            if (!e.isNoLogin() || settings.password() == null) {
                throw e;
            }
            return links.to(settings.sentinel(sentinel, true)).link().call(question);
        }
    }
}
