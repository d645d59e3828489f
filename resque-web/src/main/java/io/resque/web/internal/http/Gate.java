package io.resque.web.internal.http;

import io.resque.api.spi.JsonRules;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands before all pages: refuses requests that another site makes a browser send, and gives each response the headers that keep
 * browsers from running or framing what does not belong to it. Thread-safe.
 */
public final class Gate implements Function<WebRequest, WebResponse> {
    private static final Logger LOG = LoggerFactory.getLogger("io.resque.web.ResqueWeb");

    private static final Map<String, String> HEADERS = Map.of(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self';"
                    + " base-uri 'none'; frame-ancestors 'none'",
            "X-Content-Type-Options",
            "nosniff",
            "X-Frame-Options",
            "DENY",
            // Without a referrer, a form would have the origin null
            "Referrer-Policy",
            "same-origin",
            "Cross-Origin-Opener-Policy",
            "same-origin",
            "Cross-Origin-Resource-Policy",
            "same-origin");

    private static final String SITE = "sec-fetch-site";
    private static final String ORIGIN = "origin";

    private final boolean local;
    private final Set<String> hosts;
    private final Predicate<String> programs;
    private final Function<WebRequest, WebResponse> pages;

    /**
     * Before some pages.
     *
     * @param local whether only this machine can ask: then a request for another host's name comes from a page of that host, whose name
     *     means 127.0.0.1
     * @param hosts the names, without ports, by which browsers may ask beside those of this machine
     * @param programs the paths that are for programs, which send JSON in place of forms
     */
    public Gate(boolean local, Set<String> hosts, Predicate<String> programs, Function<WebRequest, WebResponse> pages) {
        this.local = local;
        this.hosts = hosts.stream().map(host -> host.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet());
        this.programs = programs;
        this.pages = pages;
    }

    @Override
    public WebResponse apply(WebRequest request) {
        WebResponse response = refusal(request).orElseGet(() -> answer(request));
        for (Map.Entry<String, String> header : HEADERS.entrySet()) {
            response = response.with(header.getKey(), header.getValue());
        }
        return response.headers().containsKey(WebResponse.CACHE)
                ? response
                : response.with(WebResponse.CACHE, "no-store");
    }

    /** A server would show the stack trace, or none of the headers. */
    private WebResponse answer(WebRequest request) {
        try {
            return pages.apply(request);
        } catch (RuntimeException e) {
            LOG.error("{} cannot be answered", JsonRules.forLog(request.path()), e);
            return WebResponse.text(500, "This cannot be answered now; the log says why\n");
        }
    }

    private Optional<WebResponse> refusal(WebRequest request) {
        if (!Set.of("GET", "HEAD", "POST").contains(request.method())) {
            return Optional.of(WebResponse.text(405, "Only GET, HEAD and POST are answered here\n")
                    .with("Allow", "GET, HEAD, POST"));
        }
        String host = request.header("host").orElse("").toLowerCase(Locale.ROOT);
        if (local && !isLocal(withoutPort(host))) {
            return refused("These pages are for this machine: ask for localhost, 127.0.0.1 or [::1]; or name the host"
                    + " for which they are meant");
        }
        if (!request.isPost()) {
            return Optional.empty();
        }
        boolean isForProgram = programs.test(request.path());
        // No other site can make a browser send JSON without asking first, and each browser tells the origin
        boolean isProgram = isForProgram
                && request.header(SITE).isEmpty()
                && request.header(ORIGIN).isEmpty();
        if (!isProgram && !isSameOrigin(request, host)) {
            return refused("Another site has sent this, or the browser does not say which: nothing was changed");
        }
        if (isForProgram && !request.isOf(WebRequest.JSON)) {
            return Optional.of(
                    WebResponse.text(415, "Send JSON, with Content-Type: application/json: nothing was changed\n"));
        }
        return isForProgram || request.isOf(WebRequest.FORM)
                ? Optional.empty()
                : refused("This is no form: nothing was changed");
    }

    private static Optional<WebResponse> refused(String reason) {
        return Optional.of(WebResponse.text(403, reason + "\n"));
    }

    private boolean isLocal(String host) {
        return host.matches("localhost|127(\\.\\d{1,3}){3}|\\[::1]") || hosts.contains(host);
    }

    private static String withoutPort(String host) {
        return host.replaceFirst(":\\d{1,5}$", "");
    }

    /** Browsers send the first header only where the connection is safe: by https, or to localhost. */
    private boolean isSameOrigin(WebRequest request, String host) {
        Optional<String> site = request.header(SITE);
        if (site.isPresent()) {
            return site.get().equals("same-origin");
        }
        String origin = request.header(ORIGIN).orElse("").toLowerCase(Locale.ROOT);
        if (!origin.matches("https?://[^/?#@]+")) {
            return false;
        }
        String asked = origin.substring(origin.indexOf("//") + 2);
        // Behind a proxy, the host is that of the connection between the proxy and this server.
        return asked.equals(host) || hosts.contains(withoutPort(asked));
    }
}
