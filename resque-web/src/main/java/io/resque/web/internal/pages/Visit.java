package io.resque.web.internal.pages;

import gg.jte.html.HtmlInterceptor;
import gg.jte.html.HtmlTemplateOutput;
import io.resque.api.FailedJob;
import io.resque.api.JobInfo;
import io.resque.api.Language;
import io.resque.api.QueuedJob;
import io.resque.api.RecurringJob;
import io.resque.core.Resque;
import io.resque.web.internal.http.UrlText;
import io.resque.web.internal.http.WebRequest;
import io.resque.web.internal.http.WebResponse;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One request for one page, and what the page needs to answer it. For one thread. */
final class Visit {
    /** So many jobs, workers or records stand on a page; more of them are not removed before the visitor was asked again. */
    static final int PAGE = 25;

    private static final String NOTICE = "notice";
    private static final String SURE = "sure";

    final WebRequest request;
    final Instance instance;
    final Rights rights;
    final Texts texts;

    /** The names that follow the name of the page in its path. */
    final List<String> names;

    /** The first name in the path; empty for the overview. */
    final String page;

    /** The way up from this page to the overview of its instance. */
    final String root;

    private final Pages pages;

    Visit(
            Pages pages,
            WebRequest request,
            Instance instance,
            Rights rights,
            Texts texts,
            List<String> names,
            String page,
            String root) {
        this.pages = pages;
        this.request = request;
        this.instance = instance;
        this.rights = rights;
        this.texts = texts;
        this.names = names;
        this.page = page;
        this.root = root;
    }

    Visit with(WebRequest other) {
        return new Visit(pages, other, instance, rights, texts, names, page, root);
    }

    /** Whether a program asks, by the API. It has no page to go to, and is asked no question. */
    private boolean isProgram() {
        return Api.owns(request.path());
    }

    Resque resque() {
        return instance.resque;
    }

    String text(String key, Object... values) {
        return texts.text(key, values);
    }

    /** The address of a page, as a link on this page needs it. */
    String link(String page, String... names) {
        StringBuilder link = new StringBuilder(root).append(page);
        for (String name : names) {
            link.append('/').append(UrlText.segment(name));
        }
        return link.toString();
    }

    private String here() {
        return link(page, names.toArray(String[]::new));
    }

    /** This page with the parameters that it has now. */
    String self() {
        return link(parameters());
    }

    private Map<String, String> parameters() {
        Map<String, String> parameters = new LinkedHashMap<>();
        request.query().forEach((name, values) -> parameters.put(name, values.get(0)));
        parameters.remove(NOTICE);
        return parameters;
    }

    /** What was asked, as people read it: the path below the instance, with the names as they are, and the parameters. */
    String address() {
        String path = "/" + String.join("/", names.isEmpty() ? List.of(page) : List.of(page, names.get(0)));
        return path + UrlText.query(parameters());
    }

    /** A name in a field: a form has it as {@link UrlText#segment} writes it, since browsers change line ends. */
    Optional<String> named(String text) {
        return isProgram() ? Optional.of(text) : UrlText.name(text);
    }

    /** This page with parameters. */
    String link(Map<String, String> parameters) {
        return here() + UrlText.query(parameters);
    }

    /** A number in the address; the default if there is none, or it is negative. */
    long number(String name, long byDefault) {
        return request.parameter(name)
                .filter(text -> text.matches("\\d{1,15}"))
                .map(Long::parseLong)
                .orElse(byDefault);
    }

    /** What the button says that was pressed. */
    String action() {
        return request.field(Button.DO).orElse("");
    }

    /** A button of this page, if the visitor may press it. Its text is that of the key {@code button.<action>}. */
    Optional<Button> button(Rights needed, String action, boolean grave, Map<String, String> fields) {
        return button(here(), needed, action, grave, fields);
    }

    /** A button of another page. */
    Optional<Button> button(String address, Rights needed, String action, boolean grave, Map<String, String> fields) {
        if (!rights.allow(needed)) {
            return Optional.empty();
        }
        Map<String, String> all = new LinkedHashMap<>(Map.of(Button.DO, action));
        all.putAll(fields);
        return Optional.of(new Button(text("button." + action), address, all, grave));
    }

    /**
     * Asks again before a button touches more than a page shows.
     *
     * @param key of the question, which tells the number
     * @return the page with the question; empty if there are few, or the visitor is sure
     */
    Optional<WebResponse> unlessSure(long count, String key, Object... values) {
        if (count <= PAGE || isProgram() || request.field(SURE).isPresent()) {
            return Optional.empty();
        }
        Map<String, String> fields = request.form().entrySet().stream()
                .filter(field -> !hidden().containsKey(field.getKey()))
                .collect(Collectors.toMap(
                        Map.Entry::getKey, field -> field.getValue().get(0), (one, other) -> one, LinkedHashMap::new));
        fields.put(SURE, "yes");
        Button again = new Button(text("button." + action()), self(), fields, true);
        ConfirmView view = new ConfirmView(text(key, values), again, self());
        Frame frame = frame(text("confirm.title"));
        return Optional.of(page(200, (output, none) -> JteconfirmGenerated.render(output, none, frame, view)));
    }

