package io.resque.web.internal.pages;

import io.resque.api.FailedJob;
import io.resque.api.FailureFilter;
import io.resque.api.FailureRef;
import io.resque.core.FailedJobs;
import io.resque.core.FailureGroups;
import io.resque.core.FailurePage;
import io.resque.web.internal.http.UrlText;
import io.resque.web.internal.http.WebResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The failures of all lists, with a filter, and their groups. */
final class FailedPage implements Page {
    static final String NAME = "failed";
    static final String RETRY = "retry";
    static final String RETRY_AND_REMOVE = "retry-and-remove";
    static final String RETRY_ANEW = "retry-anew";
    static final String REMOVE = "remove-failure";
    private static final String RETRY_ALL = "retry-all";
    private static final String RETRY_AND_REMOVE_ALL = "retry-and-remove-all";
    private static final String REMOVE_ALL = "remove-all";

    /** The field that names a chosen failure, as {@link UrlText#segment} writes it. */
    static final String REF = "ref";

    private static final String GROUPS = "groups";
    static final String AT = "at";

    @Override
    public WebResponse show(Visit visit) {
        FailedFilter asked = FailedFilter.of(visit);
        FailureFilter filter = asked.filter(visit);
        FailedJobs failures = visit.resque().failures();
        boolean grouped = visit.request.parameter(GROUPS).isPresent();
        FailureGroups groups = grouped ? failures.groups(filter) : new FailureGroups(List.of(), 0, 0);
        List<FailedJob> shown = new ArrayList<>();
        Pager pager;
        if (grouped) {
            pager = new Pager(0, visit.text("failed.looked", groups.lookedAt(), groups.of()), List.of());
        } else if (filter.isUnconditional()) {
            pager = listed(visit, asked, filter, shown);
        } else {
            pager = searched(visit, asked, filter, shown);
        }
        Instant now = Instant.now();
        Map<String, Long> lists = failures.lists();
        Map<String, String> toGroups = new LinkedHashMap<>(asked.parameters());
        toGroups.put(GROUPS, "yes");
        String action = visit.link(asked.parameters());
        FailedView view = new FailedView(
                visit.link(NAME),
                action,
                asked,
                lists.size() == 1 ? List.of() : List.copyOf(lists.keySet()),
                shown.stream().map(failure -> row(visit, failure, now)).toList(),
                pager,
                buttons(visit, action, RETRY, RETRY_AND_REMOVE, REMOVE),
                buttons(visit, action, RETRY_ALL, RETRY_AND_REMOVE_ALL, REMOVE_ALL),
                groups.groups().stream().map(group -> group(visit, group, now)).toList(),
                grouped,
                new Link(visit.text("failed.groups"), visit.link(toGroups), grouped));
        Frame live = visit.frame(visit.text("nav.failed"));
        Frame frame = filter.isUnconditional() && !grouped ? live : live.still();
        return visit.page((output, none) -> JtefailedGenerated.render(output, none, frame, view));
    }

    private static Pager listed(Visit visit, FailedFilter asked, FailureFilter filter, List<FailedJob> shown) {
        FailedJobs failures = visit.resque().failures();
        Pager pager = Pager.of(visit, failures.count(filter), Visit.PAGE, asked.parameters());
        shown.addAll(failures.newest(filter, pager.start(), Visit.PAGE));
        return pager;
    }

    /** A search shows what it has found within its time, and goes on from there. */
    private static Pager searched(Visit visit, FailedFilter asked, FailureFilter filter, List<FailedJob> shown) {
        FailurePage page = search(visit, filter);
        shown.addAll(page.failures());
        return Pager.ofSearch(
                visit,
                visit.text("failed.found", shown.size(), page.lookedAt(), page.of()),
                asked.parameters(),
                AT,
                page.next());
    }

    static FailurePage search(Visit visit, FailureFilter filter) {
        return visit.resque()
                .failures()
                .search(filter, visit.request.parameter(AT).orElse(""), Visit.PAGE);
    }

