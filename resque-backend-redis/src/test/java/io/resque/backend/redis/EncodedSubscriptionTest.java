package io.resque.backend.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.spi.Subscription;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class EncodedSubscriptionTest {
    private static final Keys KEYS = new Keys("resque");

    private static List<String> heads(Subscription.Source... sources) {
        EncodedSubscription encoded = new EncodedSubscription(new Subscription(List.of(sources), "b", "a"), KEYS);
        assertThat(encoded.keys).hasSize(sources.length);
        return encoded.args.stream().skip(4).map(Keys::utf8).toList();
    }

    private static Subscription.Source source(String queue, String json) {
        return new Subscription.Source(queue, "{\"queue\":\"" + json + "\",\"run_at\":\"");
    }

    @Test
    void thousandHeadsAreSentAsOne() {
        Subscription.Source[] sources = IntStream.range(0, 1_000)
                .mapToObj(i -> source("q" + i, "q" + i))
                .toArray(Subscription.Source[]::new);
        assertThat(heads(sources)).containsExactly("{\"queue\":\"", "\",\"run_at\":\"");
    }

    @Test
    void aNameThatStandsInTheHeadTwiceIsFoundWhereAllHaveTheirs() {
        assertThat(heads(source("queue", "queue"), source("run_at", "run_at"), source("u", "u")))
                .containsExactly("{\"queue\":\"", "\",\"run_at\":\"");
    }

    @Test
    void eachHeadIsSentWhereOneDoesNotHoldItsName() {
        Subscription.Source quoted = source("a\"b", "a\\\"b");
        assertThat(heads(source("a", "a"), quoted))
                .containsExactly("", "", source("a", "a").beforeInstant(), quoted.beforeInstant());
        assertThat(heads(new Subscription.Source("", "head"), new Subscription.Source("q", "")))
                .containsExactly("", "", "head", "");
        assertThat(heads(new Subscription.Source("q", "q…"))).containsExactly("", "", "q…");
        assertThat(Stream.of(heads())).containsExactly(List.of("", ""));
    }
}
