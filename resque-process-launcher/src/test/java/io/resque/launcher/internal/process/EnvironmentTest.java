package io.resque.launcher.internal.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.BackendException;
import io.resque.api.ConfigurationException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnvironmentTest {
    private static Map<String, String> of(String line) {
        Map<String, String> variables = new HashMap<>();
        for (String each : line.split(" ")) {
            int at = each.indexOf('=');
            variables.put(each.substring(0, at), each.substring(at + 1));
        }
        return variables;
    }

    @ParameterizedTest
    @CsvSource({
        "PREFIX=x, redis://localhost:6379/0",
        "REDIS_URL=redis://h:1/2, redis://h:1/2",
        "REDIS_URL=redis://h:1/2 REDIS_BACKEND=other, redis://other:6379",
        "REDIS_BACKEND=h:7000 REDIS_BACKEND_DB=3, redis://h:7000/3",
        "REDIS_BACKEND=redis://u:p@h:7000/5 REDIS_BACKEND_DB=5, redis://:p@h:7000/5",
        "REDIS_BACKEND=redis://u:p@h:7000/5 REDIS_BACKEND_DB=05, redis://:p@h:7000/5",
        "REDIS_BACKEND_DB=5, redis://localhost:6379/5",
        "REDIS_URL=redis://h:7000 REDIS_BACKEND_DB=5, redis://h:7000/5",
        "REDIS_URL=127.0.0.1:7831 REDIS_BACKEND_DB=5, redis://127.0.0.1:7831/5",
        "REDIS_URL=h REDIS_BACKEND_DB=5, redis://h/5",
        "REDIS_URL=[::1]:7000 REDIS_BACKEND_DB=5, redis://[::1]:7000/5",
        "REDIS_URL=h:7000:5 REDIS_BACKEND_DB=5, h:7000:5",
        "REDIS_URL=h:7000:5/a/b REDIS_BACKEND_DB=5, h:7000:5/a/b",
        "REDIS_URL=h:6379/shop REDIS_BACKEND_DB=5, redis://h:6379/5?namespace=shop",
        "REDIS_URL=h:6379/a+ö& REDIS_BACKEND_DB=5, redis://h:6379/5?namespace=a%2B%C3%B6%26",
        "REDIS_BACKEND=h:6379/5, redis://h:6379/5",
        "REDIS_BACKEND=redis://:p/a%3Fs#s@w@127.0.0.1:7833 REDIS_BACKEND_DB=5, redis://:p/a%3Fs#s@w@127.0.0.1:7833/5",
        "REDIS_BACKEND=redis://:p@h:7000/?timeout=1s REDIS_BACKEND_DB=5, redis://:p@h:7000/5?timeout=1s",
        "REDIS_BACKEND=redis-sentinel://h1:26379;h2#m REDIS_BACKEND_DB=5, redis-sentinel://h1:26379;h2/5#m",
        "REDIS_URL=rediss-sentinel://u:p@h1;h2/?timeout=3s#m REDIS_BACKEND_DB=5, rediss-sentinel://u:p@h1;h2/5?timeout=3s#m",
        "REDIS_URL=rediss://:a#b@h REDIS_BACKEND_DB=5, rediss://:a#b@h/5",
        "REDIS_BACKEND=redis://h REDIS_BACKEND_DB=3, redis://h/3",
        "REDIS_BACKEND=redis://h/?timeout=1s REDIS_BACKEND_DB=3, redis://h/3?timeout=1s",
        "REDIS_BACKEND= REDIS_URL=h:1, h:1",
        "REDIS_BACKEND=redis://u:a:b@x@h/5, redis://:a:b@x@h/5",
        "REDIS_BACKEND=u:p/a@h:7000/5, redis://:p/a@h:7000/5",
        "REDIS_BACKEND=redis://u:@h, redis://:@h",
        "REDIS_BACKEND=redis://secret@h, redis://:secret@h",
        "REDIS_BACKEND=redis://u:p@h?persistent=&timeout=2&namespace=n, redis://:p@h?timeout=2&namespace=n",
        "REDIS_BACKEND=redis://u:cC9hPyNz@h/2?persistent=x&password-encoding=b, redis://:p%2Fa%3F%23s@h/2",
        "REDIS_BACKEND=redis-sentinel://u:p#w@h1;h2?timeout=1s#m, redis-sentinel://:p#w@h1;h2?timeout=1s#m",
        "REDIS_BACKEND=unix:///run/a@b/r.sock, unix:///run/a@b/r.sock",
        "REDIS_BACKEND=unix:///run/a@b/r.sock?persistent=x REDIS_BACKEND_DB=3, unix:///run/a@b/r.sock?db=3",
        "REDIS_BACKEND=unix://u:p/a@/run/r.sock REDIS_BACKEND_DB=3, unix://:p/a@/run/r.sock?db=3",
        "REDIS_URL=unix://u:p@/run/r.sock?namespace=n REDIS_BACKEND_DB=3, unix://u:p@/run/r.sock?namespace=n&db=3",
        "REDIS_URL=unix:///run/r.sock?db=03 REDIS_BACKEND_DB=3, unix:///run/r.sock?db=03",
    })
    void whereRedisIs(String variables, String url) {
        ResqueSettings settings = new ResqueSettings(new EnvironmentReader(of(variables.replace(';', ','))));
        assertThat(settings.url()).isEqualTo(url.replace(';', ','));
        settings.builder().backend("jedis").build().close(); // the backend can read the URL
    }

    @ParameterizedTest
    @CsvSource({
        "redis://user:p@h, 'WRONGPASS invalid username-password pair', the user \"user\"; which is not sent",
        "user:p@h, 'NOAUTH Authentication required', the user \"user\"; which is not sent",
        "unix://user:p@/r.sock, 'ERR invalid password', the user \"user\"; which is not sent",
        "redis://user:p@h, 'The connection broke', ",
        "redis://:p@h, 'WRONGPASS invalid username-password pair', ",
        "unix:///a:b@c/r.sock, 'WRONGPASS invalid username-password pair', ",
    })
    void aRefusedLoginIsToldTogetherWithTheUserThatIsNotSent(String url, String refusal, String told) {
        String explained = new ResqueSettings(new EnvironmentReader(Map.of("REDIS_BACKEND", url)))
                .explain(new BackendException(refusal));
        assertThat(explained)
                .isEqualTo(
                        told == null
                                ? refusal
                                : refusal + ". REDIS_BACKEND names " + told.replace(';', ',')
                                        + ", since php-resque does not send it either; give a user of Redis's ACL in"
                                        + " REDIS_URL");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "REDIS_URL=/run/redis.sock | REDIS_URL is \"/run/redis.sock\"; a Unix domain socket needs unix:// and its whole path",
                "REDIS_BACKEND=unix:/run/redis.sock | REDIS_BACKEND is \"unix:/run/redis.sock\"; a Unix domain socket needs unix://",
                "REDIS_BACKEND=unix:///r.sock?db=5 REDIS_BACKEND_DB=3 | REDIS_BACKEND_DB is 3, but REDIS_BACKEND names the database 5",
                "REDIS_BACKEND=redis://u:p@h?password-encoding=x | password-encoding=x; it must be u",
                "REDIS_BACKEND=redis://u:p!@h?password-encoding=b | its password is not in Base64",
                "PREFIX=0 | PREFIX is \"0\", which php-resque takes for none",
                "QUEUE=a MAX_INTERVAL=long | MAX_INTERVAL is \"long\"; it must be seconds",
                "REDIS_BACKEND=redis://u:p@h/5 REDIS_BACKEND_DB=3 | REDIS_BACKEND_DB is 3, but REDIS_BACKEND names the database 5",
                "REDIS_BACKEND=h:6379/shop REDIS_BACKEND_DB=3 | REDIS_BACKEND names the database shop",
                "REDIS_URL=redis://h/0 REDIS_BACKEND_DB=3 | REDIS_BACKEND_DB is 3, but REDIS_URL names the database 0",
                "REDIS_URL=h:6379:2 REDIS_BACKEND_DB=3 | REDIS_BACKEND_DB is 3, but REDIS_URL names the database 2",
                "REDIS_URL=default:pa:secret@h:6379 REDIS_BACKEND_DB=3 | REDIS_URL names the database …@h:6379;",
                "REDIS_URL=unix:u:secret@/run/redis.sock | REDIS_URL is \"…@/run/redis.sock\"",
                "REDIS_URL=redis-sentinel://h/1#m REDIS_BACKEND_DB=3 | REDIS_URL names the database 1",
                "REDIS_URL=memory:x REDIS_BACKEND_DB=3 | REDIS_URL names memory, which has no databases",
                "REDIS_BACKEND_DB=one | REDIS_BACKEND_DB is \"one\"",
                "QUEUE=,, | QUEUE is not set",
                "QUEUE=a COUNT=0 | COUNT is \"0\"; it must be a whole number from 1 to 1000",
                "QUEUE=a COUNT=many | COUNT is \"many\"",
                "QUEUE=a INTERVAL=soon | INTERVAL is \"soon\"; it must be seconds",
                "QUEUE=a FAILURE_BACKEND=sql | FAILURE_BACKEND is \"sql\"; it must be redis or redis_multi_queue",
                "QUEUE=a APP_INCLUDE=no.Such | no.Such, which is not on the class path",
                "QUEUE=a APP_INCLUDE=java.lang.String | java.lang.String, which is no io.resque.api.JobModule",
                "QUEUE=a JOB_ENV_REMOVE=A=b | JOB_ENV_REMOVE names \"A=b\", which is no name of a variable",
                "QUEUE=a | No job is known",
                "REQUEUE_DEAD_JOBS=1 | REQUEUE_DEAD_JOBS is \"1\"; it must be a whole number from 2 to 1000",
                "HEARTBEAT_INTERVAL=61 | HEARTBEAT_INTERVAL is \"61\"; it must be a whole number from 1 to 60",
                "RECOVER_BY_PID=no | RECOVER_BY_PID is \"no\"; it must be true or false",
                "QUEUE=a RESQUE_WORKER_HOST=a:b | RESQUE_WORKER_HOST is \"a:b\"; it must be a name without blanks, commas and colons",
                "QUEUE=a JVM_PIDFILE=/no/such/folder/x | JVM_PIDFILE is \"/no/such/folder/x\", which cannot be written",
                "QUEUE=a JVM_PIDFILE=/tmp | JVM_PIDFILE is \"/tmp\", which cannot be written",
                "QUEUE=a COUNT=2 JVM_PIDFILE=/no/such/folder/x | JVM_PIDFILE is \"/no/such/folder/x.1\", which cannot be written",
                "WAITING_STATUS_EXPIRY=1d | WAITING_STATUS_EXPIRY is \"1d\"; it must be a whole number from 1 to 31536000",
                "DEAD_AFTER=no | DEAD_AFTER is \"no\"; it must be a whole number from 3 to 300",
            })
    void whatCannotBeDoneIsToldByName(String variables, String message) {
        EnvironmentReader environment = new EnvironmentReader(of(variables));
        assertThatThrownBy(() -> {
                    new ResqueSettings(environment).builder();
                    new WorkerSettings(environment).modules();
                })
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(message);
    }
}
