package io.resque.core.internal.schedule;

import static io.resque.core.internal.schedule.RecurringFixture.ago;
import static io.resque.core.internal.schedule.RecurringFixture.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.resque.api.InvalidJobException;
import io.resque.api.JobSpec;
import io.resque.api.Misfire;
import io.resque.api.RecurringJob;
import io.resque.api.spi.ForeignLocks;
import io.resque.api.spi.RecurringEntries;
import io.resque.core.CoreRedis;
import io.resque.tck.WireRule;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RecurringBookTest {
    private static final NewEntry.Timing HOURLY = new NewEntry.Every(Duration.ofHours(1), null);

    private final RecurringFixture fixture = new RecurringFixture();
    private final RecurringBook book = fixture.book;

    @AfterEach
    void close() {
        fixture.close();
    }

    private static NewEntry of(NewEntry.Timing timing, boolean shared, Object... args) {
        return new NewEntry(timing, "high", JobSpec.of("A", args), Misfire.FIRE_ONCE, null, shared);
    }

    private List<String> changed() {
        return fixture.members("schedules_changed");
    }

    @Test
    @WireRule("W-632")
    void anUnchangedEntryIsNotWritten() {
        assertThat(book.put("a", of(HOURLY, false, 1, "x"))).isTrue();
        String written = fixture.entry("a");
        assertThat(written)
                .startsWith(
                        "{\"every\":\"1h\",\"class\":\"A\",\"queue\":\"high\",\"args\":[1,\"x\"],\"rails_env\":\"java\",\"created_at\":\"");
        fixture.lastRun("a", ago(Duration.ofMinutes(30)));
        Map<String, Object> before = fixture.redis.dump();
        assertThat(book.put("a", of(HOURLY, false, 1, "x")))
                .as("as at each start of an application")
                .isFalse();
        assertThat(fixture.redis.dump()).isEqualTo(before);
        assertThat(book.put("a", of(HOURLY, false, 2))).isTrue();
        assertThat(fixture.lastRun("a"))
                .as("a changed entry keeps its last run")
                .isNotNull();
        assertThat(fixture.entry("a"))
                .as("and its creation")
                .endsWith(written.substring(written.indexOf("\"created_at\"")));
        assertThat(changed()).as("Ruby need not load what it does not fire").isEmpty();
    }

    @Test
    @WireRule("W-632")
    void rubyIsToldOfWhatItMustLoadOrDrop() {
        book.put("ours", of(HOURLY, false));
        assertThat(changed()).isEmpty();
        book.put("shared", of(HOURLY, true));
        assertThat(changed()).isEqualTo(List.of("shared"));
        CoreRedis.CLIENT.call("DEL", fixture.redis.key("schedules_changed"));
        book.put("shared", of(HOURLY, false));
        assertThat(changed()).as("Ruby must drop it").isEqualTo(List.of("shared"));
        CoreRedis.CLIENT.call("DEL", fixture.redis.key("schedules_changed"));
        assertThat(book.remove("shared")).isTrue();
        assertThat(changed()).isEmpty();
        fixture.seed("rubys", "{\"every\":\"1h\",\"class\":\"A\"}", null);
        fixture.seed("not json", "{", null);
        assertThat(book.remove("rubys")).isTrue();
        assertThat(book.put("not json", of(HOURLY, false))).isTrue();
        assertThat(changed()).containsExactlyInAnyOrder("rubys", "not json");
        assertThat(book.remove("none")).isFalse();
    }

    @Test
    @WireRule("W-632")
    void aChangedTimingDoesNotFireAtOnce() {
        for (NewEntry.Timing timing : List.of(
                new NewEntry.Every(Duration.ofMinutes(30), null),
                new NewEntry.Every(
                        Duration.ofMinutes(30), RecurringFixture.now().minusSeconds(3_000)),
                new NewEntry.Cron("* * * * *", ZoneOffset.UTC))) {
            fixture.seed("a", entry("\"every\":\"1h\"", ""), ago(Duration.ofMinutes(50)));
            assertThat(book.put("a", of(timing, false))).isTrue();
            assertThat(book.find("a").orElseThrow().nextRun().orElseThrow())
                    .as("%s: a tick before the change was not one of this timing", timing)
                    .isAfter(RecurringFixture.now().minusSeconds(5));
            assertThat(book.find("a").orElseThrow().lastRun()).isPresent();
        }
    }

    @Test
    @WireRule("W-633")
    void anEntryThatWasRemovedAndWrittenAgainCountsAnew() {
        book.put("a", of(HOURLY, false));
        fixture.lastRun("a", ago(Duration.ofHours(9)));
        book.remove("a");
        book.put("a", of(HOURLY, false));
        assertThat(fixture.pass().fired()).isZero();
        assertThat(fixture.lastRun("a")).isNull();
    }

    @Test
    void whatCannotBeWrittenIsRefusedBeforeAnythingIs() {
        for (String name : List.of("", " ", "\ud800", "\ufffd")) {
            assertThatThrownBy(() -> book.put(name, of(HOURLY, false)))
                    .isInstanceOf(InvalidJobException.class)
                    .hasMessageContaining("The name of a recurring job");
        }
        assertThatThrownBy(() -> book.put("a", of(new NewEntry.Cron("99 * * * *", ZoneId.of("UTC")), false)))
                .isInstanceOf(InvalidJobException.class)
                .hasMessageContaining("\"a\"")
                .hasMessageContaining("its minute is \"99\"");
        assertThatThrownBy(() -> book.put("a", of(new NewEntry.Every(Duration.ofMillis(1), null), false)))
                .isInstanceOf(InvalidJobException.class)
                .hasMessageContaining("whole seconds");
        assertThatThrownBy(() -> book.put("a", of(HOURLY, false, "x".repeat(EntryReader.MOST_BYTES))))
                .isInstanceOf(InvalidJobException.class)
                .hasMessageContaining("more than the 65536");
        assertThatThrownBy(() -> book.put("a", of(HOURLY, false, new Object())))
                .isInstanceOf(InvalidJobException.class);
        assertThatThrownBy(() ->
                        book.put("a", new NewEntry(HOURLY, "a,b", JobSpec.of("A"), Misfire.FIRE_ONCE, null, false)))
                .isInstanceOf(InvalidJobException.class)
                .hasMessageContaining("comma");
        assertThatThrownBy(() -> book.put(
                        "a", new NewEntry(HOURLY, "high", JobSpec.of("A").withId("1"), Misfire.FIRE_ONCE, null, false)))
                .isInstanceOf(InvalidJobException.class)
                .hasMessageContaining("has the id \"1\"");
        assertThat(fixture.redis.dump()).isEmpty();
    }

    @Test
    void entriesAreListedWithLastAndNextRun() {
        String lastRun = ago(Duration.ofMinutes(10));
        fixture.seed("a", entry("\"every\":\"1h\"", ""), lastRun);
        fixture.seed("paused", entry("\"every\":\"1h\"", ""), lastRun);
        fixture.seed("rubys", "{\"cron\":\"* * * * *\",\"class\":\"A\",\"queue\":\"high\"}", null);
        fixture.seed("bad", "null", "yesterday");
        book.pause("paused");
        Instant last = LastRun.read(lastRun);
        assertThat(book.list())
                .as("by their names")
                .extracting(
                        RecurringJob::name,
                        RecurringJob::problem,
                        RecurringJob::lastRun,
                        RecurringJob::nextRun,
                        RecurringJob::isPaused,
                        RecurringJob::isFired)
                .containsExactly(
                        tuple(
                                "a",
                                Optional.empty(),
                                Optional.of(last),
                                Optional.of(last.plus(Duration.ofHours(1))),
                                false,
                                true),
                        tuple(
                                "bad",
                                Optional.of("it is null, not an object"),
                                Optional.empty(),
                                Optional.empty(),
                                false,
                                false),
                        tuple("paused", Optional.empty(), Optional.of(last), Optional.empty(), true, true),
                        tuple("rubys", Optional.empty(), Optional.empty(), Optional.empty(), false, false));
        RecurringJob rubys = fixture.book(new FiredEntries(new ForeignLocks("", true), null))
                .find("rubys")
                .orElseThrow();
        assertThat(rubys.nextRun().orElseThrow()).isAfter(RecurringFixture.now().minusSeconds(1));
        assertThat(rubys.cron()).contains("* * * * *");
        assertThat(rubys.zone()).as("the zone when none is named").contains(ZoneOffset.UTC);
        assertThat(rubys.environments()).isEmpty();
        assertThat(book.find("none")).isEmpty();
    }

    @Test
    void anEntryThatCannotBeFiredIsShownAsFarAsItCanBeRead() {
        fixture.seed("bad", "{\"cron\":\"99 * * * *\",\"class\":\"A\",\"args\":[1],\"description\":\"d\"}", null);
        RecurringJob bad = book.find("bad").orElseThrow();
        assertThat(bad.problem()).contains("it names no queue");
        assertThat(bad.cron()).contains("99 * * * *");
        assertThat(bad.zone()).isEmpty();
        assertThat(bad.queue()).isEmpty();
        assertThat(bad.job()).isEqualTo(new JobSpec("A", List.of(1L)));
        assertThat(bad.description()).contains("d");
        assertThat(bad.environments()).as("it has no rails_env").isEmpty();
        fixture.seed("ours", "{\"every\":\"1x\",\"rails_env\":\"java\"}", null);
        RecurringJob ours = book.find("ours").orElseThrow();
        assertThat(ours.problem()).isPresent();
        assertThat(ours.environments()).containsExactly("java");
        fixture.seed("never", "{\"every\":\"1h\",\"class\":\"A\",\"queue\":\"q\",\"rails_env\":\"\"}", null);
        assertThat(book.find("never").orElseThrow().environments())
                .as("Ruby never fires it")
                .containsExactly("");
        assertThatThrownBy(() -> book.trigger("bad", (queue, job) -> true))
                .isInstanceOf(InvalidJobException.class)
                .hasMessageContaining("\"bad\" cannot be triggered: it names no queue");
    }

    @Test
    void aPauseEndsOnlyWhereThereIsOne() {
        assertThat(book.pause("none")).isFalse();
        book.put("a", of(HOURLY, false));
        assertThat(book.resume("a")).isFalse();
        assertThat(book.pause("a")).isTrue();
        assertThat(book.put("a", of(HOURLY, false, 2))).as("as at a deploy").isTrue();
        assertThat(book.find("a").orElseThrow().isPaused()).isTrue();
        assertThat(book.resume("a")).isTrue();
        assertThat(book.find("a").orElseThrow().lastRun().orElseThrow())
                .isAfter(RecurringFixture.now().minusSeconds(10));
    }

    @Test
    void theEndOfAPauseKeepsALaterLastRun() {
        book.put("a", of(HOURLY, false));
        Instant later = RecurringFixture.now().plus(Duration.ofMinutes(30));
        book.pause("a");
        fixture.lastRun("a", LastRun.text(later));
        assertThat(book.resume("a")).isTrue();
        assertThat(fixture.lastRun("a"))
                .as("the clock was put back: ticks up to the last run were made, and must not be made again")
                .isEqualTo(LastRun.text(later));
        book.pause("a");
        fixture.lastRun("a", LastRun.text(later.plus(Duration.ofHours(1))));
        assertThat(book.resume("a")).isTrue();
        assertThat(book.find("a").orElseThrow().lastRun().orElseThrow())
                .as("a last run so far ahead was written while the clock went wrong")
                .isBefore(later);
    }

    /** A book whose entries are changed by somebody else after its first read. */
    private RecurringBook overtaken(Runnable change) {
        AtomicBoolean isChanged = new AtomicBoolean();
        RecurringEntries changing = (RecurringEntries) Proxy.newProxyInstance(
                RecurringEntries.class.getClassLoader(),
                new Class<?>[] {RecurringEntries.class},
                (proxy, method, args) -> {
                    Object answer = method.invoke(fixture.entries, args);
                    if (method.getName().equals("find") && isChanged.compareAndSet(false, true)) {
                        change.run();
                    }
                    return answer;
                });
        return RecurringFixture.book(changing, FiredEntries.ONLY_OURS);
    }

    @Test
    @WireRule("W-632")
    void anEntryThatBecomesRubysDuringItsRemovalIsToldToRuby() {
        book.put("a", of(HOURLY, false));
        assertThat(overtaken(() -> book.put("a", of(HOURLY, true))).remove("a")).isTrue();
        assertThat(fixture.entry("a")).isNull();
        CoreRedis.CLIENT.call("DEL", fixture.redis.key("schedules_changed"));
        book.put("b", of(HOURLY, false));
        String rubys = "{\"every\":\"1h\",\"class\":\"A\"}";
        assertThat(overtaken(() -> fixture.seed("b", rubys, null)).remove("b")).isTrue();
        assertThat(changed()).as("Ruby must drop it").isEqualTo(List.of("b"));
    }

    @Test
    void theEndOfAPauseIsTriedAgainIfTheLastRunChangesMeanwhile() {
        book.put("a", of(HOURLY, false));
        book.pause("a");
        String later = LastRun.text(RecurringFixture.now().plus(Duration.ofMinutes(30)));
        assertThat(overtaken(() -> fixture.lastRun("a", later)).resume("a")).isTrue();
        assertThat(fixture.lastRun("a")).isEqualTo(later);
    }

    @Test
    void anEntryThatIsTooLargeIsNeitherFiredNorTriggered() {
        fixture.seed(
                "large",
                entry("\"every\":\"1h\"", ",\"description\":\"" + "x".repeat(EntryReader.MOST_BYTES) + "\""),
                null);
        String problem = "more than the 65536 that are read";
        assertThat(book.list().get(0).problem().orElseThrow()).contains(problem);
        RecurringJob found = book.find("large").orElseThrow();
        assertThat(found.problem().orElseThrow()).contains(problem);
        assertThat(found.isFired()).isFalse();
        assertThatThrownBy(() -> book.trigger("large", (queue, job) -> true))
                .isInstanceOf(InvalidJobException.class)
                .hasMessageContaining(problem);
    }
}
