package io.resque.core.internal.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.Finding;
import io.resque.api.WorkerInfo;
import io.resque.api.WorkerInfo.Life;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkedQueuesTest {
    private static WorkerInfo worker(Life life, boolean registered, String... queues) {
        return new WorkerInfo(
                "h:1:" + String.join(",", queues),
                "h",
                "1",
                List.of(queues),
                registered,
                "",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                life,
                Optional.empty(),
                Optional.empty(),
                false,
                0,
                0,
                Map.of());
    }

    private static WorkedQueues of(String... queues) {
        return new WorkedQueues(List.of(worker(Life.ALIVE, true, queues)));
    }

    private static List<String> missing(WorkedQueues worked, Map<String, Long> queues) {
        return worked.missing(queues).stream().map(Finding::text).toList();
    }

    @Test
    void namesAndPatternsOfLivingWorkersCount() {
        assertThat(Stream.of("mail", "mail_1", "Mail", "other").filter(of("mail", "mail_*")::has))
                .containsExactly("mail", "mail_1");
        assertThat(of("*").has("any")).isTrue();
        assertThat(of("Acme\\Mail").has("Acme\\Mail")).isTrue();
        assertThat(new WorkedQueues(List.of(
                                worker(Life.DEAD, true, "mail"),
                                worker(Life.ALIVE, false, "mail"),
                                worker(Life.UNKNOWN, true, "php")))
                        .has("mail"))
                .isFalse();
        assertThat(new WorkedQueues(List.of(worker(Life.UNKNOWN, true, "php"))).has("php"))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({"mial, mail", "mails, mail", "Mail, mail", "critcal, critical", "low, lows"})
    void aNearNameWithJobsIsSuggested(String asked, String queue) {
        assertThat(missing(of(asked), Map.of(queue, 1L, "far away", 1L)))
                .containsExactly(asked + ": there is no such queue, and h:1:" + asked + " takes jobs from it; is "
                        + queue + " meant, whose jobs no worker takes?");
    }

    @ParameterizedTest
    @CsvSource({"low, high", "a, b", "mail, main_office", "low, now_or_never"})
    void aNameThatIsNotNearIsNot(String asked, String queue) {
        assertThat(missing(of(asked), Map.of(queue, 1L)))
                .containsExactly("a worker takes jobs from a queue that does not exist yet: " + asked);
    }

    @Test
    void aQueueThatIsEmptyOrWorkedIsNotMeant() {
        assertThat(missing(of("mial"), Map.of("mail", 0L)))
                .containsExactly("a worker takes jobs from a queue that does not exist yet: mial");
        assertThat(missing(of("mial", "mail"), Map.of("mail", 1L)))
                .containsExactly("a worker takes jobs from a queue that does not exist yet: mial");
    }

    @Test
    void manyAreNamedInOneFinding() {
        assertThat(missing(of("d", "c", "b", "a", "x*"), Map.of()))
                .containsExactly("workers take jobs from queues that do not exist yet: a, b, c, …");
    }
}
