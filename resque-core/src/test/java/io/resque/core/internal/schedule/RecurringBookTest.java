package io.resque.core.internal.schedule;

import static io.resque.core.internal.schedule.RecurringFixture.ago;
import static io.resque.core.internal.schedule.RecurringFixture.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.resque.api.InvalidJobException;
import io.resque.api.JobSpec;
import io.resque.core.CoreRedis;
import io.resque.tck.WireRule;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
        List<ListedEntry> listed = new ArrayList<>();
        book.list(listed::add);
        Instant last = LastRun.read(lastRun);
        assertThat(listed)
                .extracting(
                        ListedEntry::name,
                        ListedEntry::problem,
                        ListedEntry::lastRun,
                        ListedEntry::next,
                        ListedEntry::paused)
                .containsExactlyInAnyOrder(
                        tuple("a", null, last, last.plus(Duration.ofHours(1)), false),
                        tuple("paused", null, last, null, true),
                        tuple("rubys", null, null, null, false),
                        tuple("bad", "it is null, not an object", null, null, false));
        assertThat(fixture.book(new FiredEntries(true, null))
                        .find("rubys")
                        .orElseThrow()
                        .next())
                .isAfter(RecurringFixture.now().minusSeconds(1));
        assertThat(book.find("none")).isEmpty();
    }

    @Test
    void aPauseEndsOnlyWhereThereIsOne() {
        assertThat(book.pause("none")).isFalse();
        book.put("a", of(HOURLY, false));
        assertThat(book.resume("a")).isFalse();
        assertThat(book.pause("a")).isTrue();
        assertThat(book.put("a", of(HOURLY, false, 2))).as("as at a deploy").isTrue();
        assertThat(book.find("a").orElseThrow().paused()).isTrue();
        assertThat(book.resume("a")).isTrue();
        assertThat(book.find("a").orElseThrow().lastRun())
                .isAfter(RecurringFixture.now().minusSeconds(10));
    }
}
