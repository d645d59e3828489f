package io.resque.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Ruby with a fork for each job sends what a worker of Ruby Resque 3.0 sends. */
class RubySubjectTest {
    private static final Pattern COMMAND = Pattern.compile("] \"([a-z]+)\"(?: \"resque:(\\w+))?");
    private static final List<String> START = List.of("sadd workers", "set worker");
    private static final List<String> LOOK = List.of("get pause", "lpop queue");
    private static final List<String> JOB =
            List.of("set worker", "get worker", "ping", "del worker", "incrby stat", "incrby stat");
    private static final List<String> STOP = List.of("srem workers", "del worker");

    @Test
    void eachJobTakesTheCommandsOfRubysWorker() throws Exception {
        if (!SubjectStarter.hasRuby()) {
            System.out.println(
                    "SKIPPED RubySubjectTest: no ruby with its library redis here (apt-get install ruby-redis)");
            Assumptions.abort("no ruby with its library redis");
        }
        BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        try (RedisServer server = RedisServer.start();
                RespClient redis = server.client();
                SubjectProcess ruby = new SubjectProcess("ruby", server.url(), List.of("ruby", "ruby/subject.rb"))) {
            redis.call(
                    "RPUSH",
                    "resque:queue:q",
                    "{\"class\":\"Noop\",\"args\":[1,\"x\"]}",
                    "{\"class\":\"Noop\",\"args\":[]}");
            try (CommandLog log = new CommandLog(server.url(), lines::add)) {
                assertThat(ruby.numbers("drain 1 2")[0]).isPositive();
                redis.call("ECHO", "end");
                List<String> sent = new ArrayList<>();
                for (String line = next(lines); !line.contains("\"ECHO\""); line = next(lines)) {
                    MatchResult command =
                            COMMAND.matcher(line).results().findFirst().orElseThrow();
                    sent.add(command.group(1) + (command.group(2) == null ? "" : " " + command.group(2)));
                }
                List<String> expected = new ArrayList<>(START);
                for (List<String> part : List.of(LOOK, JOB, LOOK, JOB, LOOK, STOP)) {
                    expected.addAll(part);
                }
                assertThat(sent).isEqualTo(expected);
            }
            assertThat(redis.text("GET", "resque:stat:processed")).isEqualTo("2");
            assertThat(redis.keys("resque:*")).containsExactly("resque:stat:processed");
        }
    }

    private static String next(BlockingQueue<String> lines) throws InterruptedException {
        String line = lines.poll(10, TimeUnit.SECONDS);
        assertThat(line).as("a command within 10 s").isNotNull();
        return line;
    }
}
