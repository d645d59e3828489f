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
                "REQUEUE_AFTER_WORKER_DEATH=1 | REQUEUE_AFTER_WORKER_DEATH is \"1\"; it must be a whole number from 2 to 1000",
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
