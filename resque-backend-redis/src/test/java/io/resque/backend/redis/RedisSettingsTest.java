package io.resque.backend.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.resque.api.ConfigurationException;
import io.resque.api.spi.BackendConfig;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedisSettingsTest {
    private static RedisSettings parse(String url) {
        return RedisSettings.parse(new BackendConfig(url, null));
    }

    @ParameterizedTest
    @CsvSource({
        "redis://localhost:6379/0, localhost, 6379, 0",
        "redis://localhost, localhost, 6379, 0",
        "redis://localhost/, localhost, 6379, 0",
        "redis://localhost:7000/15, localhost, 7000, 15",
        "tcp://10.0.0.1:7000, 10.0.0.1, 7000, 0",
        "'  redis://h:1/2  ', h, 1, 2",
        "redis://[::1]:7000/3, ::1, 7000, 3",
        "redis://[fe80::1%25eth0], fe80::1%25eth0, 6379, 0",
        "redis://user:pw@[2001:db8::7]:1/2, 2001:db8::7, 1, 2",
        "localhost, localhost, 6379, 0",
        "localhost:7000, localhost, 7000, 0",
        "localhost:7000:3, localhost, 7000, 3",
        "localhost:7000/ns, localhost, 7000, 0",
        "localhost:7000:3/ns, localhost, 7000, 3",
        "[::1]:7000, ::1, 7000, 0",
        "[::1]:7000/ns, ::1, 7000, 0"
    })
    void hostPortAndDatabase(String url, String host, int port, int database) {
        RedisSettings settings = parse(url);
        assertThat(settings.host()).isEqualTo(host);
        assertThat(settings.port()).isEqualTo(port);
        assertThat(settings.database()).isEqualTo(database);
        assertThat(settings.tls()).isFalse();
    }

    @Test
    void theSchemeChoosesTls() {
        assertThat(parse("rediss://h:1/2?namespace=n"))
                .isEqualTo(new RedisSettings(
                        "h",
                        1,
                        null,
                        null,
                        null,
                        2,
                        true,
                        "n",
                        RedisSettings.DEFAULT_TIMEOUT,
                        RedisSettings.DEFAULT_TIMEOUT,
                        List.of(),
                        null));
    }

    @ParameterizedTest
    @CsvSource({
        "redis://jo:secret@h, jo, secret",
        "redis://:secret@h, , secret",
        "redis://secret@h, , secret",
        "redis://jo%40x:p%3Aa%2Fb%3Fc%23%25@h, jo@x, p:a/b?c#%",
        "redis://:a+b%20c@h, , a+b c",
        "redis://:p@ss/w@h:7000, , p@ss/w",
        "redis://:%C3%A9@h, , é",
        "redis://:@h, , ",
        "redis://jo:a:b@h, jo, a:b"
    })
    void userAndPassword(String url, String user, String password) {
        assertThat(parse(url).user()).isEqualTo(user);
        assertThat(parse(url).password()).isEqualTo(password);
        assertThat(parse(url).host()).isEqualTo("h");
    }

    @ParameterizedTest
    @CsvSource({
        "redis://h, resque",
        "redis://h/3?namespace=a, a",
        "redis://h?namespace=a:b, a:b",
        "redis://h?namespace=a:, a",
        "redis://h?namespace=a%26b%40c, a&b@c",
        "redis://h?namespace=, ''",
        "h:1/a:b, a:b",
        "h:1:2/a, a",
        "h, resque"
    })
    void namespace(String url, String namespace) {
        assertThat(parse(url).namespace()).isEqualTo(namespace);
        assertThat(RedisSettings.parse(new BackendConfig(url, "other:")).namespace())
                .as("what is set beside the URL wins")
                .isEqualTo("other");
        assertThat(RedisSettings.parse(new BackendConfig(url, "")).namespace()).isEmpty();
    }

    @Test
    void timeouts() {
        RedisSettings settings = parse("redis://h?timeout=1.5s&connectTimeout=250ms");
        assertThat(settings.timeout()).isEqualTo(Duration.ofMillis(1_500));
        assertThat(settings.connectTimeout()).isEqualTo(Duration.ofMillis(250));
        assertThat(parse("redis://h?timeout=3").timeout()).isEqualTo(Duration.ofSeconds(3));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://:s3cret@h",
                "REDIS//:s3cret@h",
                ":s3cret@redis://h",
                "redis://:s3cret@h:port",
                "redis://:s3cret@h:99999",
                "redis://:s3cret@h:0",
                "redis://:s3cret@h/db",
                "redis://:s3cret@h/-1",
                "redis://:s3cret@h/1?timeout=soon",
                "redis://:s3cret@h/1?timeout=0",
                "redis://:s3cret@h/1?ssl=true",
                "redis://:s3cret%zz@h",
                "redis://:s3?cret@h",
                "redis://:s3?timeout=cret@h",
                "redis://:s3?s3cret&cret@h",
                "redis://:s3cret@",
                "redis://:s3cret@:6379",
                "redis://:s3cret@h h",
                "redis://:s3\ncret@h:port",
                ":s3cret@h:6379",
                "jo:s3cret@h"
            })
    void aBadUrlIsRefusedWithoutItsPassword(String url) {
        ConfigurationException e = catchThrowableOfType(ConfigurationException.class, () -> parse(url));
        assertThat(e)
                .hasMessageContaining("is not a Redis URL: ")
                .hasMessageEndingWith("Use redis://user:password@host:port/db, rediss:// for TLS, or host:port")
                .hasMessageNotContaining("s3")
                .hasMessageNotContaining("cret");
        assertThat(e.getCause()).isNull();
    }

    /** Where the @ is missing, the password stands where a port does. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://user:secret/0",
                "redis://user:secret",
                "redis://user:1secret",
                "redis://user:se/cret/0",
                "redis://user:secret?x=1",
                "redis://user:secret?timeout=secret",
                "redis://user:123456secret/0",
                "redis://user:12345678905ecret/0",
                "rediss://[::1]:secret/0",
                "redis-sentinel://a:1,b:secret#m",
                "redis-sentinel://[::1]:1,user:secret/0#m",
                "htp://user:secret/0",
                "user:secret",
                "user:secret:0",
                "user:secret:cret",
                "user:a:secret:0",
                "user:secret/namespace"
            })
    void whatMayBeAPasswordIsNotShownAsAPort(String url) {
        assertThatThrownBy(() -> parse(url))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(":***\" is not a Redis URL: ")
                .hasMessageNotContainingAny("secret", "cret", "se/", "5ecret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tcp://127.0.0.1:6379?password=s3cret",
                "tcp://127.0.0.1:6379?timeout=1s&password=s3cret&database=1",
                "redis://u:pw@h?auth=s3cret",
                "redis://h?pass?password=s3cret",
                "redis://h?password=a&s3cret",
                "redis://h:1/x?password=s3cret",
                "unix:///run/r.sock?password=s3cret",
                "redis-sentinel://h:1?password=s3cret#primary"
            })
    void theValueOfAnUnknownParameterMayBeAPassword(String url) {
        assertThatThrownBy(() -> parse(url))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("=***\" is not a Redis URL: ")
                .hasMessageNotContainingAny("s3cret", "pw");
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis://%s:x", "redis://[%s]:x", "%s:x/"})
    void aLongUrlIsRefusedAsAShortOneIs(String url) {
        for (String part : List.of("h", "[]", ":1,", "h,", "?", "&", "=")) {
            assertThatThrownBy(() -> parse(String.format(url, part.repeat(20_000))))
                    .isInstanceOf(ConfigurationException.class);
        }
    }

    @Test
    void aNumberThatIsNoPortMayBeAPassword() {
        assertThatThrownBy(() -> parse("redis://user:8675309/0"))
                .hasMessage(
                        "\"redis://user:***\" is not a Redis URL: the port is not a number of up to five digits; a"
                                + " password ends with an @. Use redis://user:password@host:port/db, rediss:// for TLS, or host:port");
    }

    @Test
    void messagesNameWhatIsWrong() {
        assertThatThrownBy(() -> parse("redis://:s3cret@h:port/1"))
                .hasMessage("\"redis://***@h:port/1\" is not a Redis URL: the port is \"port\", not a number."
                        + " Use redis://user:password@host:port/db, rediss:// for TLS, or host:port");
        assertThatThrownBy(() -> parse("redis://h?ssl=true"))
                .hasMessageContaining("the parameter ssl is unknown; there are namespace, timeout and connectTimeout");
        assertThatThrownBy(() -> parse("localhost:1:x")).hasMessageContaining("the database is \"x\", not a number");
        assertThatThrownBy(() -> parse("::1")).hasMessageContaining("the port is not a number");
        assertThatThrownBy(() -> parse("[::1]x:7000")).hasMessageContaining("after the ]");
        assertThatThrownBy(() -> parse("redis://")).hasMessageContaining("it names no host");
        assertThatThrownBy(() -> parse(" ")).isInstanceOf(ConfigurationException.class);
    }

    @Test
    void nothingPrintedHoldsThePassword() {
        RedisSettings settings = parse("rediss://jo:s3cret@[::1]:7000/3?namespace=n");
        assertThat(settings.endpoint()).isEqualTo("[::1]:7000/3");
        assertThat(settings).hasToString("RedisSettings[rediss://[::1]:7000/3, namespace=n]");
        assertThat(new BackendConfig("redis://:s3cret@h", "n").toString()).doesNotContain("s3cret");
    }

    @ParameterizedTest
    @CsvSource({
        "unix:///run/redis.sock, /run/redis.sock, 0, , , resque",
        "unix:///run/redis.sock?db=3&namespace=a, /run/redis.sock, 3, , , a",
        "unix://:s%23/%3F@/run/redis.sock?db=2, /run/redis.sock, 2, , s#/?, resque",
        "unix://jo:a:b@x@/run/r.sock, /run/r.sock, 0, jo, a:b@x, resque",
        "unix:///run/a@b/r.sock, /run/a@b/r.sock, 0, , , resque",
        "unix:///run/a%20b%3F/r.sock, /run/a b?/r.sock, 0, , , resque",
    })
    void aUnixDomainSocket(String url, String path, int database, String user, String password, String namespace) {
        RedisSettings settings = parse(url);
        assertThat(settings.socket()).hasToString(path);
        assertThat(settings.database()).isEqualTo(database);
        assertThat(settings.user()).isEqualTo(user);
        assertThat(settings.password()).isEqualTo(password);
        assertThat(settings.namespace()).isEqualTo(namespace);
        assertThat(settings.endpoint()).isEqualTo("unix://" + path + "?db=" + database);
        assertThat(settings).hasToString("RedisSettings[" + settings.endpoint() + ", namespace=" + namespace + "]");
    }

    @ParameterizedTest
    @CsvSource({
        "unix://, a socket needs its whole path",
        "unix://run/redis.sock, a socket needs its whole path",
        "unix://u:secret@run/redis.sock, a socket needs its whole path",
        "redis://:secret/0, it names no host; a password ends with an @",
        "unix://:secret/run/redis.sock, a socket needs its whole path",
        "unix://u:secret/run/redis.sock, a socket needs its whole path",
        "unix://u:secret@/run/r.sock?db=x, the database is \"x\"",
        "unix:///run/%00.sock, its path cannot be one here",
        "unix:///run/r.sock?ssl=1, 'the parameter ssl is unknown'",
        "redis://u:secret@h?db=3, the database stands behind the port: redis://host:port/db"
    })
    void aBadSocketIsRefused(String url, String why) {
        assertThatThrownBy(() -> parse(url))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(why)
                .hasMessageNotContaining("secret");
    }

    @Test
    void sentinelsAndTheNameOfThePrimary() {
        RedisSettings settings = parse("redis-sentinel://u:s%23cret@a,b:7000,[::1]:7001/2?namespace=n#my%20primary");
        assertThat(settings.sentinels())
                .extracting(each -> each.getHostString() + " " + each.getPort())
                .containsExactly("a 26379", "b 7000", "::1 7001");
        assertThat(settings.primary()).isEqualTo("my primary");
        assertThat(settings.user()).isEqualTo("u");
        assertThat(settings.password()).isEqualTo("s#cret");
        assertThat(settings.database()).isEqualTo(2);
        assertThat(settings.namespace()).isEqualTo("n");
        assertThat(settings.toString()).contains("my primary").doesNotContain("s#cret");
    }

    @ParameterizedTest
    @CsvSource({
        "{a}, true",
        "a{b}c{d}, true",
        "a, false",
        "'', false",
        "a{}b, false",
        "a{}{b}, false",
        "a{b, false",
    })
    void aHashTagKeepsTheKeysTogether(String namespace, boolean together) {
        assertThat(RedisSettings.parse(new BackendConfig("redis://h", namespace))
                        .isOnOneNode())
                .isEqualTo(together);
    }

    @Test
    void anotherServerIsSpokenToInTheSameWay() {
        RedisSettings settings = parse("rediss-sentinel://u:p@a,b/2?namespace=n&timeout=5s&connectTimeout=6s#m");
        assertThat(settings.at("h", 7)).isEqualTo(parse("rediss://u:p@h:7/2?namespace=n&timeout=5s&connectTimeout=6s"));
        assertThat(settings.sentinel(settings.sentinels().get(1), true))
                .isEqualTo(parse("rediss://u:p@b:26379/0?namespace=n&timeout=5s&connectTimeout=6s"));
        assertThat(settings.sentinel(settings.sentinels().get(1), false))
                .isEqualTo(parse("rediss://b:26379/0?namespace=n&timeout=5s&connectTimeout=6s"));
        assertThat(settings.endpoint()).isEqualTo("m of the sentinels a:26379,b:26379/2");
    }

    @ParameterizedTest
    @CsvSource({
        "redis://h:1, 1",
        "redis://h:65535, 65535",
        "h:65535, 65535",
    })
    void portsAtTheirEnds(String url, int port) {
        assertThat(parse(url).port()).isEqualTo(port);
    }

    @ParameterizedTest
    @CsvSource({
        "timeout=1ms, 1",
        "timeout=0.001s, 1",
        "timeout=2147483647ms, 2147483647",
        "timeout=1.4ms, 1",
        "timeout=1.6ms, 2",
    })
    void timeoutsAtTheirEnds(String parameter, long millis) {
        assertThat(parse("redis://h?" + parameter).timeout()).isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://h?timeout=0.9ms",
                "redis://h?timeout=2147483648ms",
                "redis://h?timeout=-1s",
                "redis://h?timeout",
                "redis://h?=x",
                "redis://@",
                "redis://h:65536",
                "redis://a h",
                "redis://a\u0001h",
                "[::1]x",
                "[]:1x",
                "@h",
                "://h"
            })
    void aUrlThatIsNoneIsRefused(String url) {
        assertThatThrownBy(() -> parse(url)).isInstanceOf(ConfigurationException.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "://h | it begins with none of redis://",
                "redis-sentinel://#m | one of its sentinels has no host",
                "redis://?namespace=n | it names no host",
                "redis:///0 | it names no host",
                "/ns | it names no host",
                "redis://h?@x | an @ stands after a ?",
                "redis://h?=x | the parameter  is unknown",
                "redis://h?=%zz | a % in it is not followed",
                "@h | \"***@h\" is not a Redis URL: a password needs the long form",
            })
    void aPartThatIsEmptyIsStillSeen(String url, String why) {
        assertThatThrownBy(() -> parse(url))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(why);
    }

    @Test
    void anEmptyLoginIsNone() {
        assertThat(parse("redis://@h")).isEqualTo(parse("redis://h"));
    }

    @Test
    void theWayOutIsThatOfTheKindOfTheUrl() {
        assertThatThrownBy(() -> parse("unix://:secret@x"))
                .hasMessageContaining("Use unix:///run/redis/redis.sock?db=0");
        assertThatThrownBy(() -> parse("redis-sentinel://a"))
                .hasMessageContaining("Use redis-sentinel://user:password@host1:26379");
        assertThatThrownBy(() -> parse("redis://%zz@h"))
                .hasMessageContaining("a % in it is not followed by two hexadecimal digits");
        assertThatThrownBy(() -> parse("@h")).hasMessageContaining("a password needs the long form");
    }

    @ParameterizedTest
    @CsvSource({
        "redis-sentinel://u:secret@a:1, it lacks #name",
        "redis-sentinel://u:secret@a:1#, it lacks #name",
        "redis-sentinel://u:sec#ret@a:1, it lacks #name",
        "'redis-sentinel://u:secret@a,,b#m', one of its sentinels has no host",
        "redis-sentinel://u:secret@#m, one of its sentinels has no host",
        "redis-sentinel://u:secret@a:0#m, the port 0 is not between 1 and 65535",
        "redis-sentinel://u:secret@a/x#m, 'the database is \"x\", not a number'"
    })
    void badSentinelUrlsAreRefusedWithoutThePassword(String url, String why) {
        assertThatThrownBy(() -> parse(url))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(why)
                .hasMessageContaining("redis-sentinel://***@")
                .hasMessageContaining("#name, with the name of the primary")
                .hasMessageNotContainingAny("secret", "ret@");
    }
}