    private static FailedView.Row row(Visit visit, FailedJob failure, Instant now) {
        String ref = FailureRef.of(failure).toString();
        return new FailedView.Row(
                UrlText.segment(ref),
                visit.link(NAME, ref),
                failure.failedAt().map(Instant::toString).orElse(failure.failedAtText()),
                failure.failedAt().map(at -> visit.texts.ago(at, now)).orElse(failure.failedAtText()),
                failure.queue(),
                visit.name(failure),
                Visit.brief(visit.arguments(failure)),
                failure.exception(),
                Visit.brief(failure.error()),
                failure.retriedAtText().orElse(""));
    }

    private static FailedView.Group group(Visit visit, FailureGroups.Group group, Instant now) {
        boolean isKnown = !group.exception().isEmpty() && !group.jobClass().isEmpty();
        return new FailedView.Group(
                group.exception(),
                group.jobClass().isEmpty() ? visit.text("job.unreadable") : group.jobClass(),
                visit.text("number", group.count()),
                group.last().map(Instant::toString).orElse(""),
                group.last().map(at -> visit.texts.ago(at, now)).orElse(""),
                isKnown
                        ? visit.link(FailedFilter.ofGroup(group.exception(), group.jobClass())
                                .parameters())
                        : "");
    }

    static List<Button> buttons(Visit visit, String address, String... actions) {
        return Stream.of(actions)
                .map(action -> visit.button(address, rights(action), action, rights(action) == Rights.ALL, Map.of()))
                .flatMap(Optional::stream)
                .toList();
    }

    static Rights rights(String action) {
        return action.equals(RETRY) || action.equals(RETRY_ANEW) || action.equals(RETRY_ALL)
                ? Rights.RETRY
                : Rights.ALL;
    }

    @Override
    public Rights needed(Visit visit) {
        return rights(visit.action());
    }

    @Override
    public Map<String, List<String>> actions() {
        return Map.of(
                RETRY, List.of(REF),
                RETRY_ANEW, List.of(REF),
                RETRY_AND_REMOVE, List.of(REF),
                REMOVE, List.of(REF),
                RETRY_ALL, List.of(),
                RETRY_AND_REMOVE_ALL, List.of(),
                REMOVE_ALL, List.of());
    }

    @Override
    public List<String> filter() {
        return FailedFilter.PARAMETERS;
    }

    @Override
    public WebResponse act(Visit visit) {
        String action = visit.action();
        return switch (action) {
            case RETRY, RETRY_ANEW, RETRY_AND_REMOVE, REMOVE -> {
                List<FailureRef> refs = visit.request.form().getOrDefault(REF, List.of()).stream()
                        .map(ref -> FailureRef.parse(visit.named(ref).orElse("")))
                        .toList();
                long changed = change(visit.resque().failures(), action, refs);
                yield visit.done(changed, "done." + action, changed, refs.size());
            }
            case RETRY_ALL, RETRY_AND_REMOVE_ALL, REMOVE_ALL -> all(visit, action);
            default -> throw new NoSuchPage();
        };
    }

    /** Changes each record that still stands in its list as the page showed it; returns how many it changed. */
    static long change(FailedJobs failures, String action, Collection<FailureRef> refs) {
        List<FailedJob> found = failures.find(refs);
        return switch (action) {
            case RETRY -> failures.retry(found);
            case RETRY_ANEW -> failures.resettingAttempts().retry(found);
            case RETRY_AND_REMOVE -> failures.retryAndRemove(found);
            default -> failures.remove(found);
        };
    }

    private static WebResponse all(Visit visit, String action) {
        FailedJobs failures = visit.resque().failures();
        FailureFilter filter = FailedFilter.of(visit).filter(visit);
        // To count what matches, all records are read: the question comes in any case.
        long count = filter.isUnconditional() ? failures.count(filter) : Long.MAX_VALUE;
        String question = "confirm." + action + (filter.isUnconditional() ? "" : "-matching");
        long of = failures.count(filter.list().map(FailureFilter.all()::list).orElse(FailureFilter.all()));
        return visit.unlessSure(count, question, of).orElseGet(() -> {
            long changed = switch (action) {
                case RETRY_ALL -> failures.retryAll(filter);
                case RETRY_AND_REMOVE_ALL -> failures.retryAndRemoveAll(filter);
                default -> failures.removeAll(filter);
            };
            return visit.done(changed, "done." + action, changed);
        });
    }
}
