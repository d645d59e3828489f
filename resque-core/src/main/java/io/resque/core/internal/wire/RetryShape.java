package io.resque.core.internal.wire;

import io.resque.api.JobFailure;
import io.resque.api.Retry;
import io.resque.api.spi.JsonRules;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The member of a payload, and of a delayed item, that says which run of the job it is and how the run before it failed.
 *
 * <pre>
 * {"class":"My_Job","args":[1],"java_retry":{"attempt":2,"exception":"java.io.IOException","error":"refused"}}
 * </pre>
 *
 * <p>While no worker knows the class of the job, the member also says when the first worker found that, in seconds since the epoch.
 *
 * <pre>
 * {"class":"New_Job","args":[],"java_retry":{"attempt":0,"unknown_since":1795361599}}
 * </pre>
 *
 * <p>While a job waits for its turn in a rate, the member says that the turn is reserved.
 *
 * <pre>
 * {"class":"My_Job","args":[1],"java_retry":{"attempt":0,"turn":true}}
 * </pre>
 *
 * <p>A job that was enqueued with a policy of its own has it as the member {@code policy}, see {@link Retry#toTree}.
 *
 * <p>If the retry also stands in the keys of Ruby's resque-retry, {@code ruby_args} is the digest of the arguments in their names, so that
 * they are found whatever becomes of the arguments.
 *
 * @param attempt how many runs failed; 0 before the first one
 * @param last how the last of them failed; null if no run did, or if it cannot be read
 * @param unknownSince when a worker first did not know the class; null if that is not so
 * @param hasTurn whether the rates of the job have reserved this turn for it
 * @param rubyArgs the digest of the arguments in the keys of Ruby; null if the retry does not stand there
 * @param policy the policy of the job; null if it has none of its own, or if it cannot be read
 */
public record RetryShape(
        int attempt,
        @Nullable JobFailure last,
        @Nullable Instant unknownSince,
        boolean hasTurn,
        @Nullable String rubyArgs,
        @Nullable Retry policy) {
    public static final String MEMBER = "java_retry";

    private static final String ATTEMPT = "attempt";
    private static final String EXCEPTION = "exception";
    private static final String ERROR = "error";
    private static final String POLICY = "policy";
    private static final String RUBY_ARGS = "ruby_args";
    private static final String UNKNOWN_SINCE = "unknown_since";
    private static final String TURN = "turn";

    /** A second of the year 5138. */
    private static final long LATEST = 100_000_000_000L;

    /** So much of a message is kept: the whole is in the log, and in the failure record of the last run. */
    private static final int MOST_TEXT = 500;

    static final RetryShape FIRST = new RetryShape(0, null, null, false, null, null);

    /** The member of an item that was not decoded. Inside a text the quotes would be escaped. */
    private static final Pattern RUBY_ARGS_IN = Pattern.compile("\"" + RUBY_ARGS + "\":\"([^\"]*)\"");

    /** Any program may have written the payload: what cannot be read counts as the first run. */
    public static RetryShape read(Map<?, ?> payload) {
        if (!(payload.get(MEMBER) instanceof Map<?, ?> member)) {
            return FIRST;
        }
        int attempt = (int) number(member, ATTEMPT, Integer.MAX_VALUE);
        JobFailure last = attempt > 0 && member.get(EXCEPTION) instanceof String exception
                ? new JobFailure(exception, member.get(ERROR) instanceof String error ? error : "")
                : null;
        long since = number(member, UNKNOWN_SINCE, LATEST);
        return new RetryShape(
                attempt,
                last,
                since > 0 ? Instant.ofEpochSecond(since) : null,
                Boolean.TRUE.equals(member.get(TURN)),
                RubyRetryName.checked(member.get(RUBY_ARGS)),
                policy(member));
    }

    /** The name of a job in the keys of Ruby; null if it does not stand there. */
    public @Nullable String rubyName(String jobClass) {
        return rubyArgs == null ? null : RubyRetryName.of(jobClass, rubyArgs);
    }

    /** The same of the bytes of the member. */
    public static @Nullable String rubyName(String jobClass, String member) {
        Matcher found = RUBY_ARGS_IN.matcher(member);
        String digest = found.find() ? RubyRetryName.checked(found.group(1)) : null;
        return digest == null ? null : RubyRetryName.of(jobClass, digest);
    }

    /** Whether a program that knows none of our members may have written the payload, or dropped them. */
    public static boolean mayBeStripped(Map<?, ?> payload) {
        return payload.keySet().stream().allMatch(name -> name.equals("class") || name.equals("args"));
    }

    private static @Nullable Retry policy(Map<?, ?> member) {
        try {
            return member.get(POLICY) == null ? null : Retry.ofTree(member.get(POLICY));
        } catch (IllegalArgumentException e) { // another program wrote it
            return null;
        }
    }

    /** The member of a job that is enqueued with a policy of its own. */
    static Map<String, @Nullable Object> enqueued(Retry policy) {
        Map<String, @Nullable Object> member = member(0, null, null);
        member.put(POLICY, policy.toTree());
        return member;
    }

    /** 0 if it is no number from 0 to the largest one. */
    private static long number(Map<?, ?> member, String name, long most) {
        return member.get(name) instanceof Number number && number.doubleValue() >= 0 && number.doubleValue() <= most
                ? number.longValue()
                : 0;
    }

    /**
     * The payload for the run after a failed one, with all other members as they are.
     *
     * @param rubyArgs as in {@link #rubyArgs()}
     */
    public static Map<String, @Nullable Object> next(
            Map<?, ?> payload, int attempt, JobFailure failure, @Nullable String rubyArgs) {
        return with(payload, member(attempt, failure, rubyArgs));
    }

    /**
     * Of a retry that another library moved, and so stripped of its member.
     *
     * @param attempt as in {@link #attempt()}
     * @param rubyArgs as in {@link #rubyArgs()}
     */
    public static RetryShape stripped(int attempt, @Nullable String rubyArgs) {
        return new RetryShape(attempt, null, null, false, rubyArgs, null);
    }

    /** The payload of the next run of a job that counts its runs elsewhere: only a policy of its own is left of the member. */
    public static Map<String, @Nullable Object> uncounted(Map<?, ?> payload) {
        Map<String, @Nullable Object> tree = with(payload, new LinkedHashMap<>());
        if (tree.get(MEMBER) instanceof Map<?, ?> member && member.isEmpty()) {
            tree.remove(MEMBER);
        }
        return tree;
    }

    /** The payload of a job that waits for a worker which knows its class. */
    public Map<String, @Nullable Object> unknown(Map<?, ?> payload, Instant since) {
        Map<String, @Nullable Object> member = member(attempt, last, rubyArgs);
        member.put(UNKNOWN_SINCE, since.getEpochSecond());
        return with(payload, member);
    }

    /** The payload of a job that waits for its turn in a rate. */
    public Map<String, @Nullable Object> waiting(Map<?, ?> payload) {
        Map<String, @Nullable Object> member = member(attempt, last, rubyArgs);
        member.put(TURN, true);
        return with(payload, member);
    }

    private static Map<String, @Nullable Object> member(
            int attempt, @Nullable JobFailure failure, @Nullable String rubyArgs) {
        Map<String, @Nullable Object> member = new LinkedHashMap<>();
        member.put(ATTEMPT, (long) attempt);
        if (failure != null) {
            member.put(EXCEPTION, shown(failure.exception(), MOST_TEXT));
            member.put(ERROR, shown(failure.message(), MOST_TEXT));
        }
        if (rubyArgs != null) {
            member.put(RUBY_ARGS, rubyArgs);
        }
        return member;
    }

    private static Map<String, @Nullable Object> with(Map<?, ?> payload, Map<String, @Nullable Object> member) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        payload.forEach((name, value) -> tree.put((String) name, value));
        if (payload.get(MEMBER) instanceof Map<?, ?> before && before.get(POLICY) != null) {
            member.put(POLICY, before.get(POLICY));
        }
        tree.put(MEMBER, member);
        return tree;
    }

    /** No half of a character is left at the end, and none that JSON does not have. */
    public static String shown(String text, int most) {
        String cut = text.length() > most ? text.substring(0, most) : text;
        for (int at = JsonRules.loneSurrogate(cut); at >= 0; at = JsonRules.loneSurrogate(cut)) {
            cut = cut.substring(0, at) + "?" + cut.substring(at + 1);
        }
        return cut;
    }
}