    /**
     * Back to a page, which tells what was done. The log and the listener have it, too.
     *
     * @param changed how many things were changed
     * @param key of the sentence
     */
    WebResponse doneAt(String address, long changed, String key, Object... values) {
        tell(OptionalLong.of(changed), Texts.ENGLISH.text(key, values));
        String sentence = text(key, values);
        if (isProgram()) {
            return Api.done(this, changed, sentence);
        }
        String notice = UrlText.query(Map.of(NOTICE, pages.notices.keep(sentence)));
        return WebResponse.seeOther(address + (address.contains("?") ? "&" + notice.substring(1) : notice));
    }

    /** Back to this page. */
    WebResponse done(long changed, String key, Object... values) {
        return doneAt(self(), changed, key, values);
    }

    /** One thing was changed, or was so before. */
    WebResponse done(boolean changed, String key, String otherwise, String name) {
        return done(changed ? 1 : 0, changed ? key : otherwise, name);
    }

    void tell(OptionalLong changed, String text) {
        Written.tell(this, changed, text, pages.settings.writes());
    }

    private Map<String, String> hidden() {
        return CsrfField.of(request.attributes().apply("_csrf"));
    }

    Frame frame(String title) {
        @Nullable
        String notice = request.method().equals("GET")
                ? request.parameter(NOTICE).flatMap(pages.notices::take).orElse(null)
                : null;
        return new Frame(
                texts,
                title,
                pages.mount(this),
                instance.name,
                !request.isPost(),
                pages.navigation(this),
                pages.instances(this),
                notice,
                hidden());
    }

    /** Calls the template of a page. */
    @FunctionalInterface
    interface Template {
        void write(HtmlTemplateOutput output, @Nullable HtmlInterceptor none);
    }

    WebResponse page(Template template) {
        return page(200, template);
    }

    WebResponse page(int status, Template template) {
        SafeOutput output = new SafeOutput();
        template.write(output, null);
        return WebResponse.of(status, "text/html; charset=utf-8", output.bytes());
    }

    /** The arguments of a job as JSON, as far as the application shows them; the bytes of a payload that is no job. */
    String arguments(QueuedJob job) {
        String text = job.jobClass().isEmpty()
                ? new String(job.raw(), StandardCharsets.UTF_8)
                : resque().serializer().encode(job.args()).text();
        return pages.settings
                .arguments()
                .apply(
                        new JobInfo(job.queue(), job.jobClass(), job.args(), job.id(), job.metadata(), job.queuedAt()),
                        text);
    }

    /** The same of a job that failed. */
    String arguments(FailedJob failure) {
        return shown(failure, resque().serializer().encode(failure.args()).text());
    }

    /** A text that holds the arguments of a failed job, as far as the application shows them. */
    String shown(FailedJob failure, String text) {
        return pages.settings
                .arguments()
                .apply(
                        new JobInfo(
                                failure.queue(),
                                failure.jobClass(),
                                failure.args(),
                                failure.id(),
                                failure.metadata(),
                                failure.queuedAt()),
                        text);
    }

    String arguments(RecurringJob job) {
        return pages.settings
                .arguments()
                .apply(
                        new JobInfo(job.queue(), job.job().jobClass(), job.job().args(), Optional.empty()),
                        resque().serializer().encode(job.job().args()).text());
    }

    String name(FailedJob failure) {
        return failure.jobClass().isEmpty() ? text("job.unreadable") : failure.innerClass();
    }

    /** Whether one of these texts holds a text, in upper or lower case. */
    static boolean holds(String text, Stream<String> all) {
        Pattern wanted = Pattern.compile(text, Pattern.LITERAL | Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
        return all.anyMatch(each -> wanted.matcher(each).find());
    }

    /** Whether what the pages show of a job holds a text. */
    boolean holds(String text, QueuedJob job) {
        return holds(text, Stream.of(name(job), job.queue(), job.id().orElse(""), arguments(job)));
    }

    /** The beginning of a text for a table. */
    static String brief(String text) {
        return text.length() <= 120 ? text : text.substring(0, 120) + "…";
    }

    /** The class by which people know a job. */
    String name(QueuedJob job) {
        return job.jobClass().isEmpty() ? text("job.unreadable") : job.innerClass();
    }

    static String name(Language language) {
        return switch (language) {
            case JAVA -> "Java";
            case RUBY -> "Ruby";
            case PHP -> "PHP";
            case NODE -> "Node.js";
            case PYTHON -> "Python";
            case GO -> "Go";
            case ELIXIR -> "Elixir";
            case UNKNOWN -> "–";
        };
    }
}
