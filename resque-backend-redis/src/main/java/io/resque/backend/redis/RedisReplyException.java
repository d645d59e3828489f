package io.resque.backend.redis;

import io.resque.api.BackendException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Redis answered with an error. The message quotes the error and says what can be done. */
public class RedisReplyException extends BackendException {
    private static final long serialVersionUID = 1L;

    /** The error as Redis sent it. */
    private final String reply;

    /**
     * An error reply.
     *
     * @param endpoint which Redis
     * @param reply the error as Redis sent it
     */
    public RedisReplyException(String endpoint, String reply) {
        super("Redis at " + endpoint + " answered: " + shown(reply) + wayOut(reply));
        this.reply = reply;
    }

    /** Redis refuses a HELLO without password in many lines, and quotes an unknown command with its arguments: a password. */
    private static String shown(String reply) {
        return reply.startsWith("NOAUTH")
                ? "NOAUTH Authentication required"
                : reply.replaceFirst("(?s), with args beginning with: .*", "").replaceFirst("[.\\s]+$", "");
    }

    boolean isNoScript() {
        return reply.startsWith("NOSCRIPT");
    }

    /** The server did not look at the command: another server must run it, or the script is not known here. */
    boolean hasRunNothing() {
        return isNoScript() || isForOtherServer();
    }

    /** The server did not look at the command: another server must run it. */
    boolean isForOtherServer() {
        return isNoPrimary() || movedTo() != null;
    }

    /** The memory is full, so Redis did nothing. In the error of a script this does not stand at the begin. */
    boolean isFull() {
        return reply.contains("OOM ");
    }

    boolean isNoLogin() {
        return reply.contains("NOAUTH");
    }

    /** The server is no primary, or no longer, and did nothing. */
    boolean isNoPrimary() {
        return reply.contains("READONLY") || reply.startsWith("UNBLOCKED");
    }

    /** The node that has the key, {@code host:port}, if a node of a cluster did nothing and points there; else null. */
    @Nullable
    String movedTo() {
        return reply.startsWith("MOVED ") ? reply.substring(reply.lastIndexOf(' ') + 1) : null;
    }

    boolean isUnknownCommand() {
        return reply.toUpperCase(Locale.ROOT).startsWith("ERR UNKNOWN COMMAND");
    }

    boolean isLoading() {
        return reply.startsWith("LOADING");
    }

    boolean isWrongType() {
        return reply.startsWith("WRONGTYPE");
    }

    /** Also if a script of Redis 6.2 met it: then the code does not stand at the begin. */
    @Override
    public boolean isLasting() {
        return reply.contains("WRONGTYPE ") || isNoRight(reply.toUpperCase(Locale.ROOT));
    }

    @Override
    public boolean mayPassByWaiting() {
        return isLoading() || reply.startsWith("MASTERDOWN") || reply.startsWith("CLUSTERDOWN");
    }

    private static boolean isNoRight(String text) {
        return text.contains("NOPERM") || text.contains("ACL FAILURE") || text.contains("CAN'T RUN THIS COMMAND");
    }

    private static String wayOut(String reply) {
        String text = reply.toUpperCase(Locale.ROOT);
        if (text.contains("NOAUTH") || text.contains("WRONGPASS") || text.contains("INVALID PASSWORD")) {
            return " — give the right password in the URL, redis://:password@host or redis://user:password@host";
        }
        if (text.contains("CALLED WITHOUT ANY PASSWORD CONFIGURED")) {
            return " — this Redis has no password: leave it out of the URL";
        }
        if (isNoRight(text)) {
            return " — grant the ACL user this command and the keys of the namespace";
        }
        if (text.contains("READONLY")) {
            return " — this is a replica; connect to the primary";
        }
        if (text.contains("OOM ")) {
            return " — it is full: raise maxmemory or remove keys, and use maxmemory-policy noeviction for queues";
        }
        if (text.contains("MISCONF")) {
            return " — it cannot save to disk and so takes no writes; see its log";
        }
        if (text.contains("MAX NUMBER OF CLIENTS")) {
            return " — it has as many connections as it takes: raise maxclients, or let fewer processes connect";
        }
        if (text.contains("LOADING")) {
            return " — it is starting; try again soon";
        }
        if (text.contains("UNKNOWN COMMAND") || text.contains("UNKNOWN REDIS COMMAND")) {
            return " — Redis 6.2 or later is needed, with this command under its own name; to sentinels leads the URL"
                    + " redis-sentinel://host:26379#name";
        }
        if (text.startsWith("MOVED ") || text.contains("CROSSSLOT") || text.contains("NON LOCAL KEY")) {
            return " — this is a cluster: give a namespace with a hash tag, such as {resque}";
        }
        if (text.contains("SELECT IS NOT ALLOWED IN CLUSTER")) {
            return " — a cluster has database 0 only: leave the database out of the URL";
        }
        if (text.contains("DB INDEX")) {
            return " — the number after the slash in the URL is the database";
        }
        return "";
    }
}
