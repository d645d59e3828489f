package io.resque.backend.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.BackendUnavailableException;
import io.resque.api.spi.BackendConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SentinelsTest {
    private static final String QUESTION = "SENTINEL get-master-addr-by-name m";
    private static final List<byte[]> ADDRESS = List.of(Keys.bytes("10.0.0.1"), Keys.bytes("7000"));
    private static final RedisReplyException NO_LOGIN = new RedisReplyException("a", "NOAUTH Authentication required.");

    /** What each sentinel answers, by its host, with {@code +} behind it if it is asked with a login. */
    private final Map<String, Object> answers = new HashMap<>();

    private final List<String> asked = new ArrayList<>();

    private RedisSettings primary(String url) {
        RedisSettings settings = RedisSettings.parse(new BackendConfig(url, null));
        ServerLinks links = new ServerLinks(
                settings,
                where -> new FakeLink(command -> {
                    assertThat(command).isEqualTo(QUESTION);
                    String sentinel = where.host() + (where.password() == null ? "" : "+");
                    asked.add(sentinel);
                    return answers.get(sentinel);
                }));
        return new Sentinels(settings, "m", links).primary().where();
    }

    @Test
    void theFirstSentinelThatKnowsThePrimaryNamesIt() {
        answers.put("a", List.of(Keys.bytes("10.0.0.1")));
        answers.put("c", ADDRESS);
        RedisSettings where = primary("redis-sentinel://u:p@a,b,c,d/2?namespace=n#m");
        assertThat(where.host()).isEqualTo("10.0.0.1");
        assertThat(where.port()).isEqualTo(7000);
        assertThat(where.database()).isEqualTo(2);
        assertThat(where.user()).isEqualTo("u");
        assertThat(where.password()).isEqualTo("p");
        assertThat(where.sentinels()).isEmpty();
        assertThat(asked).containsExactly("a", "b", "c");
    }

    @Test
    void aSentinelThatWantsALoginGetsThatOfTheUrl() {
        answers.put("a", NO_LOGIN);
        answers.put("a+", ADDRESS);
        assertThat(primary("redis-sentinel://:p@a#m").host()).isEqualTo("10.0.0.1");
        assertThat(asked).containsExactly("a", "a+");
    }

    @Test
    void noSentinelThatNamesItIsAnErrorWithEachReason() {
        answers.put("a", NO_LOGIN);
        answers.put("b", new RedisReplyException("b", "ERR unknown command"));
        answers.put("c", new BackendUnavailableException("c is away", new IllegalStateException(), true));
        assertThatThrownBy(() -> primary("redis-sentinel://a,b,c,d:7#m"))
                .isInstanceOf(BackendUnavailableException.class)
                .hasMessage("No sentinel names the primary \"m\" (" + NO_LOGIN.getMessage() + "; "
                        + "b:26379 is no sentinel, but a Redis, to which the URL redis://host:port/db leads; c is away; d:7 does not know it);"
                        + " check the name after # in the URL, and that the sentinels run")
                .hasCause((Throwable) answers.get("c"))
                .satisfies(e -> assertThat(((BackendUnavailableException) e).maybeApplied())
                        .isFalse());
        assertThat(asked).containsExactly("a", "b", "c", "d");
        assertThatThrownBy(() -> primary("redis-sentinel://u:p@b#m")).hasCause((Throwable) answers.get("b"));
    }
}
