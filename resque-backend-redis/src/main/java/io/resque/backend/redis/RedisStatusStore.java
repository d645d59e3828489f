package io.resque.backend.redis;

import io.resque.api.JobState;
import io.resque.api.spi.Payload;
import io.resque.api.spi.ProgressRecord;
import io.resque.api.spi.StatusChange;
import io.resque.api.spi.StatusEnd;
import io.resque.api.spi.StatusPage;
import io.resque.api.spi.StatusRecord;
import io.resque.api.spi.StatusStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Statuses as php-resque keeps them. It also reads the records of older versions of php-resque, which have no result. */
final class RedisStatusStore implements StatusStore {
    private static final byte[] GET = Keys.bytes("GET");
    private static final byte[] DEL = Keys.bytes("DEL");
    private static final byte[] EMPTY = {};
    private static final int MOST_AT_ONCE = 200;
    private static final int MOST_BYTES = 200_000;
    private static final byte[] EXISTS = Keys.bytes("EXISTS");
    private static final byte[] SCAN = Keys.bytes("SCAN");
    private static final byte[] GETRANGE = Keys.bytes("GETRANGE");
    private static final byte[] FIRST = Keys.bytes(0);
    private static final byte[] SCAN_AT_ONCE = Keys.bytes(1_000);

    /** A record that has not ended has no result, so it is no longer than this. No more is read of any other. */
    private static final byte[] LONGEST_UNENDED = Keys.bytes(199);

    private static final byte[] NULL = Keys.bytes("null");

    /** The members stand in PHP's order. The result is last and can be anything. */
    private static final Pattern RECORD = Pattern.compile(
            "\\{\"status\":(\"?)(\\d{1,9})\\1,\"updated\":(\\d{1,12})"
                    + "(?:,\"started\":(\\d{1,12}))?(?:,\"result\":(.*))?\\}",
            Pattern.DOTALL);

    private static final Pattern PROGRESS =
            Pattern.compile("\\{\"updated\":(\\d{1,12}),\"progress\":(.*)\\}", Pattern.DOTALL);

    private final RedisLink link;
    private final Keys keys;
    private final boolean alone;

    /** Closes the link if it is alone. Otherwise the backend does. */
    RedisStatusStore(RedisLink link, Keys keys, boolean alone) {
        this.link = link;
        this.keys = keys;
        this.alone = alone;
    }

    /** A change in arguments of the scripts: state, result, expiry. */
    static List<byte[]> args(StatusChange change) {
        return List.of(
                Keys.bytes(change.state().code()),
                change.result() == null ? NULL : change.result().toBytes(),
                change.expiry() == null ? EMPTY : Keys.bytes(change.expiry().toSeconds()));
    }

    @Override
    public boolean write(StatusChange change) {
        return write(change, 0);
    }

    @Override
    public boolean writeNew(StatusChange change) {
        return write(change, 1);
    }

    private boolean write(StatusChange change, int onlyNew) {
        List<byte[]> args = new ArrayList<>(args(change));
        args.add(Keys.bytes(onlyNew));
        return Replies.number(Script.WRITE_STATUS.run(link, List.of(keys.status(change.token())), args)) == 1;
    }

    /** In several scripts, so that none keeps other clients waiting. */
    @Override
    public List<Boolean> endAgain(List<StatusEnd> ends) {
        List<Boolean> answers = new ArrayList<>(ends.size());
        while (answers.size() < ends.size()) {
            List<byte[]> names = new ArrayList<>();
            List<byte[]> args = new ArrayList<>();
            int bytes = 0;
            for (int i = answers.size(); i < ends.size() && names.size() < MOST_AT_ONCE && bytes < MOST_BYTES; i++) {
                StatusChange change = ends.get(i).change();
                Instant enqueued = ends.get(i).enqueued();
                names.add(keys.status(change.token()));
                args.addAll(args(change));
                args.add(enqueued == null ? EMPTY : Keys.bytes(enqueued.getEpochSecond()));
                bytes += change.result() == null ? 0 : change.result().size();
            }
            for (Object answer : Replies.list(Script.END_AGAIN.run(link, names, args))) {
                answers.add(Replies.number(answer) == 1);
            }
        }
        return answers;
    }

    @Override
    public Optional<StatusRecord> find(String token) {
        @Nullable Object reply = link.call(GET, keys.status(token));
        return reply == null ? Optional.empty() : parse(Replies.text(reply));
    }

