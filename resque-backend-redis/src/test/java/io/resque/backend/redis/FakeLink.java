package io.resque.backend.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A server of which a test says what it answers to a command, and which throws the answer if it is an exception. */
final class FakeLink implements RedisLink {
    /** The commands that were sent, each as its words. */
    final List<String> sent = new ArrayList<>();

    private final Function<String, @Nullable Object> answers;

    FakeLink(Function<String, @Nullable Object> answers) {
        this.answers = answers;
    }

    @Override
    public @Nullable Object call(byte[]... command) {
        String words = Stream.of(command).map(Keys::utf8).collect(Collectors.joining(" "));
        sent.add(words);
        Object answer = answers.apply(words);
        if (answer instanceof RuntimeException e) {
            throw e;
        }
        return answer;
    }

    @Override
    public List<@Nullable Object> pipeline(List<byte[][]> commands) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Dedicated dedicate() {
        throw new UnsupportedOperationException();
    }

    @Override
    public String endpoint() {
        return "fake";
    }

    @Override
    public void close() {}
}
