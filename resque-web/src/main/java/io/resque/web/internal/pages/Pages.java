package io.resque.web.internal.pages;

import io.resque.api.BackendException;
import io.resque.api.JobInfo;
import io.resque.api.ResqueException;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.JsonRules;
import io.resque.core.Resque;
import io.resque.web.internal.http.UrlText;
import io.resque.web.internal.http.WebRequest;
import io.resque.web.internal.http.WebResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All pages: finds the page of a request, and lets it answer if the visitor may see it. Thread-safe. */
public final class Pages implements Function<WebRequest, WebResponse> {
    private static final Logger LOG = LoggerFactory.getLogger("io.resque.web.ResqueWeb");

    private static final String ASSETS = "assets";
    private static final String STATS = "stats.txt";

    /** The pages of the navigation, in its order. The text of each link is that of the key {@code nav.<name>}. */
    private static final Map<String, Page> NAMED = named();

    /** Pages of one thing, whose name follows in the path. */
    private static final Map<String, Page> OF_ONE = Map.of(
            "queues",
            new QueuePage(),
            "workers",
            new WorkerPage(),
            FailedPage.NAME,
            new FailurePage(),
            DelayedPage.NAME,
            new DelayedJobPage(),
            SchedulePage.NAME,
            new RecurringPage(),
            StatusPage.NAME,
            new StatusPage(),
            LocksPage.NAME,
            new LimitPage());

    final Settings settings;
    final Notices notices = new Notices();
    private final Map<String, Instance> instances = new LinkedHashMap<>();

    /**
     * What the application has chosen.
     *
     * @param instances by name; at least one
     * @param rights what a visitor may do
     * @param arguments what to show of a job's arguments, from the job and their JSON
     * @param writes is told what visitors have changed
     */
    public record Settings(
            Map<String, Resque> instances,
            Function<WebRequest, Rights> rights,
            BiFunction<JobInfo, String, String> arguments,
            Consumer<Written> writes) {}

    public Pages(Settings settings) {
        this.settings = settings;
        settings.instances.forEach((name, resque) -> instances.put(name, new Instance(name, resque)));
    }

    private static Map<String, Page> named() {
        Map<String, Page> pages = new LinkedHashMap<>();
        pages.put("", new OverviewPage());
        pages.put("queues", new QueuesPage());
        pages.put("working", new WorkingPage());
        pages.put("workers", new WorkersPage());
        pages.put(FailedPage.NAME, new FailedPage());
        pages.put(DelayedPage.NAME, new DelayedPage(false));
        pages.put(DelayedPage.RETRIES, new DelayedPage(true));
        pages.put(SchedulePage.NAME, new SchedulePage());
        pages.put(StatusPage.NAME, new StatusPage());
        pages.put(LocksPage.NAME, new LocksPage());
        pages.put(HistoryPage.NAME, new HistoryPage());
        pages.put("server", new ServerPage());
        return pages;
    }

    /** Whether a path is for programs, which write JSON in place of forms. */
    public static boolean isForPrograms(String path) {
        return Api.owns(path);
    }

    /** An answer as the visitor can read it: a program that asks the API gets the sentence of an error as JSON. */
    public WebResponse readable(WebRequest request, WebResponse response) {
        JobSerializer serializer = instances.values().iterator().next().resque.serializer();
        return Api.owns(request.path()) ? ApiJson.error(serializer, response) : response;
    }

    @Override
    public WebResponse apply(WebRequest request) {
        Rights rights = settings.rights.apply(request);
        if (!rights.allow(Rights.READ)) {
            return WebResponse.text(403, "You may not see this\n");
        }
        List<String> path = new ArrayList<>();
        for (String segment : request.path().substring(1).split("/", -1)) {
            Optional<String> name = UrlText.name(segment);
            if (name.isEmpty()) {
                return notFound();
            }
            path.add(name.get());
        }
        if (path.get(0).equals(ASSETS)) {
            return Stream.of(AssetFile.values())
                    .filter(file -> path.equals(List.of(ASSETS, file.path())))
                    .map(AssetFile::response)
                    .findFirst()
                    .orElseGet(Pages::notFound);
        }
        if (instances.size() == 1) {
            return ofInstance(request, instances.values().iterator().next(), rights, path);
        }
        Instance instance = instances.get(path.get(0));
        if (instance != null && path.size() > 1) {
            return ofInstance(request, instance, rights, path.subList(1, path.size()));
        }
        boolean isRoot = path.equals(List.of(""));
        return isRoot || instance != null
                ? WebResponse.seeOther("./" + UrlText.segment(isRoot ? first() : path.get(0)) + "/")
                : notFound();
    }

