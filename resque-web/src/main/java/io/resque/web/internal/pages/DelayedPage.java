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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The delayed jobs, or those of them that wait to be retried. */
final class DelayedPage implements Page {
    static final String NAME = "delayed";
    static final String RETRIES = "retries";
    static final String NOW = "enqueue-now";
    static final String CANCEL = "cancel";

    private static final String REF = "ref";
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
                buttons(visit, action));
        Frame live = visit.frame(visit.text("nav." + visit.page));
        Frame frame = asked.isEmpty() && !onlyRetries ? live : live.still();
        return visit.page((output, none) -> JtedelayedGenerated.render(output, none, frame, view));
    }

    private static Map<String, String> asked(Visit visit) {
        Map<String, String> asked = new LinkedHashMap<>();
        for (String name : List.of("class", "text", "from", "to")) {
            visit.request.parameter(name).filter(value -> !value.isEmpty()).ifPresent(value -> asked.put(name, value));
        }
        return asked;
    }

    /** The jobs that the address asks for. */
    static DelayedJobsPage found(Visit visit, boolean onlyRetries) {
        return found(visit, asked(visit), onlyRetries);
    }

    private static DelayedJobsPage found(Visit visit, Map<String, String> asked, boolean onlyRetries) {
        DelayedJobs jobs = onlyRetries
                ? visit.resque().delayed().retries()
                : visit.resque().delayed();
        return jobs.between(
                        asked.containsKey("from") ? FailedFilter.instant(asked.get("from")) : Instant.MIN,
                        asked.containsKey("to") ? FailedFilter.instant(asked.get("to")) : Instant.MAX)
                .search(
                        job -> matches(visit, asked, job),
                        visit.request.parameter(AT).orElse(""),
                        Visit.PAGE);
    }

    private static boolean matches(Visit visit, Map<String, String> asked, DelayedJob job) {
        String jobClass = asked.get("class");
        String text = asked.get("text");
        return (jobClass == null || job.job().innerClass().equals(jobClass))
                && (text == null || visit.holds(text, job.job()));
    }

    static List<Button> buttons(Visit visit, String address) {
        return Stream.of(NOW, CANCEL)
                .map(action -> visit.button(address, Rights.ALL, action, action.equals(CANCEL), Map.of()))
                .flatMap(Optional::stream)
                .toList();
    }

    @Override
    public WebResponse act(Visit visit) {
        String action = visit.action();
        if (!action.equals(NOW) && !action.equals(CANCEL)) {
            throw new NoSuchPage();
        }
        List<String> refs = visit.request.form().getOrDefault(REF, List.of());
        long changed = refs.stream()
                .filter(ref -> change(visit.resque().delayed(), action, ref))
                .count();
        return visit.done("done." + action, changed, refs.size());
    }

    /** Says whether the job was still there. */
    static boolean change(DelayedJobs jobs, String action, String ref) {
        return find(jobs, ref)
                .map(job -> action.equals(NOW) ? jobs.enqueueNow(job) : jobs.remove(job))
                .orElse(false);
    }
}
