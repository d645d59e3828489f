package io.resque.backend.redis;

import io.resque.api.BackendException;
import io.resque.api.spi.DelayedPage;
import io.resque.api.spi.Effect;
import io.resque.api.spi.ForeignLocks;
import io.resque.api.spi.Payload;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Takes out entries of the schedule behind which nothing can be moved, and items that are too large. */
final class DelayedStrays {
    private static final byte[] ZERO = Keys.bytes(0);
    private static final byte[] ONE = Keys.bytes(1);

    /** How many empty seconds one call removes, which takes Redis about a millisecond. */
    private static final int SECONDS_AT_ONCE = 1_000;

    /** How many items behind a fraction one call moves. */
    private static final int AT_ONCE = 200;

    private static final Pattern SIZE_AND_FIELD = Pattern.compile(
            "^\\{\"class\":\"OversizePayload\",\"args\":\\[],\"size\":(\\d+),.*?\"kept_as\":\"(\\w+)\"");

    private final RedisLink link;
    private final Keys keys;
    private final DelayedScripts scripts;

    DelayedStrays(RedisLink link, Keys keys, DelayedScripts scripts) {
        this.link = link;
        this.keys = keys;
        this.scripts = scripts;
    }

    Set<DelayedPage.Stray> discard(Map<DelayedPage.Stray, List<Effect>> strays, @Nullable ForeignLocks locks) {
        Set<DelayedPage.Stray> removed = new LinkedHashSet<>();
        List<DelayedPage.Stray> empty = new ArrayList<>();
        strays.forEach((stray, effects) -> {
            if (stray.kind() == DelayedPage.Stray.Kind.EMPTY) {
                empty.add(stray);
            } else if (discard(stray, effects, locks)) {
                removed.add(stray);
            }
        });
        for (int from = 0; from < empty.size(); from += SECONDS_AT_ONCE) {
            List<DelayedPage.Stray> some = empty.subList(from, Math.min(empty.size(), from + SECONDS_AT_ONCE));
            List<byte[]> names = new ArrayList<>();
            names.add(keys.schedule);
            List<byte[]> args = new ArrayList<>();
            for (DelayedPage.Stray stray : some) {
                names.add(keys.delayed(stray.entry()));
                args.add(stray.entry().toBytes());
            }
            List<?> gone = Replies.list(Script.DROP_EMPTY.run(link, names, args));
            for (int i = 0; i < some.size(); i++) {
                if (Replies.number(gone.get(i)) == 1) {
                    removed.add(some.get(i));
                }
            }
        }
        return removed;
    }

    private boolean setAside(
            DelayedPage.Stray stray, Payload standIn, List<Effect> effects, @Nullable ForeignLocks locks) {
        Matcher kept = SIZE_AND_FIELD.matcher(standIn.text());
        if (!kept.find()) {
            throw new BackendException("This is no stand-in of an item: " + standIn.text());
        }
        EncodedEffects encoded = EncodedEffects.of(effects, keys, EncodedEffects.NO_WORKER);
        List<byte[]> names = new ArrayList<>(List.of(keys.schedule, keys.queues, keys.failedQueues));
        names.add(keys.delayed(stray.entry()));
        names.add(keys.oversize);
        List<byte[]> looked = scripts.locks(locks);
        names.addAll(looked);
        names.addAll(encoded.names);
        List<byte[]> args = new ArrayList<>();
        args.add(stray.entry().toBytes());
        args.add(Keys.bytes(kept.group(1)));
        args.add(Keys.bytes(kept.group(2)));
        args.add(keys.seconds(Payload.ofText("")));
        args.add(Keys.bytes(looked.size()));
        args.addAll(DelayedScripts.lockArgs(locks));
        args.add(encoded.letters);
        args.addAll(encoded.args);
        return Replies.number(Script.SET_ASIDE_DELAYED.run(link, names, args)) == 1;
    }

    private boolean discard(DelayedPage.Stray stray, List<Effect> effects, @Nullable ForeignLocks locks) {
        Payload standIn = stray.standIn();
        if (standIn != null) {
            return setAside(stray, standIn, effects, locks);
        }
        boolean isSecond = stray.kind() == DelayedPage.Stray.Kind.NOT_A_LIST;
        String whole = isSecond ? "" : DelayedScripts.nextSecond(stray.entry().text());
        if (whole.equals(stray.entry().text())) {
            return false; // it is a second, and its items stand where they belong
        }
        EncodedEffects encoded = EncodedEffects.of(effects, keys, EncodedEffects.NO_WORKER);
        List<byte[]> names = new ArrayList<>(List.of(keys.schedule, keys.queues, keys.failedQueues));
        names.add(keys.delayed(stray.entry()));
        names.add(whole.isEmpty() ? keys.delayed(stray.entry()) : keys.delayed(whole));
        List<byte[]> looked = scripts.locks(locks);
        names.addAll(looked);
        names.addAll(encoded.names);
        List<byte[]> args = new ArrayList<>();
        args.add(stray.entry().toBytes());
        args.add(Keys.bytes(whole));
        args.add(isSecond ? ONE : ZERO);
        args.add(Keys.bytes(AT_ONCE));
        args.add(Keys.bytes(looked.size()));
        args.addAll(DelayedScripts.lockArgs(locks));
        args.add(encoded.letters);
        args.addAll(encoded.args);
        long answer;
        do {
            answer = Replies.number(Script.DISCARD_DELAYED.run(link, names, args));
        } while (answer == 2);
        return answer == 1;
    }
}
