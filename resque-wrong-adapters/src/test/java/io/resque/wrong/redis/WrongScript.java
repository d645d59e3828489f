package io.resque.wrong.redis;

import io.resque.backend.redis.RedisBackend;
import io.resque.backend.redis.RedisLink;
import io.resque.backend.redis.RedisReplyException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Sends a script with some of its marked lines changed. */
final class WrongScript implements MutatedLink.Around {
    /** A line that stands for the text of other files; see {@code Script}. */
    private static final Pattern WITH = Pattern.compile("(?m)^ *-- with ((?:\\w+\\.lua ?)+)\n");

    private static final Set<String> USED = ConcurrentHashMap.newKeySet();

    private final byte[] sha;
    private final byte[] source;
    private final byte[] wrong;

    WrongScript(String script, Mutation... mutations) {
        String own = resource(script + ".lua");
        String right = WITH.matcher(own)
                .replaceAll(line -> Matcher.quoteReplacement(
                        parts(line).map(WrongScript::resource).collect(Collectors.joining())));
        String changed = right;
        for (Mutation mutation : mutations) {
            try {
                changed = mutation.of(changed);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(script + ".lua: " + e.getMessage(), e);
            }
            Stream.concat(
                            Stream.of(script + ".lua"),
                            WITH.matcher(own).results().flatMap(WrongScript::parts))
                    .filter(file -> mutation.isIn(resource(file)))
                    .forEach(file -> USED.add(file + " " + mutation.point()));
        }
        source = right.getBytes(StandardCharsets.UTF_8);
        wrong = changed.getBytes(StandardCharsets.UTF_8);
        sha = sha1(source).getBytes(StandardCharsets.UTF_8);
    }

    private static Stream<String> parts(MatchResult with) {
        return Stream.of(with.group(1).split(" "));
    }

    /** The points at which some script was changed so far, each behind the name of its file. */
    static Set<String> usedPoints() {
        return USED;
    }

    @Override
    public @Nullable Object call(RedisLink real, byte[]... command) {
        if (Arrays.equals(command[1], sha)) {
            throw new RedisReplyException(real.endpoint(), "NOSCRIPT told by the mutation, so that the text is sent");
        }
        if (Arrays.equals(command[1], source)) {
            byte[][] changed = command.clone();
            changed[1] = wrong;
            return real.call(changed);
        }
        return real.call(command);
    }

    private static String sha1(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String resource(String name) {
        try (InputStream in = RedisBackend.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalArgumentException("There is no " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
