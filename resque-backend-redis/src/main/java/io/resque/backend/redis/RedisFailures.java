package io.resque.backend.redis;

import io.resque.api.spi.FailureEdit;
import io.resque.api.spi.FailureEntry;
import io.resque.api.spi.FailureList;
import io.resque.api.spi.Failures;
import io.resque.api.spi.Payload;
import io.resque.api.spi.Push;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

final class RedisFailures implements Failures {
    private static final byte[] SMEMBERS = Keys.bytes("SMEMBERS");
    private static final byte[] LLEN = Keys.bytes("LLEN");
    private static final byte[] HLEN = Keys.bytes("HLEN");
    private static final byte[] HEXISTS = Keys.bytes("HEXISTS");
    private static final byte[] BEFORE_STAND_IN = Keys.bytes("{\"payload\":");
    private static final byte[] AFTER_STAND_IN = Keys.bytes("}");
    private static final byte[] EMPTY = {};
    private static final byte[] SET = Keys.bytes("set");
    private static final byte[] REMOVE = Keys.bytes("remove");

    private final RedisLink link;
    private final Keys keys;

    RedisFailures(RedisLink link, Keys keys) {
        this.link = link;
        this.keys = keys;
    }

    @Override
    public List<FailureList> lists() {
        List<FailureList> lists = new ArrayList<>();
        lists.add(FailureList.COMMON);
        Replies.names(ForeignKeys.orNull(() -> link.call(SMEMBERS, keys.failedQueues))).stream()
                .sorted()
                .flatMap(name -> FailureList.named(name).stream())
                .filter(list -> list.queue() != null)
                .forEach(lists::add);
        return lists;
    }

    @Override
    public long count(FailureList list) {
        return Replies.count(ForeignKeys.orNull(() -> link.call(LLEN, keys.failures(list))));
    }

    @Override
    public List<Payload> range(FailureList list, long start, long count) {
        return Replies.range(link, keys.failures(list), start, count);
    }

    @Override
    public List<Payload> range(FailureList list, long start, long count, long maxBytes) {
        return Replies.range(link, keys.failures(list), start, count, maxBytes, BEFORE_STAND_IN, AFTER_STAND_IN);
    }

    @Override
    public long aside() {
        return Replies.count(ForeignKeys.orNull(() -> link.call(HLEN, keys.oversize)));
    }

    @Override
    public boolean isAside(String name) {
        return Replies.count(ForeignKeys.orNull(() -> link.call(HEXISTS, keys.oversize, Keys.bytes(name)))) == 1;
    }

    @Override
    public void add(List<FailureEntry> entries) {
        List<byte[]> names = new ArrayList<>();
        names.add(keys.failedQueues);
        entries.forEach(entry -> names.add(keys.failures(entry.list())));
        Script.ADD_FAILURES.run(link, names, args(entries));
    }

    /** Failure records in arguments of the scripts, each with the name of its list in {@code failed_queues}. */
    static List<byte[]> args(List<FailureEntry> entries) {
        List<byte[]> args = new ArrayList<>();
        for (FailureEntry entry : entries) {
            args.add(entry.record().toBytes());
            args.add(Keys.bytes(Keys.failedMember(entry.list())));
        }
        return args;
    }

    @Override
    public List<Boolean> edit(FailureList list, List<FailureEdit> edits) {
        List<byte[]> names = new ArrayList<>();
        names.add(keys.failures(list));
        names.add(keys.queues);
        names.add(keys.oversize);
        List<byte[]> args = new ArrayList<>();
        for (FailureEdit edit : edits) {
            Push push = edit.push();
            FailureEdit.Aside aside = edit.aside();
            String queue = push != null ? push.queue() : aside == null ? null : aside.queue();
            names.add(queue == null ? keys.failures(list) : keys.queue(queue));
            args.add(Keys.bytes(edit.index()));
            args.add(sha(edit.expected()));
            args.add(edit.replacement() == null ? REMOVE : SET);
            args.add(edit.replacement() == null ? EMPTY : edit.replacement().toBytes());
            args.add(queue == null ? EMPTY : Keys.bytes(queue));
            args.add(aside == null ? EMPTY : Keys.bytes(aside.name()));
            args.add(Keys.bytes(push == null ? 0 : push.payloads().size()));
            if (push != null) {
                push.payloads().forEach(payload -> args.add(payload.toBytes()));
            }
        }
        List<Boolean> made = new ArrayList<>();
        for (Object reply : Replies.list(Script.EDIT_FAILURES.run(link, names, args))) {
            made.add(Replies.number(reply) == 1);
        }
        return made;
    }

    /** As {@code sha1hex} in a script, so that a record can be compared without being sent. */
    static byte[] sha(Payload payload) {
        return Keys.bytes(HexFormat.of().formatHex(Script.sha1(payload.toBytes())));
    }

    @Override
    public long trim(FailureList list, long keep) {
        if (keep < 0) {
            throw new IllegalArgumentException("keep must not be negative, was " + keep);
        }
        return Replies.number(Script.TRIM.run(link, List.of(keys.failures(list)), List.of(Keys.bytes(keep))));
    }

    @Override
    public long clear(FailureList list) {
        byte[] member = Keys.bytes(Keys.failedMember(list));
        return Replies.number(
                Script.DELETE_LIST.run(link, List.of(keys.failures(list), keys.failedQueues), List.of(member)));
    }
}