    private static Optional<StatusRecord> parse(String text) {
        Matcher record = RECORD.matcher(text);
        if (!record.matches()) {
            return Optional.empty();
        }
        String started = record.group(4);
        String result = record.group(5);
        return JobState.ofCode(Integer.parseInt(record.group(2)))
                .map(state -> new StatusRecord(
                        state,
                        seconds(record.group(3)),
                        started == null ? null : seconds(started),
                        result == null || result.equals("null") ? null : Payload.ofText(result)));
    }

    private static Instant seconds(String text) {
        return Instant.ofEpochSecond(Long.parseLong(text));
    }

    @Override
    public boolean remove(String token) {
        List<?> removed = link.pipeline(
                List.of(new byte[][] {DEL, keys.status(token)}, new byte[][] {DEL, keys.progress(token)}));
        Replies.number(removed.get(1)); // throws, if it was refused
        return Replies.number(removed.get(0)) == 1;
    }

    @Override
    public boolean writeProgress(String token, Payload progress, @Nullable Duration expiry) {
        List<byte[]> names = List.of(keys.status(token), keys.progress(token));
        List<byte[]> args = List.of(progress.toBytes(), expiry == null ? EMPTY : Keys.bytes(expiry.toSeconds()));
        return Replies.number(Script.WRITE_PROGRESS.run(link, names, args)) == 1;
    }

    @Override
    public Optional<ProgressRecord> progress(String token) {
        Object kept = ForeignKeys.orNull(() -> link.call(GET, keys.progress(token)));
        Matcher record = PROGRESS.matcher(kept == null ? "" : Replies.text(kept));
        return record.matches()
                ? Optional.of(new ProgressRecord(seconds(record.group(1)), Payload.ofText(record.group(2))))
                : Optional.empty();
    }

    /** Redis goes through all its keys for that, also those of other programs. */
    @Override
    public StatusPage unended(String from) {
        if (from.isEmpty()) {
            link.call(EXISTS, keys.queues); // leads to the node of a cluster that has the namespace
        }
        List<?> scanned = Replies.list(link.call(
                SCAN,
                from.isEmpty() ? FIRST : Keys.bytes(from),
                Keys.bytes("MATCH"),
                keys.statusPattern(),
                Keys.bytes("COUNT"),
                SCAN_AT_ONCE));
        List<byte[]> names = new ArrayList<>();
        List<byte[][]> commands = new ArrayList<>();
        commands.add(new byte[][] {Keys.bytes("TIME")});
        for (Object name : Replies.list(scanned.get(1))) {
            names.add(Replies.bytes(name));
            commands.add(new byte[][] {GETRANGE, Replies.bytes(name), FIRST, LONGEST_UNENDED});
        }
        List<?> replies = link.pipeline(commands);
        Map<String, StatusRecord> unended = new HashMap<>();
        for (int i = 0; i < names.size(); i++) {
            if (replies.get(i + 1) instanceof byte[] text) {
                String token = keys.statusToken(names.get(i));
                parse(Keys.utf8(text))
                        .filter(record -> !record.state().isFinal())
                        .ifPresent(record -> unended.put(token, record));
            } else if (!(replies.get(i + 1) instanceof RedisReplyException e) || !e.isWrongType()) {
                Replies.bytes(replies.get(i + 1)); // throws
            }
        }
        String next = Replies.text(scanned.get(0));
        Instant now = Instant.ofEpochSecond(
                Replies.numberText(Replies.list(replies.get(0)).get(0)));
        return new StatusPage(unended, now, next.equals("0") ? null : next);
    }

    @Override
    public Set<String> removeUnchanged(Map<String, StatusRecord> seen) {
        List<Map.Entry<String, StatusRecord>> all = List.copyOf(seen.entrySet());
        Set<String> removed = new HashSet<>();
        for (int from = 0; from < all.size(); from += MOST_AT_ONCE) {
            List<byte[]> names = new ArrayList<>();
            List<byte[]> args = new ArrayList<>();
            for (Map.Entry<String, StatusRecord> each : all.subList(from, Math.min(all.size(), from + MOST_AT_ONCE))) {
                StatusRecord record = each.getValue();
                Instant started = record.started();
                names.add(keys.status(each.getKey()));
                args.add(Keys.bytes(record.state().code()));
                args.add(Keys.bytes(record.updated().getEpochSecond()));
                args.add(started == null ? EMPTY : Keys.bytes(started.getEpochSecond()));
            }
            for (Object index : Replies.list(Script.REMOVE_STATUSES.run(link, names, args))) {
                removed.add(all.get(from + (int) Replies.number(index)).getKey());
            }
        }
        return removed;
    }

    @Override
    public void close() {
        if (alone) {
            link.close();
        }
    }
}
