package io.resque.wrong.memory;

import static io.resque.wrong.memory.Wrong.delayed;

import io.resque.api.spi.DelayedCount;
import io.resque.api.spi.DelayedItem;
import io.resque.api.spi.DelayedLook;
import io.resque.api.spi.DelayedMove;
import io.resque.api.spi.DelayedPage;
import io.resque.api.spi.DelayedPush;
import io.resque.api.spi.Payload;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Memory backends that are wrong with delayed items, in rules that hold without keys. */
final class WrongDelayedMemories {
    private WrongDelayedMemories() {}

    @SuppressWarnings("unchecked") // of the arguments of a port
    private static List<DelayedMove> moves(Object argument) {
        return (List<DelayedMove>) argument;
    }

    private static DelayedMove withoutEffects(DelayedMove move) {
        return new DelayedMove(move.second(), move.item(), move.target());
    }

    private static DelayedPush onlyDelayed(DelayedPush push) {
        return new DelayedPush(
                push.queue(),
                push.entries().stream()
                        .map(entry -> new DelayedPush.Entry(Long.MAX_VALUE, entry.item(), entry.payload()))
                        .toList());
    }

    static List<Wrong> all() {
        return List.of(
                delayed("delays the payload", "W-651", "write", (items, real, args) -> {
                    DelayedPush push = (DelayedPush) args[0];
                    List<DelayedPush.Entry> entries = push.entries().stream()
                            .map(entry -> new DelayedPush.Entry(entry.second(), entry.payload(), entry.payload()))
                            .toList();
                    return real.call(new DelayedPush(push.queue(), entries, push.statuses(), push.onlyNew()));
                }),
                delayed(
                        "delays what is due",
                        "W-652",
                        "write",
                        (items, real, args) -> real.call(onlyDelayed((DelayedPush) args[0]))),
                delayed("writes no status", "W-653", "write", (items, real, args) -> {
                    DelayedPush push = (DelayedPush) args[0];
                    return real.call(new DelayedPush(push.queue(), push.entries()));
                }),
                delayed(
                        "finds everything due",
                        "W-655",
                        "due",
                        (items, real, args) ->
                                items.page("", Long.MIN_VALUE, Long.MAX_VALUE, (int) args[2], (long) args[3])),
                delayed("reads in the reverse order", "W-656", "page", (items, real, args) -> {
                    DelayedPage page = (DelayedPage) real.call(args);
                    List<DelayedItem> reversed = new ArrayList<>(page.items());
                    Collections.reverse(reversed);
                    return new DelayedPage("", reversed, List.of(), page.now(), null, null, page.next());
                }),
                delayed(
                        "counts one for all",
                        "W-657",
                        "count",
                        (items, real, args) ->
                                new DelayedCount(Math.min(1, ((DelayedCount) real.call(args)).items()), null)),
                delayed(
                        "tells of no second that is due",
                        "W-675",
                        "look",
                        (items, real, args) ->
                                new DelayedLook(items.due("", null, 1, 1).later(), args[1] != null, null, null)),
                delayed(
                        "moves wherever the item stands",
                        "W-661",
                        "move",
                        (items, real, args) -> new DelayedMove.Answer(
                                items.change("", moves(args[1]), null).stream()
                                        .map(count -> new DelayedMove.Outcome(
                                                count > 0 ? DelayedMove.State.MOVED : DelayedMove.State.GONE, null))
                                        .toList(),
                                null)),
                delayed("leaves something behind", "W-662", "move", (items, real, args) -> {
                    Object answer = real.call(args);
                    moves(args[1])
                            .forEach(move -> items.write(new DelayedPush(
                                    "high",
                                    List.of(new DelayedPush.Entry(
                                            Long.MAX_VALUE, Payload.ofText("left"), move.item())))));
                    return answer;
                }),
                delayed("moves twice", "W-663", "move", (items, real, args) -> {
                    DelayedMove.Answer answer = (DelayedMove.Answer) real.call(args);
                    for (int i = 0; i < answer.outcomes().size(); i++) {
                        DelayedMove move = moves(args[1]).get(i);
                        if (answer.outcomes().get(i).state() == DelayedMove.State.MOVED
                                && move.target() instanceof DelayedMove.ToQueue to) { // what is due goes there at once
                            items.write(new DelayedPush(
                                    to.queue(), List.of(new DelayedPush.Entry(1, move.item(), to.payload()))));
                        }
                    }
                    return answer;
                }),
                delayed(
                        "moves without effects",
                        "W-665",
                        "move",
                        (items, real, args) -> real.call(
                                args[0],
                                moves(args[1]).stream()
                                        .map(WrongDelayedMemories::withoutEffects)
                                        .toList(),
                                args[2])),
                delayed(
                        "moves nowhere else",
                        "W-666",
                        "move",
                        (items, real, args) -> real.call(
                                args[0],
                                moves(args[1]).stream()
                                        .map(move -> move.target() instanceof DelayedMove.ToSecond to
                                                ? new DelayedMove(
                                                        move.second(), move.item(), to.ifDue(), move.effects())
                                                : move)
                                        .toList(),
                                args[2])),
                delayed("answers a move too many", "W-981", "move", (items, real, args) -> {
                    List<DelayedMove.Outcome> outcomes =
                            new ArrayList<>(((DelayedMove.Answer) real.call(args)).outcomes());
                    outcomes.add(new DelayedMove.Outcome(DelayedMove.State.GONE, null));
                    return new DelayedMove.Answer(outcomes, null);
                }),
                delayed(
                        "answers no change that was not made",
                        "W-981",
                        "change",
                        (items, real, args) -> ((List<?>) real.call(args))
                                .stream().filter(count -> (Long) count > 0).toList()),
                delayed(
                        "takes away without effects",
                        "W-667",
                        "change",
                        (items, real, args) -> real.call(
                                args[0],
                                moves(args[1]).stream()
                                        .map(WrongDelayedMemories::withoutEffects)
                                        .toList(),
                                args[2])));
    }
}
