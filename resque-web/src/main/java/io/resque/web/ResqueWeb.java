package io.resque.web;

import io.resque.api.ConfigurationException;
import io.resque.api.JobInfo;
import io.resque.core.Resque;
import io.resque.core.ResqueHttp;
import io.resque.web.internal.http.Gate;
import io.resque.web.internal.http.JdkAdapter;
import io.resque.web.internal.http.Login;
import io.resque.web.internal.http.WebRequest;
import io.resque.web.internal.http.WebResponse;
import io.resque.web.internal.pages.Pages;
import io.resque.web.internal.pages.Rights;
import io.resque.web.internal.pages.Written;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Pages that show and mend the queues, workers and failures of all languages. {@link #start} shows them on a port of their own; a
 * {@link ResqueWebServlet} shows them inside an application. They need no scripts. Thread-safe; holds no thread and no connection before
 * somebody looks.
 *
 * <pre>{@code
 * ResqueWeb web = ResqueWeb.builder().add("shop", resque).build();
 * try (ResqueWebServer server = web.start("127.0.0.1", 5678)) {
 *     …
 * }
 * }</pre>
 *
 * <p>Unless {@link Builder#access} says otherwise, visitors can look, and change nothing. All viewers share one look at Redis: at most one
 * each second, and for at most a fifth of the time.
 */
public final class ResqueWeb {
    private final Pages pages;
    private final Resque first;
    private final Set<String> hosts;
    private final @Nullable Access constant;
    private final @Nullable Login login;

    private ResqueWeb(Builder builder) {
        this.first = builder.instances.values().iterator().next();
        this.hosts = Set.copyOf(builder.hosts);
        this.constant = builder.constant;
        this.login = builder.passwords == null ? null : Login.of(builder.passwords);
        Function<Visitor, Access> access = builder.access;
        Consumer<Write> writes = builder.writes;
        this.pages = new Pages(new Pages.Settings(
                new LinkedHashMap<>(builder.instances),
                request -> Rights.valueOf(access.apply(new Visitor(request)).name()),
                builder.arguments,
                written -> writes.accept(write(written))));
    }

    private static Write write(Written written) {
        return new Write(
                written.user().isEmpty() ? Optional.empty() : Optional.of(written.user()),
                written.from(),
                written.instance(),
                written.address(),
                written.action(),
                written.changed(),
                written.text());
    }

    /**
     * Begins.
     *
     * @return a builder, which opens nothing
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Shows the pages on a port, which also answers {@code /live}, {@code /ready} and {@code /metrics} as {@link ResqueHttp} does, for the
     * first instance.
     *
     * @param host name or address to listen on; on {@code 127.0.0.1} only this machine can ask, and requests for another host's name are
     *     refused, except for names that {@link Builder#host} gave
     * @param port 0 takes any that is free
     * @return the open port, to be closed by the caller
     * @throws ConfigurationException if nothing can listen there; or if other machines can ask, and every visitor may change something: then
     *     {@link Builder#passwords} or a function for {@link Builder#access} must tell who may
     */
    public ResqueWebServer start(String host, int port) {
        InetSocketAddress address = new InetSocketAddress(host, port);
        boolean local = address.getAddress() != null && address.getAddress().isLoopbackAddress();
        if (!local && login == null && constant != null && constant.compareTo(Access.READ) > 0) {
            throw new ConfigurationException("On " + host + " every machine that reaches port " + port
                    + " could change queues: give a password file, or a function for access, or listen on 127.0.0.1");
        }
        JdkAdapter adapter = new JdkAdapter(gate(local && login == null), login);
        try {
            return new ResqueWebServer(ResqueHttp.open(first, address, adapter), adapter);
        } catch (RuntimeException e) {
            adapter.close();
            throw e;
        }
    }

    Function<WebRequest, WebResponse> gate(boolean local) {
        Gate gate = new Gate(local, hosts, Pages::isForPrograms, pages);
        return request -> pages.readable(request, gate.apply(request));
    }

    /**
     * Makes the line of a user for the file of {@link Builder#passwords}. Takes about a second.
     *
     * @param user the name, without a colon
     * @param password the password
     * @return without a line end
     * @throws ConfigurationException if the file cannot hold such a name
     */
    public static String passwordLine(String user, char[] password) {
        return Login.line(user, password);
    }

    /** Who asks for a page. */
    public static final class Visitor {
        private final WebRequest request;

        Visitor(WebRequest request) {
            this.request = request;
        }

        /**
         * The name of the user, by the password file, or by the login of the application.
         *
         * @return empty if there is no login
         */
        public Optional<String> user() {
            return request.user();
        }

        /**
         * Whether the user has a role, as the servlet container knows it.
         *
         * @param role its name
         * @return false outside of a servlet container
         */
        public boolean hasRole(String role) {
            return request.hasRole().test(role);
        }

        /**
         * A header of the request, such as a proxy with a login sets. Only a proxy that removes the header from all requests of browsers
         * can be believed.
         *
         * @param name in any case
         * @return the first value
         */
        public Optional<String> header(String name) {
            return request.header(name.toLowerCase(Locale.ROOT));
        }
    }

    /**
     * What a visitor has done by a button, or a program by the API.
     *
     * @param user the name of the user, by the password file, or by the login of the application; empty if there is no login
     * @param from the address of the machine that sent the request; behind a proxy that of the proxy
     * @param instance the name that {@link Builder#add} gave
     * @param address what was changed: the path of the page below the instance, with its filter, such as {@code /failed?class=Send}. Names
     *     stand in it as they are, so it can hold any character
     * @param action what was done: the value of the button, such as {@code retry-all}; {@code openapi.json} lists them
     * @param changed how many jobs, records or other things were changed, 0 or more; empty if an error ended it, such as Redis that did not
     *     answer: then some may have been changed
     * @param text what was done, as one sentence in English; it can hold any character
     */
    public record Write(
            Optional<String> user,
            String from,
            String instance,
            String address,
            String action,
            OptionalLong changed,
            String text) {}

    /** Settings of the pages. For one thread. */
    public static final class Builder {
        private final Map<String, Resque> instances = new LinkedHashMap<>();
        private final Set<String> hosts = new LinkedHashSet<>();
        private Function<Visitor, Access> access = visitor -> Access.READ;
        private @Nullable Access constant = Access.READ;
        private BiFunction<JobInfo, String, String> arguments = (job, text) -> text;
        private Consumer<Write> writes = write -> {};
        private @Nullable Path passwords;

        private Builder() {}

        /**
         * Shows one more Redis or namespace. With several of them, the pages of each stand under its name.
         *
         * @param name 1 to 50 letters, digits, {@code -} and {@code _}
         * @param resque stays open when the pages end
         * @return this
         * @throws ConfigurationException if the name is another one, or there is one of this name
         */
        public Builder add(String name, Resque resque) {
            Objects.requireNonNull(resque, "resque");
            if (!name.matches("[A-Za-z0-9_-]{1,50}") || name.equals("assets")) {
                throw new ConfigurationException("\"" + name
                        + "\" cannot name an instance: use 1 to 50 letters, digits, - and _, and not the word assets");
            }
            if (instances.putIfAbsent(name, resque) != null) {
                throw new ConfigurationException("There are two instances of the name " + name);
            }
            return this;
        }

        /**
         * What all visitors may do. Default: {@link Access#READ}.
         *
         * @param all the same for everybody
         * @return this
         */
        public Builder access(Access all) {
            Objects.requireNonNull(all, "access");
            access = visitor -> all;
            constant = all;
            return this;
        }

        /**
         * What each visitor may do.
         *
         * @param each is called for each request, in a thread of the server, and must be quick
         * @return this
         */
        public Builder access(Function<Visitor, Access> each) {
            access = Objects.requireNonNull(each, "access");
            constant = null;
            return this;
        }

        /**
         * What the pages show of the arguments of jobs. Default: everything.
         *
         * @param shown is given a job and its arguments as JSON, and returns what to show; if a payload is no job, the class is empty, and
         *     the text is the whole payload
         * @return this
         */
        public Builder arguments(BiFunction<JobInfo, String, String> shown) {
            arguments = Objects.requireNonNull(shown, "arguments");
            return this;
        }

        /**
         * Tells the application of each write, beside the line in the log, such as for an audit. It is not told of requests that were
         * refused, and of questions whether a visitor is sure.
         *
         * @param listener is called after the write and before its answer, in a thread of the server; so it must be quick, and can be
         *     called by several threads at once. What it throws goes to the log, and changes nothing. Of two listeners the last one counts
         * @return this
         */
        public Builder onWrite(Consumer<Write> listener) {
            writes = Objects.requireNonNull(listener, "listener");
            return this;
        }

        /**
         * A name by which browsers ask for the pages, such as that of a proxy before them. {@code localhost}, {@code 127.0.0.1} and
         * {@code [::1]} need not be named.
         *
         * @param name without port
         * @return this
         */
        public Builder host(String name) {
            hosts.add(Objects.requireNonNull(name, "name"));
            return this;
        }

        /**
         * Lets {@link ResqueWeb#start} ask for name and password (Basic; use it behind TLS). A servlet has the login of its container.
         *
         * @param file for each user a line {@code name:iterations:salt:hash}, as {@link ResqueWeb#passwordLine} makes it: PBKDF2 with
         *     HMAC-SHA-256 and 256 bits; salt and hash in Base64
         * @return this
         */
        public Builder passwords(Path file) {
            passwords = Objects.requireNonNull(file, "file");
            return this;
        }

        /**
         * Ends.
         *
         * @return the pages
         * @throws ConfigurationException if no instance was added, or the password file cannot be read
         */
        public ResqueWeb build() {
            if (instances.isEmpty()) {
                throw new ConfigurationException("There is nothing to show: call add(name, resque) first");
            }
            return new ResqueWeb(this);
        }
    }
}
