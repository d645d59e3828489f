package io.resque.core.internal.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.ConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** URLs with empty parts; the tests of the environment have the usual ones. */
class RedisAddressTest {
    @Test
    void anEmptyLoginIsAnEmptyPassword() {
        assertThat(RedisAddress.ofPhp("redis://@h")).isEqualTo("redis://:@h");
    }

    @ParameterizedTest
    @CsvSource({
        "://h, ://h/5",
        "/ns, redis:///5?namespace=ns",
        "redis-sentinel://#m, redis-sentinel:///5#m",
        "redis://h/5?@x, redis://h/5?@x",
        "redis://u:p/@h, redis://u:p/@h/5",
    })
    void theDatabaseStandsBehindTheServer(String url, String withDatabase) {
        assertThat(RedisAddress.withDatabase("REDIS_URL", url, "5")).isEqualTo(withDatabase);
    }

    @ParameterizedTest
    @CsvSource({"h:7000:6, 6", "redis://h/06?timeout=1s, 06", "unix:///run/r.sock?namespace=n&db=6, 6"})
    void anotherDatabaseIsRefused(String url, String database) {
        assertThatThrownBy(() -> RedisAddress.withDatabase("REDIS_URL", url, "5"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("REDIS_BACKEND_DB is 5, but REDIS_URL names the database " + database
                        + "; leave one of them out, or give both the same");
    }

    @Test
    void aLoginBehindTheParametersIsLeftToTheParser() {
        assertThat(RedisAddress.ofPhp("redis://h?a=b@c")).isEqualTo("redis://h?a=b@c");
    }
}
