package io.resque.wrong.redis;

import static io.resque.wrong.redis.Mutation.instead;
import static io.resque.wrong.redis.Mutation.never;
import static io.resque.wrong.redis.Mutation.without;
import static io.resque.wrong.redis.Wrong.calls;
import static io.resque.wrong.redis.Wrong.script;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Adapters that are wrong about the history. */
final class WrongHistory {
    private WrongHistory() {}

    private static boolean is(String text, byte[]... command) {
        return new String(command[0], StandardCharsets.UTF_8).equals(text);
    }

    static List<Wrong> all() {
        return List.of(
                script(
                        "keeps the first sample of a second",
                        "W-611",
                        "write_sample",
                        instead("sample", "'HSET'", "'HSETNX'")),
                script("takes a lease that another process has", "W-612", "lead_history", never("led")),
                script("takes no lease", "W-612", "lead_history", without("leads")),
                script("gives no lease back", "W-612", "lead_history", without("leader_leaves")),
                calls(
                        "counts workers of which it was asked first",
                        "W-613",
                        (real, command) ->
                                is("EXISTS", command) && command.length > 2 ? Long.valueOf(1) : real.call(command)),
                script(
                        "keeps the last run times alone",
                        "W-614",
                        "add_times",
                        instead("times_before", "redis.call('HGET', KEYS[1], class) or ''", "''")),
                script("keeps any number of classes", "W-614", "add_times", never("times_bound")),
                script("keeps any number of marks", "W-615", "add_mark", without("marks_bound")),
                script("puts a mark before earlier ones", "W-615", "add_mark", instead("mark", "'RPUSH'", "'LPUSH'")),
                script("samples that never expire", "W-616", "write_sample", without("sample_expires")),
                script("run times that never expire", "W-616", "add_times", without("times_expire")),
                script("marks that never expire", "W-616", "add_mark", without("marks_expire")),
                script("takes a lease in the place of another key", "W-616", "lead_history", never("leader_type")),
                script("does not look at the key of a sample", "W-616", "write_sample", never("sample_refused")),
                script("does not look at the key of run times", "W-616", "add_times", never("times_refused")),
                script("does not look at the key of a mark", "W-616", "add_mark", never("mark_refused")));
    }
}
