package io.resque.web.internal.pages;

import io.resque.api.DelayedJob;
import io.resque.core.DelayedJobs;
import io.resque.core.DelayedJobsPage;
import io.resque.web.internal.http.WebResponse;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The delayed jobs, or those of them that wait to be retried. */
final class DelayedPage implements Page {
    static final String NAME = "delayed";
    static final String RETRIES = "retries";
    static final String NOW = "enqueue-now";
    static final String CANCEL = "cancel";
    static final String MOVE = "reschedule";
    private static final String NOW_ALL = "enqueue-now-all";
    private static final String CANCEL_ALL = "cancel-all";
    private static final String MOVE_ALL = "reschedule-all";

    static final String TO = "to";
    private static final String REF = "ref";
    private static final List<String> PARAMETERS = List.of("class", "text", "from", "to");
    static final String AT = "at";
    private static final Pattern REF_TEXT = Pattern.compile("([0-9]{1,15})-([0-9a-f]{32})");

    private final boolean onlyRetries;

    DelayedPage(boolean onlyRetries) {
        this.onlyRetries = onlyRetries;
    }

    /** Names a job by its second and its bytes. */
    static String ref(DelayedJob job) {
        return job.dueAt().getEpochSecond() + "-" + job.job().digest();
    }

    /** The job, if it still stands there. */
    static Optional<DelayedJob> find(DelayedJobs jobs, String ref) {
        Matcher parts = REF_TEXT.matcher(ref);
        return parts.matches()
                ? jobs.find(Instant.ofEpochSecond(Long.parseLong(parts.group(1))), parts.group(2))
                : Optional.empty();
    }

    @Override
    public WebResponse show(Visit visit) {
        Map<String, String> asked = asked(visit);
        Instant now = Instant.now();
        DelayedJobsPage page = found(visit, asked, onlyRetries);
        String address = visit.link(visit.page);
        String action = visit.link(asked);
        DelayedView view = new DelayedView(
                address,
                action,
                asked.getOrDefault("class", ""),
                asked.getOrDefault("text", ""),
                asked.getOrDefault("from", ""),
                asked.getOrDefault("to", ""),
                page.jobs().stream()
                        .map(job -> DelayedView.Row.of(visit, job, now))
                        .toList(),
                Pager.ofSearch(
                        visit,
                        visit.text("delayed.found", page.jobs().size(), page.lookedAt()),
                        asked,
                        AT,
                        page.next()),
                buttons(visit, action, NOW, CANCEL),
                buttons(visit, action, NOW_ALL, CANCEL_ALL));
        Frame live = visit.frame(visit.text("nav." + visit.page));
        Frame frame = asked.isEmpty() && !onlyRetries ? live : live.still();
        return visit.page((output, none) -> JtedelayedGenerated.render(output, none, frame, view));
    }

    private static Map<String, String> asked(Visit visit) {
        Map<String, String> asked = new LinkedHashMap<>();
        for (String name : PARAMETERS) {
            visit.request.parameter(name).filter(value -> !value.isEmpty()).ifPresent(value -> asked.put(name, value));
        }
        return asked;
    }

    /** The jobs that the address asks for. */
    static DelayedJobsPage found(Visit visit, boolean onlyRetries) {
        return found(visit, asked(visit), onlyRetries);
    }

    private static DelayedJobsPage found(Visit visit, Map<String, String> asked, boolean onlyRetries) {
        return jobs(visit, asked, onlyRetries)
                .search(
                        job -> matches(visit, asked, job),
                        visit.request.parameter(AT).orElse(""),
                        Visit.PAGE);
    }

    private static DelayedJobs jobs(Visit visit, Map<String, String> asked, boolean onlyRetries) {
        DelayedJobs jobs = visit.resque().delayed();
        return (onlyRetries ? jobs.retries() : jobs)
                .between(
                        asked.containsKey("from") ? FailedFilter.instant(asked.get("from")) : Instant.MIN,
                        asked.containsKey("to") ? FailedFilter.instant(asked.get("to")) : Instant.MAX);
    }

    private static boolean matches(Visit visit, Map<String, String> asked, DelayedJob job) {
        String jobClass = asked.get("class");
        String text = asked.get("text");
        return (jobClass == null || job.job().innerClass().equals(jobClass))
                && (text == null || visit.holds(text, job.job()));
    }

    static List<Button> buttons(Visit visit, String address, String... actions) {
        return Stream.of(actions)
                .map(action -> visit.button(address, Rights.ALL, action, action.startsWith(CANCEL), Map.of()))
                .flatMap(Optional::stream)
                .toList();
    }

    @Override
    public Map<String, List<String>> actions() {
        return Map.of(
                NOW, List.of(REF),
                CANCEL, List.of(REF),
                MOVE, List.of(REF, TO),
                NOW_ALL, List.of(),
                CANCEL_ALL, List.of(),
                MOVE_ALL, List.of(TO));
    }

    @Override
    public List<String> filter() {
        return PARAMETERS;
    }

    @Override
    public WebResponse act(Visit visit) {
        String action = visit.action();
        return switch (action) {
            case NOW, CANCEL, MOVE -> {
                List<String> refs = visit.request.form().getOrDefault(REF, List.of());
                Change change = change(visit, action);
                long changed = refs.stream().filter(change::make).count();
                yield visit.done(changed, "done." + action, changed, refs.size());
            }
            case NOW_ALL, CANCEL_ALL, MOVE_ALL -> all(visit, action);
            default -> throw new NoSuchPage();
        };
    }

    /** Changes a job that a reference names. */
    @FunctionalInterface
    interface Change {
        /** Says whether the job was still there. */
        boolean make(String ref);
    }

    static Change change(Visit visit, String action) {
        DelayedJobs jobs = visit.resque().delayed();
        Instant to = action.equals(MOVE) ? to(visit) : Instant.MIN;
        return ref -> find(jobs, ref)
                .map(job -> switch (action) {
                    case NOW -> jobs.enqueueNow(job);
                    case CANCEL -> jobs.remove(job);
                    default -> jobs.reschedule(to, job);
                })
                .orElse(false);
    }

    private static Instant to(Visit visit) {
        return FailedFilter.instant(visit.request.field(TO).orElse(""));
    }

    private WebResponse all(Visit visit, String action) {
        Map<String, String> asked = asked(visit);
        DelayedJobs jobs = jobs(visit, asked, onlyRetries);
        Predicate<DelayedJob> filter = job -> matches(visit, asked, job);
        Instant to = action.equals(MOVE_ALL) ? to(visit) : Instant.MIN;
        long of = visit.resque().delayed().count();
        // To count what matches, all jobs are read: the question comes in any case.
        return visit.unlessSure(asked.isEmpty() ? of : Long.MAX_VALUE, "confirm." + action, of)
                .orElseGet(() -> {
                    long changed = switch (action) {
                        case NOW_ALL -> jobs.enqueueNow(filter);
                        case CANCEL_ALL -> jobs.remove(filter);
                        default -> jobs.reschedule(to, filter);
                    };
                    return visit.done(changed, "done." + action, changed);
                });
    }
}
