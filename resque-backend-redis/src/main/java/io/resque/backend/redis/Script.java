package io.resque.backend.redis;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The Lua scripts. Their text lies beside this class in resources. A script has only the functions that it needs, since a
 * server makes each function of a script anew in every run:
 *
 * <ul>
 *   <li>Functions of several scripts stand in files that are no scripts. A line {@code -- with types.lua rights.lua} of a
 *       script stands for the text of these files. No other text is added to a script. If a file needs another, the script
 *       names both, in this order.
 *   <li>What few runs of a frequent script need stands in a function, which such a run calls. Such a line can stand in it.
 *   <li>A line that ends with {@code --@name} is a mutation point: {@code WrongScripts} breaks the line to prove that the
 *       compatibility kit notices. If you change such a line, look at what {@code WrongScripts} makes of it.
 * </ul>
 */
enum Script {
    STEP,
    BEGIN,
    PUT_BACK,
    TAKE_SLOTS,
    SEND_BACK,
    REWRITE,
    PAUSE_QUEUE,
    REGISTER,
    UNREGISTER,
    HEARTBEAT,
    INSPECT,
    IN_FLIGHT,
    RANGE,
    HEADS,
    BEGIN_RECOVERY,
    WATCH_OVER,
    RECOVER,
    PUSH,
    WRITE_STATUS,
    WRITE_PROGRESS,
    END_AGAIN,
    REMOVE_STATUSES,
    TAKE,
    REMOVE_NEAR,
    REMOVE_CLAIMED,
    REMOVE_ONE,
    REMOVE_QUEUE,
    FREE_LOCK,
    DELETE_LIST,
    TRIM,
    ADD_FAILURES,
    EDIT_FAILURES,
    DELAY,
    DELAYED_PAGE,
    JOIN_SCHEDULER,
    LEAVE_SCHEDULER,
    MISSING_RIGHTS,
    PUSH_DUE,
    MOVE_DELAYED,
    CHANGE_DELAYED,
    DROP_EMPTY,
    DISCARD_DELAYED,
    SET_ASIDE_DELAYED,
    SCHEDULE_AGAIN,
    REMOVE_MARKS,
    RECURRING_PAGE,
    PUT_RECURRING,
    REMOVE_RECURRING,
    TICK_RECURRING,
    PAUSE_RECURRING,
    LEAD_HISTORY,
    WRITE_SAMPLE,
    ADD_TIMES,
    ADD_MARK;

    private static final String WITH = "(?m)^ *-- with ((?:\\w+\\.lua ?)+)\n";
    private static final byte[] EVAL = Keys.bytes("EVAL");
    private static final byte[] EVALSHA = Keys.bytes("EVALSHA");

    private final byte[] source;
    private final byte[] sha;

    Script() {
        source = Keys.bytes(text());
        sha = Keys.bytes(HexFormat.of().formatHex(sha1(source)));
    }

    /**
     * Runs the script by its hash. If the server does not know the hash, it has run nothing, and the script is sent again by
     * its text.
     */
    @Nullable
    Object run(RedisLink link, List<byte[]> keys, List<byte[]> args) {
        byte[][] command = command(keys, args);
        try {
            return link.call(command);
        } catch (RedisReplyException e) {
            if (!e.isNoScript()) {
                throw e;
            }
            command[0] = EVAL;
            command[1] = source;
            return link.call(command);
        }
    }

    /** As {@link #run}, for a script that does no harm if it runs twice: the connection is not tested, as {@link RedisLink#ask} says. */
    @Nullable
    Object ask(RedisLink link, List<byte[]> keys, List<byte[]> args) {
        Object reply = link.ask(List.<byte[][]>of(command(keys, args))).get(0);
        if (!(reply instanceof RedisReplyException e)) {
            return reply;
        } else if (e.isNoScript()) {
            return run(link, keys, args);
        }
        throw e;
    }

    /** The command that runs the script by its hash. */
    byte[][] command(List<byte[]> keys, List<byte[]> args) {
        byte[][] command = new byte[3 + keys.size() + args.size()][];
        command[0] = EVALSHA;
        command[1] = sha;
        command[2] = Keys.bytes(keys.size());
        int at = 3;
        for (byte[] key : keys) {
            command[at++] = key;
        }
        for (byte[] arg : args) {
            command[at++] = arg;
        }
        return command;
    }

    static byte[] sha1(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-1").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This Java has no SHA-1", e);
        }
    }

    /** The whole script, with the texts of other files. */
    String text() {
        return Pattern.compile(WITH)
                .matcher(resource(name().toLowerCase(Locale.ROOT) + ".lua"))
                .replaceAll(
                        line -> Matcher.quoteReplacement(Stream.of(line.group(1).split(" "))
                                .map(Script::resource)
                                .collect(Collectors.joining())));
    }

    private static String resource(String name) {
        try (InputStream in = Script.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("The jar of resque-backend-redis lacks " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("The jar of resque-backend-redis cannot be read: " + name, e);
        }
    }
}
