package io.resque.web.internal.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.MappingMatch;
import java.io.IOException;
import java.io.UnsupportedEncodingException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Carries the requests of a servlet container to the pages. Thread-safe. */
public final class ServletAdapter {
    /** As the port of Java's server takes. */
    private static final int MOST_BYTES = 1 << 20;

    private final Function<WebRequest, WebResponse> pages;

    public ServletAdapter(Function<WebRequest, WebResponse> pages) {
        this.pages = pages;
    }

    public void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String uri = request.getRequestURI();
        boolean everywhere = request.getHttpServletMapping().getMappingMatch() == MappingMatch.DEFAULT;
        String mount = request.getContextPath() + (everywhere ? "" : request.getServletPath());
        WebResponse answer;
        if (!uri.startsWith(mount)) { // the mount is decoded, the address is not
            answer = WebResponse.text(404, "There is no such page\n");
        } else if (uri.length() == mount.length()) {
            // All links are relative, and would lead out of the folder
            answer = WebResponse.seeOther("./" + uri.substring(uri.lastIndexOf('/') + 1) + "/");
        } else {
            WebRequest read = read(request, uri.substring(mount.length()));
            answer = read.body().length > MOST_BYTES
                    ? WebResponse.text(413, "The body has more than " + MOST_BYTES + " bytes\n")
                    : pages.apply(read);
        }
        response.setStatus(answer.status());
        answer.headers().forEach(response::setHeader);
        response.setContentLength(answer.body().length);
        if (!request.getMethod().equals("HEAD")) {
            response.getOutputStream().write(answer.body());
        }
    }

    private static WebRequest read(HttpServletRequest request, String path) throws IOException {
        Map<String, List<String>> query = UrlText.fields(request.getQueryString());
        boolean isPost = request.getMethod().equals("POST");
        boolean isJson = isPost && WebRequest.isOf(WebRequest.JSON, request.getContentType());
        return new WebRequest(
                request.getMethod(),
                path,
                query,
                isPost && !isJson ? form(request, query) : Map.of(),
                isJson ? request.getInputStream().readNBytes(MOST_BYTES + 1) : new byte[0],
                headers(request),
                Optional.ofNullable(request.getRemoteUser()),
                request::isUserInRole,
                request::getAttribute,
                request.getRemoteAddr());
    }

    /** A filter may have read the body already, so the parameters are asked for. They begin with those of the query. */
    private static Map<String, List<String>> form(HttpServletRequest request, Map<String, List<String>> query)
            throws UnsupportedEncodingException {
        if (request.getCharacterEncoding() == null) {
            request.setCharacterEncoding("UTF-8"); // as browsers write it; Tomcat would take it for Latin-1
        }
        Map<String, List<String>> form = new LinkedHashMap<>();
        request.getParameterMap().forEach((name, values) -> {
            List<String> all = new ArrayList<>(List.of(values));
            int ofQuery =
                    Math.min(all.size(), query.getOrDefault(name, List.of()).size());
            List<String> rest = all.subList(ofQuery, all.size());
            if (!rest.isEmpty()) {
                form.put(name, rest);
            }
        });
        return form;
    }

    private static Map<String, String> headers(HttpServletRequest request) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (String name : Collections.list(request.getHeaderNames())) {
            headers.putIfAbsent(name.toLowerCase(Locale.ROOT), request.getHeader(name));
        }
        return headers;
    }
}
