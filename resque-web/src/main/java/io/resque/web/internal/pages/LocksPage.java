package io.resque.web.internal.pages;

import io.resque.api.LimitUse;
import io.resque.api.UniqueLock;
import io.resque.core.LocksFound;
import io.resque.web.internal.http.UrlText;
import io.resque.web.internal.http.WebResponse;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The limits that jobs wait for, and the locks of unique jobs. */
final class LocksPage implements Page {
    static final String NAME = "locks";
    private static final String FREE = "free-lock";
    private static final String KEY = "key";
    private static final String OWNER = "owner";
    private static final String JOB = "job";
    static final String AT = "at";
    private static final int MOST_LIMITS = 100;

    @Override
    public WebResponse show(Visit visit) {
        List<LocksView.LimitRow> limits =
                limits(visit).stream().map(limit -> row(visit, limit)).toList();
        LocksFound found = locks(visit);
        Instant now = Instant.now();
        LocksView view = new LocksView(
                limits,
                found.locks().stream().map(lock -> row(visit, lock, now)).toList(),
                Pager.ofSearch(visit, visit.text("locks.found", found.locks().size()), Map.of(), AT, found.next()));
        Frame frame = visit.frame(visit.text("nav.locks")).still();
        return visit.page((output, none) -> JtelocksGenerated.render(output, none, frame, view));
    }

    /** Those for which the most jobs wait first. */
    static List<LimitUse> limits(Visit visit) {
        return visit.resque().inspector().limits(MOST_LIMITS).stream()
                .sorted((one, other) -> Long.compare(other.waiting(), one.waiting()))
                .toList();
    }

    static LocksFound locks(Visit visit) {
        return visit.resque().inspector().locks(visit.request.parameter(AT).orElse(""), Visit.PAGE);
    }

    private static LocksView.LimitRow row(Visit visit, LimitUse limit) {
        return new LocksView.LimitRow(
                limit.limit(),
                visit.link(NAME, limit.limit()),
                limit.jobs(),
                limit.running(),
                visit.text("number", limit.waiting()));
    }

    private static LocksView.LockRow row(Visit visit, UniqueLock lock, Instant now) {
        Map<String, String> named = Map.of(
                KEY, UrlText.segment(lock.key()),
                OWNER, UrlText.segment(lock.owner().orElse("")),
                JOB, word(lock.state()));
        return new LocksView.LockRow(
                lock.key(),
                lock.kind().map(kind -> words(kind.name())).orElse("–"),
                words(lock.state().name()),
                lock.worker().orElse(""),
                lock.since().map(since -> visit.texts.ago(since, now)).orElse(""),
                lock.expiry().map(Instant::toString).orElse(""),
                lock.unsure() ? visit.text("locks.unsure") : "",
                visit.button(Rights.ALL, FREE, true, named).stream().toList());
    }

    private static String words(String name) {
        return name.toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    @Override
    public Map<String, List<String>> actions() {
        return Map.of(FREE, List.of(KEY, OWNER, JOB));
    }

    /** Where the job of a lock is, as fields and the API have it. */
    static String word(UniqueLock.State state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public WebResponse act(Visit visit) {
        if (!visit.action().equals(FREE)) {
            throw new NoSuchPage();
        }
        String key = name(visit, KEY).orElseThrow(NoSuchPage::new);
        UniqueLock.State state = Stream.of(UniqueLock.State.values())
                .filter(each ->
                        visit.request.field(JOB).filter(word(each)::equals).isPresent())
                .findFirst()
                .orElseThrow(NoSuchPage::new);
        UniqueLock lock = new UniqueLock(
                key,
                Optional.empty(),
                state,
                name(visit, OWNER),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false);
        boolean freed = visit.resque().inspector().freeLock(lock);
        return visit.done(freed, "done.free-lock", "done.free-lock-not", key);
    }

    private static Optional<String> name(Visit visit, String field) {
        return visit.request.field(field).flatMap(visit::named).filter(name -> !name.isEmpty());
    }
}