    private String first() {
        return instances.keySet().iterator().next();
    }

    private static WebResponse notFound() {
        return WebResponse.text(404, "There is no such page\n");
    }

    private WebResponse ofInstance(WebRequest request, Instance instance, Rights rights, List<String> asked) {
        if (asked.equals(List.of(STATS)) && !request.isPost()) {
            return StatsText.of(instance);
        }
        boolean isApi = Api.owns(asked);
        List<String> path = isApi ? Api.below(asked) : asked;
        Page page = isApi ? Api.page(path) : page(path);
        if (page == null) {
            return notFound();
        }
        Texts texts = Texts.of(request.header("accept-language").orElse(""));
        String root = path.size() == 1 ? "./" : "../";
        Visit visit =
                new Visit(this, request, instance, rights, texts, path.subList(1, path.size()), path.get(0), root);
        try {
            return !request.isPost()
                    ? page.show(visit)
                    : act(page, isApi ? visit.with(ApiWrite.read(instance.resque.serializer(), request)) : visit);
        } catch (Page.NoSuchPage e) {
            return error(visit, 404, texts.text("error.missing"));
        } catch (BackendException e) {
            LOG.debug("{} cannot be shown", JsonRules.forLog(request.path()), e);
            return error(visit, 503, texts.text("error.redis", JsonRules.forLog(e.getMessage())));
        } catch (ResqueException | IllegalArgumentException e) {
            return error(visit, 400, texts.text("error.refused", JsonRules.forLog(e.getMessage())));
        }
    }

    static @Nullable Page page(List<String> path) {
        return path.size() == 1 ? NAMED.get(path.get(0)) : path.size() == 2 ? OF_ONE.get(path.get(0)) : null;
    }

    private static WebResponse act(Page page, Visit visit) {
        if (!visit.rights.allow(page.needed(visit))) {
            return error(visit, 403, visit.text("error.rights"));
        }
        try {
            return page.act(visit);
        } catch (RuntimeException e) {
            if (!isRefusal(e)) {
                visit.tell(OptionalLong.empty(), "This was not done, or a part of it was: " + e.getMessage());
            }
            throw e;
        } finally {
            visit.instance.snapshot.forget();
            visit.instance.checkup.forget();
        }
    }

    /** Whether nothing was done, since what was asked for cannot be. */
    private static boolean isRefusal(RuntimeException e) {
        return e instanceof Page.NoSuchPage
                || e instanceof IllegalArgumentException
                || e instanceof ResqueException && !(e instanceof BackendException);
    }

    private static WebResponse error(Visit visit, int status, String sentence) {
        if (Api.owns(visit.request.path())) {
            return WebResponse.text(status, sentence);
        }
        Frame frame = visit.frame(visit.text("error.title"));
        return visit.page(status, (output, none) -> JteerrorGenerated.render(output, none, frame, sentence));
    }

    List<Link> navigation(Visit visit) {
        return NAMED.keySet().stream()
                .map(name -> new Link(
                        visit.text(name.isEmpty() ? "nav.overview" : "nav." + name),
                        visit.link(name),
                        name.equals(visit.page)))
                .toList();
    }

    /** Links to the same page of all instances. */
    List<Link> instances(Visit visit) {
        return instances.size() == 1
                ? List.of()
                : instances.keySet().stream()
                        .map(name -> new Link(
                                name,
                                mount(visit) + UrlText.segment(name) + "/" + visit.page,
                                name.equals(visit.instance.name)))
                        .toList();
    }

    /** The way from a page to the place where all are mounted. */
    String mount(Visit visit) {
        return instances.size() == 1 ? visit.root : visit.root + "../";
    }
}
