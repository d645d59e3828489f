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
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
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

    private static final Map<String, Right> RIGHT = new ConcurrentHashMap<>();

    private final byte[] sha;
    private final byte[] source;
    private final byte[] wrong;

    WrongScript(String script, Mutation... mutations) {
        Right right = RIGHT.computeIfAbsent(script, Right::read);
        String changed = right.text;
        for (Mutation mutation : mutations) {
            try {
                changed = mutation.of(changed);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(script + ".lua: " + e.getMessage(), e);
            }
            right.files.forEach((file, text) -> {
                if (mutation.isIn(text)) {
                    USED.add(file + " " + mutation.point());
                }
            });
        }
        source = right.source;
        wrong = changed.getBytes(StandardCharsets.UTF_8);
        sha = right.sha;
    }

    /** A script as it is, read once for all that change it: its text, which is put together from files. */
    private record Right(String text, Map<String, String> files, byte[] source, byte[] sha) {
        static Right read(String script) {
            String own = resource(script + ".lua");
            Map<String, String> files = new TreeMap<>(Map.of(script + ".lua", own));
            WITH.matcher(own).results().flatMap(WrongScript::parts).forEach(file -> files.put(file, resource(file)));
            String text = WITH.matcher(own)
                    .replaceAll(line ->
                            Matcher.quoteReplacement(parts(line).map(files::get).collect(Collectors.joining())));
            byte[] source = text.getBytes(StandardCharsets.UTF_8);
            return new Right(text, files, source, sha1(source).getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Whether a command sends the whole text of the script. */
    boolean isSentBy(byte[]... command) {
        return Arrays.equals(command[1], source);
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
        if (isSentBy(command)) {
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
