package io.resque.core.internal.settings;

import static org.assertj.core.api.Assertions.assertThat;

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
}
