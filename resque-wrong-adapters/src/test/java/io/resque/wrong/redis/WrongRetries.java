package io.resque.wrong.redis;

import static io.resque.wrong.redis.Mutation.always;
import static io.resque.wrong.redis.Mutation.instead;
import static io.resque.wrong.redis.Mutation.never;
import static io.resque.wrong.redis.Mutation.without;
import static io.resque.wrong.redis.Wrong.calls;
import static io.resque.wrong.redis.Wrong.script;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Adapters that are wrong when they give a job another run. */
final class WrongRetries {
    private WrongRetries() {}

    private static boolean isOfPolicies(byte[]... command) {
        return command.length > 1 && new String(command[1], StandardCharsets.UTF_8).contains(":java:policies:");
    }

    private static boolean isOfNotes(byte[]... command) {
        return command.length == 3 && new String(command[2], StandardCharsets.UTF_8).contains(":java:retry_due:");
    }

    static List<Wrong> all() {
        return List.of(
                script("gives another run at once", "W-691", "step", always("retry_due")),
                script("another run without the schedule", "W-691", "step", without("retry_schedule")),
                script("another run without its item", "W-691", "step", without("retry_item")),
                script(
                        "another run at the head of its second",
                        "W-691",
                        "step",
                        instead("retry_item", "RPUSH", "LPUSH")),
                script("another run without the set of seconds", "W-691", "step", without("retry_mark")),
                script("does not count another run", "W-691 W-692", "step", without("retry_count")),
                script("puts back without another run", "W-691", "put_back", without("retry_item")),
                script("recovers without another run", "W-691", "recover", without("retry_item")),
                script("delays another run that is due", "W-692", "step", never("retry_due")),
                script(
                        "another run at the head of its queue",
                        "W-692",
                        "step",
                        instead("retry_at_once", "RPUSH", "LPUSH")),
                script("another run without announcing", "W-692", "step", without("retry_announce")),
                script("a queue that was empty stays empty", "W-692", "step", without("looks_again")),
                script(
                        "ends a job whose other run cannot be written",
                        "W-693",
                        "step",
                        instead(
                                "retry_types",
                                "not_a('list', KEYS[k]) or not_a('list', KEYS[k + 2]) or not_a('zset', KEYS[k + 3])",
                                "nil")),
                script(
                        "no other run beside a counter of another type",
                        "W-693",
                        "step",
                        instead("retry_count", "pcall", "call")),
                script(
                        "no other run beside a set of another type",
                        "W-693",
                        "step",
                        instead("retry_mark", "pcall", "call")),
                script(
                        "no other run beside queues of another type",
                        "W-693",
                        "step",
                        instead("retry_announce", "pcall", "call")),
                script(
                                "does not look whether it may write another run",
                                "W-694",
                                "step",
                                instead(
                                        "retry_rights",
                                        "or not_allowed('RPUSH', KEYS[k]) or not_allowed('RPUSH', KEYS[k + 2])"
                                                + " or not_allowed('ZADD', KEYS[k + 3])",
                                        ""))
                        .only(Wrong.Rights.ASKED),
                script("notes no number", "W-690", "step", without("note_run")),
                script("notes no failure", "W-690", "step", without("note_failure")),
                script(
                        "the note expires before the retry",
                        "W-690",
                        "step",
                        instead("note_expiry", "math.max(0, wait) + ", "")),
                script("no retry without the right to note it", "W-690", "step", instead("note_run", "pcall", "call")),
                script("a retry that does not wait leaves a note", "W-690 W-699", "step", without("note_at_once")),
                script("every retry waits", "W-690", "step", always("note_waits")),
                script("notes no second", "W-690 W-699", "step", without("note_due")),
                script("a move leaves the note", "W-699", "move_delayed", without("note_moved")),
                script("an end leaves the notes", "W-699", "step", without("note_ended")),
                calls("knows a retry that is not due", "W-699", (real, command) -> {
                    Object reply = real.call(command);
                    return isOfNotes(command) && reply instanceof List<?> found && found.get(1) != null
                            ? List.of(found.get(0), new byte[] {'0'})
                            : reply;
                }),
                calls(
                        "keeps policies for a second",
                        "W-696",
                        (real, command) -> real.call(
                                isOfPolicies(command) && command.length == 5
                                        ? new byte[][] {command[0], command[1], command[2], command[3], {'1'}}
                                        : command)),
                calls(
                        "reads no policies",
                        "W-696",
                        (real, command) -> isOfPolicies(command) && command.length == 2 ? null : real.call(command)));
    }
}
